import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { containersQuestion } from '../../src/core/docker/container-rows.js';
import type { Call, ChangeTool, ReadTool } from '../../src/ports/tool.js';
import { ContainerControl } from '../../tools/container/container_control.js';
import { ContainerExec } from '../../tools/container/container_exec.js';
import { ContainerInspect } from '../../tools/container/container_inspect.js';
import { ContainerList } from '../../tools/container/container_list.js';
import { ContainerLogs } from '../../tools/container/container_logs.js';
import { ContainerStats } from '../../tools/container/container_stats.js';
import { DockerStatus } from '../../tools/container/docker_status.js';
import { ImageList } from '../../tools/container/image_list.js';
import { ImagePrune } from '../../tools/container/image_prune.js';
import { ImageRemove } from '../../tools/container/image_remove.js';
import { never } from '../adapters/ssh/rig.js';
import { fakeCall } from '../fakes/fake-device.js';
import {
  busybox,
  engineHostUnavailable,
  importBusybox,
  startEngineHost,
  type EngineHost,
} from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';

type Data = Record<string, unknown> & Record<'entries' | 'containers' | 'images', Record<string, unknown>[]>;

describeWith(engineHostUnavailable(), 'tools against a real engine', () => {
  let host: EngineHost;
  const docker = (...args: string[]): Promise<string> => host.engine.docker(args);
  const run = (name: string, ...words: string[]): Promise<string> => docker('run', '-d', '--name', name, ...words);

  beforeAll(async () => {
    host = await startEngineHost();
  }, 60_000);
  afterAll(() => host.stop());

  async function read(tool: unknown, args: object = {}): Promise<Data> {
    const { spec } = tool as ReadTool;
    return spec.output.parse(await (tool as ReadTool).read(spec.input.parse(args), host.device, fakeCall())) as Data;
  }

  /** Plans, carries out, and looks until it is through, as the app does. */
  async function change(tool: unknown, args: object, call: Call = fakeCall()): Promise<Data> {
    const each = tool as ChangeTool;
    const parsed = each.spec.input.parse(args);
    const plan = await each.prepare(parsed, host.device, call);
    let data = await each.perform(parsed, plan, host.device, call);
    const look = { ...call, beganAgoMs: 0, reachedForMs: 0 };
    while (data === undefined && plan.awaits) data = await each.settle?.(plan.awaits, host.device, look);
    return each.spec.output.parse(data) as Data;
  }
  const control = (container: string, action: string, more: object = {}): Promise<Data> =>
    change(new ContainerControl(500), { container, action, ...more });

  it('docker_status reads the engine that there is', async () => {
    const data = await read(new DockerStatus());
    expect(data).toMatchObject({
      engine: 'docker',
      state: 'answers',
      version: expect.stringMatching(/^\d+\.\d+/),
      api: expect.stringMatching(/^1\.\d+ to 1\.\d+$/),
      runtimes: expect.arrayContaining(['runc']),
      dataRoot: { path: `${host.engine.folder}/data`, freeBytes: expect.any(Number) },
      logs: { driver: 'json-file' },
    });
  });

  it('container_list, container_inspect and container_stats tell of one that runs', async () => {
    const options = [
      '-p',
      '127.0.0.1:8080:80',
      '--memory',
      '64m',
      '-e',
      'TOKEN=verysecret',
      '--label',
      'jetfleet.change=c0ffee',
    ];
    const health = ['--health-cmd', '/bin/true', '--health-interval', '1s'];
    const load = 'while :; do :; done';
    await run('web', ...options, ...health, busybox, '/bin/sh', '-c', load);
    expect((await read(new ContainerList(), { name: 'web' })).containers).toEqual([
      expect.objectContaining({
        name: 'web',
        image: busybox,
        state: 'running',
        ports: ['127.0.0.1:8080:80/tcp'],
        gpu: false,
        jetfleet: { change: 'c0ffee' },
      }),
    ]);
    const details = await read(new ContainerInspect(), { container: 'web' });
    expect(details).toMatchObject({
      state: 'running',
      ports: ['127.0.0.1:8080:80/tcp'],
      limits: { memoryBytes: 64 * 2 ** 20 },
      env: expect.arrayContaining(['TOKEN']),
      logDriver: 'json-file',
    });
    expect(JSON.stringify(details)).not.toMatch(/verysecret/);
    const { containers } = await read(new ContainerStats());
    expect(containers).toMatchObject({
      web: {
        cpuPercent: expect.any(Number),
        memoryBytes: expect.any(Number),
        memoryLimitBytes: 64 * 2 ** 20,
        pids: expect.any(Number),
      },
    });
    const use = (containers as unknown as Record<string, { cpuPercent: number; memoryBytes: number }>)['web'];
    expect(use?.cpuPercent).toBeGreaterThan(5);
    expect(use?.memoryBytes).toBeLessThan(64 * 2 ** 20);
    const over = await read(new ContainerStats(), { container: 'web', seconds: 2 });
    expect(over.containers).toMatchObject({ web: { cpuPercent: { mean: expect.any(Number) } } });
  }, 30_000);

  it('container_logs reads 1200 lines by cursor, each once, while more are written', async () => {
    const script =
      'i=1; while [ $i -le 600 ]; do echo "line $i"; i=$((i+1)); done; /bin/sleep 1; while [ $i -le 1200 ]; do echo "line $i" >&2; i=$((i+1)); done; echo done; /bin/sleep 600';
    await run('talker', busybox, '/bin/sh', '-c', script);
    const seen: string[] = [];
    let after: unknown;
    while (!['done', 'line 1200'].every((last) => seen.includes(last))) {
      const args = { container: 'talker', limit: after === undefined ? 5 : 200, ...(after !== undefined && { after }) };
      const data = await read(new ContainerLogs(), args);
      seen.push(...data.entries.map(({ message }) => String(message)));
      after = data['after'];
    }
    const first = Number(seen[0]?.replace('line ', ''));
    expect(seen.filter((line) => line === 'done')).toHaveLength(1);
    // The two streams are put in order by the engine, each line once.
    const numbers = seen.filter((line) => line !== 'done').map((line) => Number(line.replace('line ', '')));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 1201 - first }, (_, n) => first + n));
    const last = await read(new ContainerLogs(), { container: 'talker', after });
    expect(last).toMatchObject({ found: false, entries: [], after });
    const found = await read(new ContainerLogs(), { container: 'talker', grep: 'LINE 77', limit: 50 });
    expect(found).toMatchObject({ matched: 11 });
    expect(
      (await read(new ContainerLogs(), { container: 'talker', stream: 'stderr', limit: 2 })).entries,
    ).toMatchObject([
      { from: 'stderr', message: 'line 1199' },
      { from: 'stderr', message: 'line 1200' },
    ]);
    expect((await read(new ContainerLogs(), { container: 'talker', since: '2020-01-01T00:00:00Z' }))['matched']).toBe(
      1201,
    );
    expect((await read(new ContainerLogs(), { container: 'talker', since: '1h' }))['matched']).toBe(1201);
  }, 60_000);

  it('container_logs puts long lines together, and reads a terminal', async () => {
    await run(
      'long',
      busybox,
      '/bin/sh',
      '-c',
      'i=0; while [ $i -lt 3000 ]; do echo -n "0123456789"; i=$((i+1)); done; echo; echo END',
    );
    await docker('wait', 'long');
    const { entries } = await read(new ContainerLogs(), { container: 'long' });
    expect(entries.map(({ message }) => String(message).slice(0, 20))).toEqual(['01234567890123456789', 'END']);
    const sought = await read(new ContainerLogs(), { container: 'long', grep: '0123456789'.repeat(19) });
    expect(sought).toMatchObject({ matched: 1 });
    await run('term', '-t', busybox, '/bin/sh', '-c', 'echo one; echo two >&2; /bin/sleep 600');
    for (let n = 0; n < 50 && (await read(new ContainerLogs(), { container: 'term' }))['matched'] !== 2; n++);
    expect((await read(new ContainerLogs(), { container: 'term' })).entries).toMatchObject([
      { message: 'one' },
      { message: 'two' },
    ]);
  });

  it('container_control stops, starts, freezes, kills and removes, and says what came of it', async () => {
    await run('svc', '--stop-timeout', '1', busybox, '/bin/sleep', '1000');
    expect(await control('svc', 'start')).toMatchObject({ says: 'Nothing to do: container svc runs.' });
    expect(await control('svc', 'pause')).toMatchObject({ state: 'paused' });
    expect(await control('svc', 'unpause')).toMatchObject({ state: 'running' });
    expect(await control('svc', 'stop')).toMatchObject({ state: 'exited', exitCode: 137 });
    expect(await control('svc', 'start')).toMatchObject({ state: 'running', says: 'It is up and stayed up.' });
    expect(await control('svc', 'restart')).toMatchObject({ state: 'running', says: 'It is up and stayed up.' });
    await expect(control('svc', 'remove')).rejects.toMatchObject({ kind: 'unsupported' });
    expect(await control('svc', 'kill')).toMatchObject({ state: 'exited', exitCode: 137 });
    expect(await control('svc', 'remove')).toMatchObject({ state: 'removed' });
    await expect(control('svc', 'start')).rejects.toMatchObject({ kind: 'invalid_input' });
  }, 60_000);

  it('container_control tells of one that dies at start, that loops, and that is gone', async () => {
    await docker('create', '--name', 'dies', busybox, '/bin/sh', '-c', 'echo no model >&2; exit 3');
    await expect(control('dies', 'start')).rejects.toMatchObject({
      kind: 'command_failed',
      message: 'It was started and did not stay up. It ended with the error code 3.',
    });
    expect(await read(new ContainerInspect(), { container: 'dies' })).toMatchObject({ state: 'exited', exitCode: 3 });
    expect((await read(new ContainerLogs(), { container: 'dies' })).entries).toMatchObject([{ message: 'no model' }]);
    await docker('create', '--name', 'once', busybox, '/bin/true');
    expect(await control('once', 'start')).toMatchObject({
      state: 'exited',
      exitCode: 0,
      says: 'It ran once and ended well.',
    });
    await docker('create', '--name', 'loops', '--restart', 'always', busybox, '/bin/false');
    await expect(control('loops', 'start')).rejects.toMatchObject({ kind: 'command_failed' });
    await docker('create', '--name', 'brief', '--rm', busybox, '/bin/sleep', '1000');
    expect(await control('brief', 'start')).toMatchObject({ state: 'running' });
    expect(await control('brief', 'kill')).toMatchObject({ state: 'removed', says: expect.stringMatching(/--rm/) });
    await docker('create', '--name', 'absent', busybox, '/bin/nothing-there');
    await expect(control('absent', 'start')).rejects.toMatchObject({ kind: 'command_failed' });
    expect((await read(new ContainerList(), { name: 'dies' }))['troubled']).toEqual(expect.arrayContaining(['dies']));
    expect(await control('loops', 'remove', { force: true })).toMatchObject({ state: 'removed' });
  }, 60_000);

  it('container_exec tells exit code and both streams, user and folder, and kills what is taken back', async () => {
    const exec = (argv: string[], more: object = {}, call?: Call): Promise<Data> =>
      change(new ContainerExec(), { container: 'web', argv, ...more }, call);
    const call = fakeCall();
    expect(await exec(['sh', '-c', 'echo out; echo err >&2; exit 7'], {}, call)).toMatchObject({
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect([...call.messages].sort()).toEqual(['out', 'stderr: err']);
    expect(await exec(['sh', '-c', 'id -u; pwd'], { user: '1000:1000', cwd: '/tmp' })).toMatchObject({
      stdout: '1000\n/tmp\n',
    });
    expect(await exec(['echo', '$(id); `id`'])).toMatchObject({ stdout: '$(id); `id`\n' });
    expect(await exec(['false'])).toMatchObject({ exitCode: 1 });
    const end = new AbortController();
    const taken = exec(
      ['sh', '-c', 'echo began; exec /bin/sleep 4321'],
      {},
      { ...fakeCall(), signal: end.signal, progress: () => end.abort() },
    );
    await expect(taken).rejects.toMatchObject({ kind: 'cancelled' });
    for (let n = 0; n < 100 && (await docker('top', 'web')).includes('4321'); n++);
    expect(await docker('top', 'web')).not.toMatch(/4321/);
    await expect(exec(['ls'], { container: 'dies' })).rejects.toMatchObject({ kind: 'unsupported' });
  }, 30_000);

  it('container_list pages 200 containers, each once', async () => {
    const make = (n: number): Promise<unknown> =>
      host.device.docker.send(
        {
          docker: 'POST',
          path: '/containers/create',
          query: { name: `many-${n}` },
          body: { Image: busybox, Cmd: ['/bin/true'] },
        },
        never(),
      );
    for (let n = 0; n < 200; n += 10) await Promise.all(Array.from({ length: 10 }, (_, i) => make(n + i)));
    const names: unknown[] = [];
    let after: unknown;
    do {
      const data = await read(new ContainerList(), {
        limit: 500,
        name: 'many-',
        ...(after !== undefined && { after }),
      });
      names.push(...data.containers.map(({ name }) => name));
      after = data['next'];
    } while (after !== undefined);
    expect(new Set(names).size).toBe(200);
    expect(names).toHaveLength(200);
    const all = (await host.device.docker.ask(containersQuestion, never())) ?? [];
    expect((await read(new ContainerList()))['counts']).toMatchObject({
      created: all.filter(({ state }) => state === 'created').length,
    });
  }, 120_000);

  it('image_list, image_remove and image_prune remove exactly what they say', async () => {
    await importBusybox(host.engine, 'jetfleet/spare:1');
    await importBusybox(host.engine, 'jetfleet/spare:2');
    await docker('tag', 'jetfleet/spare:2', 'localhost:5000/jetfleet/spare:two');
    const rows = (await read(new ImageList())).images;
    expect(rows.find(({ tags }) => (tags as string[]).includes(busybox))).toMatchObject({
      usedBy: expect.arrayContaining(['web']),
      jetfleet: true,
    });
    const remove = (image: string): Promise<Data> => change(new ImageRemove(), { image });
    await expect(remove(busybox)).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/^Containers are made of this image: /),
    });
    await expect(remove('jetfleet/none:1')).rejects.toMatchObject({ kind: 'invalid_input' });
    expect(await remove('jetfleet/spare:2')).toMatchObject({ removed: ['jetfleet/spare:2'], freedBytes: 0 });
    expect(await remove('jetfleet/spare:1')).toMatchObject({ removed: ['jetfleet/spare:1'] });
    // An image whose name another takes is left without one.
    await importBusybox(host.engine, 'jetfleet/spare:3');
    await importBusybox(host.engine, 'jetfleet/spare:3');
    const dangling = (await read(new ImageList(), { which: 'dangling' })).images;
    expect(dangling).toHaveLength(1);
    expect(await change(new ImagePrune(), {})).toMatchObject({ removed: [dangling[0]?.['id']] });
    expect(await change(new ImagePrune(), { which: 'unused', olderThanDays: 1 })).toMatchObject({ removed: [] });
    const unused = await change(new ImagePrune(), { which: 'unused' });
    expect([...(unused['removed'] as string[])].sort()).toEqual([
      'jetfleet/spare:3',
      'localhost:5000/jetfleet/spare:two',
    ]);
    expect((await read(new ImageList())).images.map(({ tags }) => tags)).toEqual([[busybox]]);
  }, 60_000);
});
