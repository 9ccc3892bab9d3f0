import { describe, expect, it } from '@jest/globals';
import { GuardedFleet, type Grant } from '../../src/app/guarded-fleet.js';
import type { DockerExec, DockerLoad, DockerRequest } from '../../src/core/docker/request.js';
import { Redactor } from '../../src/core/redact.js';
import type { Step } from '../../src/core/step.js';
import { FakeFleet } from '../fakes/fake-fleet.js';

const { signal } = new AbortController();
const stop: DockerRequest = { docker: 'POST', path: '/containers/web/stop', query: { t: '10' } };
const exec: DockerExec = { docker: 'exec', container: 'web', argv: ['ls', '-l'] };
const load: DockerLoad = { docker: 'load', image: 'web:1', imageId: 'sha256:1', from: 'nano-01' };

function lab(steps?: readonly Step[]) {
  const fleet = new FakeFleet({
    solo: {
      links: { '/home/ops/link': '/home/ops/.ssh/id_ed25519' },
      docker: {
        answers: { '/containers/json': [] },
        streams: { '/events': [] },
        sends: { 'POST /containers/web/stop': null },
        execs: { 'web: ls -l': { stdout: 'x' } },
        images: { 'web:1': [new Uint8Array([1])] },
      },
      http: { 'GET 8080/health': { body: '{}' }, 'POST 8080/v1/completions': { body: '{}' } },
    },
  });
  const told: string[] = [];
  const trail = {
    begin: (device: string, _step: Step, number: number) => {
      told.push(`${device} ${number}`);
      return Promise.resolve(() => Promise.resolve());
    },
  };
  const logger = { log: () => undefined };
  const guard = new GuardedFleet(fleet, new Redactor(), logger, ({ path, realPath }) =>
    (realPath ?? path) === '/home/ops/.ssh/id_ed25519' ? Promise.reject(new Error('protected')) : Promise.resolve(),
  );
  const grant: Grant = steps === undefined ? { allows: 'read' } : { allows: 'steps', steps, trail };
  const { docker, http } = fleet.devices.get('solo') ?? {};
  return {
    device: guard.device('solo', 'container_control', grant),
    told,
    sent: docker?.sent ?? [],
    requests: http?.requests ?? [],
  };
}

async function* pieces(): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  yield new Uint8Array([1]);
}

describe('the container engine under guard', () => {
  it('is looked at freely', async () => {
    const { device } = lab();
    const question = { name: 'containers', path: '/containers/json', parse: (answer: unknown) => answer };
    expect(await device.docker.ask(question, signal)).toEqual([]);
    await device.docker.follow({ name: 'events', path: '/events', as: 'lines' }, () => 'more', signal);
    const saved: Uint8Array[] = [];
    for await (const piece of device.docker.save('web:1', signal)) saved.push(piece);
    expect(saved).toEqual([new Uint8Array([1])]);
  });

  it('does approved requests, programs and images, each once, and tells of each', async () => {
    const { device, told, sent } = lab([stop, exec, load]);
    await device.docker.send(stop, signal);
    await device.docker.exec(exec, signal);
    await device.docker.load(load, pieces(), signal);
    expect(told).toEqual(['solo 1', 'solo 2', 'solo 3']);
    await expect(device.docker.send(stop, signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(sent).toEqual([stop, exec, load]);
  });

  it.each<[string, DockerRequest]>([
    ['another container', { ...stop, path: '/containers/db/stop' }],
    ['another method', { ...stop, docker: 'DELETE' }],
    ['another query', { ...stop, query: { t: '0' } }],
    ['a body', { ...stop, body: { Privileged: true } }],
  ])('refuses a request that differs from the approved one by %s', async (_what, request) => {
    const { device, sent } = lab([stop]);
    await expect(device.docker.send(request, signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(sent).toEqual([]);
  });

  it('refuses other words of a program, another user, and another image', async () => {
    const { device, sent } = lab([exec, load]);
    const refused = { kind: 'not_allowed' };
    await expect(device.docker.exec({ ...exec, argv: ['ls', '-la'] }, signal)).rejects.toMatchObject(refused);
    await expect(device.docker.exec({ ...exec, user: 'root' }, signal)).rejects.toMatchObject(refused);
    await expect(device.docker.load({ ...load, imageId: 'sha256:2' }, pieces(), signal)).rejects.toMatchObject(refused);
    expect(sent).toEqual([]);
  });
});

describe('ports of a device under guard', () => {
  it('are asked for inference', async () => {
    const { device } = lab();
    expect(await device.http.request({ port: 8080, method: 'GET', path: '/health' }, signal)).toMatchObject({
      status: 200,
    });
    const asked = { port: 8080, method: 'POST', path: '/v1/completions', body: { prompt: 'hi' } } as const;
    expect(await device.http.request(asked, signal)).toMatchObject({ status: 200 });
  });

  it.each(['/home/ops/.ssh/id_ed25519', '/home/ops/link'])(
    'get no file as a token that the policy keeps (%s)',
    async (tokenFile) => {
      const { device, requests } = lab();
      const asked = { port: 8080, method: 'GET', path: '/health', tokenFile } as const;
      await expect(device.http.request(asked, signal)).rejects.toThrow('protected');
      expect(requests).toEqual([]);
      await device.http.request({ ...asked, tokenFile: '/home/ops/token' }, signal);
      expect(requests).toHaveLength(1);
    },
  );

  it.each([
    ['GET', '/containers/json'],
    ['POST', '/containers/create'],
    ['POST', '/api/pull'],
    ['POST', '/v1/completions/../../containers/create'],
    ['POST', '/health'],
    ['GET', '//health'],
  ] as const)('are never asked for %s %s, whatever was approved', async (method, path) => {
    for (const { device } of [lab(), lab([stop])])
      await expect(device.http.request({ port: 2375, method, path }, signal)).rejects.toMatchObject({
        kind: 'not_allowed',
      });
  });
});
