import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DockerPiece } from '../../src/core/docker/request.js';
import { failureOf, never } from '../adapters/ssh/rig.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { containers, inspect, logs, taker } from './questions.js';

/** A timestamp as engines take it in `since`: seconds and nanoseconds. */
const sinceOf = (time: string): string => `${String(Date.parse(`${time.slice(0, 19)}Z`) / 1000)}${time.slice(19, -1)}`;

describeWith(engineHostUnavailable(), 'a real engine behind a real sshd', () => {
  let host: EngineHost;
  const run = (...words: string[]): Promise<string> => host.engine.docker(['run', '-d', ...words]);
  const { docker } = { docker: () => host.device.docker };
  beforeAll(async () => {
    host = await startEngineHost();
    await run('--name', 'web', '-p', '127.0.0.1:8080:80', busybox, '/bin/httpd', '-f', '-h', '/etc');
  }, 60_000);
  afterAll(() => host.stop());

  it('lists and inspects', async () => {
    const found = await docker().ask(containers, never());
    expect(found?.map(({ Names, State }) => [Names, State])).toEqual([[['/web'], 'running']]);
    expect(await docker().ask(inspect('web'), never())).toMatchObject({ Name: '/web', Config: { Image: busybox } });
    expect(await docker().ask(inspect('nobody'), never())).toBeUndefined();
    // The engine answers with a redirection, which nobody follows.
    expect(await failureOf(docker().ask(inspect('nobody/../web?x'), never()))).toMatchObject({
      message: expect.stringMatching(/301/),
    });
  });

  it('reaches what a container publishes on the loopback address', async () => {
    const answer = await host.device.http.request({ port: 8080, method: 'GET', path: '/hosts' }, never());
    expect(answer).toMatchObject({ status: 200, truncated: false });
    expect(answer.body).toContain('localhost');
  });

  it('reads logs line by line, each from where it came, and on from a cursor', async () => {
    await run('--name', 'talker', busybox, '/bin/sh', '-c', 'echo one; echo two >&2; sleep 1; echo three; echo four');
    const all: DockerPiece[] = [];
    const follow = { follow: '1', timestamps: '1' };
    await docker().follow(logs('talker', follow), (piece) => (all.push(piece), 'more'), never());
    const said = all.map(({ from, text }) => [from, text.replace(/^\S+ /, '')]);
    expect(said).toHaveLength(4);
    expect(said).toEqual(
      expect.arrayContaining([
        ['stdout', 'one'],
        ['stderr', 'two'],
        ['stdout', 'three'],
        ['stdout', 'four'],
      ]),
    );
    const [cursor = ''] = all.find(({ text }) => text.endsWith(' three'))?.text.split(' ') ?? [];
    const { pieces, take } = taker(10);
    await docker().follow(logs('talker', { since: sinceOf(cursor) }), take, never());
    expect(pieces.map(({ text }) => text)).toEqual(['three', 'four']);
  });

  it('reads the output of a container with a terminal as it is', async () => {
    await host.engine.docker(['run', '-t', '--name', 'terminal', busybox, '/bin/echo', 'hello']);
    const { pieces, take } = taker(10);
    await docker().follow({ ...logs('terminal'), tty: true }, take, never());
    expect(pieces).toEqual([{ from: 'stdout', text: 'hello' }]);
  });

  it('stops following when it is enough, and when nobody listens any more', async () => {
    await run('--name', 'endless', busybox, '/bin/sh', '-c', 'while :; do echo x; sleep 0.01; done');
    const { pieces, take } = taker(3);
    await docker().follow(logs('endless', { follow: '1' }), take, never());
    expect(pieces).toHaveLength(3);
    const leaving = new AbortController();
    const following = docker().follow(
      logs('endless', { follow: '1' }),
      () => (leaving.abort(), 'more'),
      leaving.signal,
    );
    expect(await failureOf(following)).toMatchObject({ kind: 'cancelled' });
  });

  it('hears events', async () => {
    const events: string[] = [];
    const listening = docker().follow(
      { name: 'events', path: '/events', query: { filters: JSON.stringify({ type: ['container'] }) }, as: 'lines' },
      ({ from, text }) => {
        const { Action: action } = JSON.parse(text) as { Action: string };
        events.push(`${from} ${action}`);
        return action === 'destroy' ? 'enough' : 'more';
      },
      never(),
    );
    while (events.length === 0) await host.engine.docker(['run', '--rm', busybox, '/bin/true']);
    await listening;
    expect(events).toEqual(expect.arrayContaining(['json create', 'json start', 'json die', 'json destroy']));
  });

  it('controls containers, and what is so already is no failure', async () => {
    await run('--name', 'controlled', busybox, '/bin/sleep', '1000');
    const send = (action: string) =>
      docker().send({ docker: 'POST', path: `/containers/controlled/${action}`, query: { t: '0' } }, never());
    await send('stop');
    await send('stop');
    expect(await docker().ask(inspect('controlled'), never())).toMatchObject({ State: { Running: false } });
    await send('start');
    const remove = { docker: 'DELETE', path: '/containers/controlled' } as const;
    expect(await failureOf(docker().send(remove, never()))).toMatchObject({
      message: expect.stringMatching(/is running/),
    });
    await docker().send({ ...remove, query: { force: '1' } }, never());
    expect(await failureOf(docker().send(remove, never()))).toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(/no container/),
    });
  });

  it('explains why a container does not start', async () => {
    const make = async (name: string, body: object): Promise<unknown> => {
      await docker().send(
        { docker: 'POST', path: '/containers/create', query: { name }, body: body as never },
        never(),
      );
      return docker().send({ docker: 'POST', path: `/containers/${name}/start` }, never());
    };
    const failing = async (name: string, body: object) =>
      (await failureOf(make(name, { Image: busybox, ...body }))).message;
    const port = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] };
    expect(await failing('web', { Cmd: ['/bin/true'] })).toMatch(/of that name exists already/);
    expect(await failing('try-a', { Image: 'nobody/nothing:1', Cmd: ['/bin/true'] })).toMatch(/no such image/);
    expect(
      await failing('try-b', {
        Cmd: ['/bin/true'],
        ExposedPorts: { '80/tcp': {} },
        HostConfig: { PortBindings: port },
      }),
    ).toMatch(/port .* is taken/);
    expect(await failing('try-c', { Cmd: ['/no/such/program'] })).toMatch(/no such program/);
    expect(await failing('try-d', { Cmd: ['/bin/true'], HostConfig: { Runtime: 'nvidia' } })).toMatch(
      /no runtime `nvidia`/,
    );
    const gpu = [{ Count: -1, Capabilities: [['gpu']] }];
    expect(await failing('try-e', { Cmd: ['/bin/true'], HostConfig: { DeviceRequests: gpu } })).toMatch(
      /no runtime `nvidia`/,
    );
    const camera = [{ PathOnHost: '/dev/video99', PathInContainer: '/dev/video99', CgroupPermissions: 'rwm' }];
    expect(await failing('try-f', { Cmd: ['/bin/true'], HostConfig: { Devices: camera } })).toMatch(/device file/);
    const mounts = [{ Type: 'bind', Source: '/no/such/folder', Target: '/data' }];
    expect(await failing('try-g', { Cmd: ['/bin/true'], HostConfig: { Mounts: mounts } })).toMatch(/folder .* mounts/);
  });

  it('shows a container that dies at start', async () => {
    await run('--name', 'dying', busybox, '/bin/sh', '-c', 'echo no model >&2; exit 3');
    await host.engine.docker(['wait', 'dying']);
    expect(await docker().ask(inspect('dying'), never())).toMatchObject({ State: { Status: 'exited', ExitCode: 3 } });
    const { pieces, take } = taker(10);
    await docker().follow(logs('dying'), take, never());
    expect(pieces).toEqual([{ from: 'stderr', text: 'no model' }]);
  });

  it('copies an image, and finds out where it became another', async () => {
    const { Id: imageId } = (await docker().ask(
      { ...inspect(''), path: '/images/jetfleet%2Fbusybox:1/json' },
      never(),
    )) as never;
    const content: Uint8Array[] = [];
    for await (const piece of docker().save(busybox, never())) content.push(piece);
    const load = { docker: 'load', image: busybox, imageId, from: 'another board' } as const;
    const again = async function* (): AsyncIterable<Uint8Array> {
      await Promise.resolve();
      yield* content;
    };
    await docker().load(load, again(), never());
    const other = { ...load, imageId: `sha256:${'0'.repeat(64)}` };
    expect(await failureOf(docker().load(other, again(), never()))).toMatchObject({
      message: expect.stringMatching(/not the one/),
    });
    const cut = async function* (): AsyncIterable<Uint8Array> {
      await Promise.resolve();
      yield content[0]?.subarray(0, 1000) ?? new Uint8Array();
    };
    expect(await failureOf(docker().load(load, cut(), never()))).toMatchObject({ kind: 'command_failed' });
    const absent = docker().save('nobody/nothing:1', never())[Symbol.asyncIterator]();
    expect(await failureOf(absent.next())).toMatchObject({ kind: 'invalid_input' });
  });

  it('lists 200 containers', async () => {
    const create = `for i in $(seq 200); do docker create --name many-$i ${busybox} /bin/true; done`;
    await host.run(['sh', '-c', create]);
    const found = (await docker().ask(containers, never()))?.filter(({ Names }) => Names[0]?.startsWith('/many-'));
    expect(found).toHaveLength(200);
    expect(new Set(found?.map(({ State }) => State))).toEqual(new Set(['created']));
  }, 120_000);
});
