import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runWords } from '../../../src/adapters/simulator/docker/run-words.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { LinkStream } from '../../../src/adapters/ssh/link/link-stream.js';
import { localImagesQuestion } from '../../../src/core/ai/launch/local-images.js';
import { sshFleetFor } from './ssh-fleet.js';

describe('a connection that is kept for many requests', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  const used = jest.spyOn(LinkStream.prototype, 'ref');
  beforeAll(async () => {
    sim = await startSimulator({ devices: [{ name: 'orin', board: 'orin-nano-super', login: 'ops' }] });
    fleet = sshFleetFor(sim);
  });
  afterEach(() => {
    used.mockClear();
  });
  afterAll(async () => {
    used.mockRestore();
    await fleet.close();
    await sim.close();
  });

  /** How many listen to the one connection, by event, after so many requests on it. */
  async function listeners(ask: () => Promise<unknown>, requests: number): Promise<unknown> {
    for (let i = 0; i < requests; i++) await ask();
    const streams = new Set(used.mock.contexts as LinkStream[]);
    expect(streams.size).toBe(1);
    const [stream] = streams;
    return stream?.eventNames().map((event) => [event, stream.listenerCount(event)]);
  }

  it('has as many listeners as one for a few: questions to the engine', async () => {
    const { signal } = new AbortController();
    const ask = (): Promise<unknown> => fleet.device('orin').docker.ask(localImagesQuestion, signal);
    const few = await listeners(ask, 3);
    expect(await listeners(ask, 20)).toEqual(few);
  });

  it('has as many listeners as one for a few: requests to a port', async () => {
    const { docker } = sim.device('orin');
    docker.pull('dustynv/llama_cpp:r36.4.0');
    const words = runWords([
      '--detach',
      '--publish=127.0.0.1:8080:8080/tcp',
      'dustynv/llama_cpp:r36.4.0',
      'llama-server',
    ]);
    if (words === undefined) throw new Error('unknown words');
    docker.start(docker.create(words, []));
    const { signal } = new AbortController();
    const ask = async (): Promise<void> => {
      const { status } = await fleet
        .device('orin')
        .http.request({ port: 8080, method: 'GET', path: '/health' }, signal);
      expect(status).toBe(200);
    };
    const few = await listeners(ask, 3);
    expect(await listeners(ask, 20)).toEqual(few);
  });
});
