import { beforeAll, describe, expect, it } from '@jest/globals';
import { mockOf } from '../../../src/adapters/mock/open-mock.js';
import { RecordingFleet } from '../../../src/adapters/mock/recording-fleet.js';
import type { DockerExec, DockerPiece, DockerQuestion, DockerStream } from '../../../src/core/docker/request.js';
import { Failure } from '../../../src/core/errors.js';
import { Redactor } from '../../../src/core/redact.js';
import type { Device, Fleet } from '../../../src/ports/fleet.js';
import { FakeFleet } from '../../fakes/fake-fleet.js';
import { FakeInventory } from '../../fakes/fake-inventory.js';

const secret = 'hf_0123456789abcdefghijklmnopqrstuvwx';
const { signal } = new AbortController();
const question = (path: string): DockerQuestion<unknown> => ({ name: 'test', path, parse: (answer) => answer });
const logs: DockerStream = { name: 'logs', path: '/containers/web/logs', as: 'output' };
const exec: DockerExec = { docker: 'exec', container: 'web', argv: ['env'] };
const stop = { docker: 'POST', path: '/containers/web/stop' } as const;
const load = { docker: 'load', image: 'x:1', imageId: 'sha256:1', from: 'other' } as const;

/** Everything that can be asked of an engine and of a port, and what came back. */
async function all(device: Device): Promise<Readonly<Record<string, unknown>>> {
  const { docker, http } = device;
  const heard: DockerPiece[] = [];
  const chunks: string[] = [];
  const keep = (piece: DockerPiece): 'more' => (heard.push(piece), 'more');
  const post = { port: 8080, method: 'POST', path: '/v1/x', body: { prompt: 'hi' } } as const;
  let saved = 0;
  const rejected = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'resolved',
      (error: unknown) => error instanceof Failure && [error.kind, error.message],
    );
  const found = {
    list: await docker.ask(question('/containers/json'), signal),
    null: await docker.ask(question('/null'), signal),
    absent: await docker.ask(question('/containers/nobody/json'), signal),
    followed: (await docker.follow(logs, keep, signal), true),
    stopped: await docker.send(stop, signal),
    refused: await rejected(docker.send({ ...stop, path: '/containers/nobody/stop' }, signal)),
    run: await docker.exec(exec, signal, keep),
    answer: await http.request(post, signal, (text) => chunks.push(text)),
    nobody: await rejected(http.request({ ...post, port: 1 }, signal)),
  };
  for await (const piece of docker.save('x:1', signal)) saved += piece.length;
  await docker.load(load, docker.save('x:1', signal), signal);
  return { ...found, heard, chunks: chunks.join(''), saved: saved >= 0 };
}

describe('engines and ports, recorded and replayed', () => {
  const lines: string[] = [];
  let [recorded, replayed]: unknown[] = [];
  beforeAll(async () => {
    const fleet: Fleet = new FakeFleet({
      'board-1': {
        docker: {
          answers: { '/containers/json': [{ Names: ['/web'], Env: `HF_TOKEN=${secret}` }], '/null': null },
          streams: {
            '/containers/web/logs': [
              { from: 'stderr', text: 'starts' },
              { from: 'stdout', text: `token ${secret}` },
            ],
          },
          sends: {
            'POST /containers/web/stop': undefined,
            'POST /containers/nobody/stop': new Failure('invalid_input', 'The engine has no container of that name.'),
          },
          execs: { 'web: env': { exitCode: 3, stdout: `HF_TOKEN=${secret}\n` } },
          images: { 'x:1': [new Uint8Array([1, 2, 3])] },
        },
        http: { 'POST 8080/v1/x': { body: ['data: hello', ` hf_01234`, secret.slice(8)] } },
      },
    });
    const redactor = new Redactor();
    const sink = (line: string): unknown => lines.push(line);
    const recording = new RecordingFleet(fleet, new FakeInventory('board-1'), {
      redactor,
      sink,
      clock: { now: () => 0 },
    });
    recorded = redactor.redactDeep(await all(recording.device('board-1')));
    replayed = await all(mockOf(lines.join('\n'), 'a test').fleet.device('board-1'));
  });

  it('answers the same', () => {
    expect(replayed).toEqual(recorded);
    expect(recorded).toMatchObject({ absent: undefined, null: null, refused: ['invalid_input', expect.anything()] });
  });

  it('writes no secret down, not even one that came in two pieces', () => {
    expect(lines.join('\n')).not.toContain(secret.slice(8));
    expect(lines.length).toBeGreaterThan(10);
  });
});
