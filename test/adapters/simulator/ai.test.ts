import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import type { Device } from '../../../src/ports/fleet.js';
import { AiBenchmark } from '../../../tools/ai/ai_benchmark.js';
import { AiLaunch } from '../../../tools/ai/ai_launch.js';
import { AiList } from '../../../tools/ai/ai_list.js';
import { AiLogs } from '../../../tools/ai/ai_logs.js';
import { AiStop } from '../../../tools/ai/ai_stop.js';
import { ModelList } from '../../../tools/ai/model_list.js';
import { ContainerRun } from '../../../tools/container/container_run.js';
import { DockerSetup } from '../../../tools/container/docker_setup.js';
import { GpuTest } from '../../../tools/container/gpu_test.js';
import { ImagePrune } from '../../../tools/container/image_prune.js';
import { ImagePull } from '../../../tools/container/image_pull.js';
import { sshFleetFor } from './ssh-fleet.js';
import { ToolsBench } from './tools-bench.js';

const bench = new ToolsBench();
const model = 'qwen3-4b';
/** How much memory a board of 8 GB has left changes with every moment: this one always fits. */
const small = 'qwen2-5-0.5b';

describe('models on simulated boards', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    sim = await startSimulator({
      devices: [
        { name: 'nx', board: 'orin-nx', login: 'ops' },
        { name: 'agx', board: 'agx-orin', login: 'nvidia' },
        { name: 'nano', board: 'orin-nano-super', login: 'root' },
      ],
      downMs: 50,
      seed: 'ai',
    });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });
  const device = (name: string): Device => fleet.device(name);

  it('a model is launched by llama.cpp, tells of its GPU, is measured, listed and stopped', async () => {
    const launched = await bench.change(new AiLaunch(), device('nx'), {
      model: small,
      engine: 'llama.cpp',
      context: 2048,
    });
    expect(launched).toMatchObject({ processor: 'gpu', endpoint: { engine: 'llama.cpp', context: 2048 } });
    const { name, test } = launched as unknown as { name: string; test: { decodeTokensPerSecond: number } };
    expect(test.decodeTokensPerSecond).toBeGreaterThan(0);
    expect(await bench.read(new AiList(), device('nx'))).toMatchObject({
      endpoints: [{ name, state: 'ready', processor: 'gpu', slots: { total: 1, busy: 0 }, launchedByJetfleet: true }],
    });
    const log = await bench.read(new AiLogs(), device('nx'), { endpoint: name, limit: 100 });
    expect(log).toMatchObject({ processor: 'gpu', state: 'running' });
    expect(JSON.stringify(log)).toContain('offloaded 29/29 layers to GPU');
    expect(await bench.read(new ModelList(), device('nx'))).toMatchObject({
      models: [expect.objectContaining({ format: 'gguf' })],
    });
    const short = { endpoint: name, promptTokens: 32, outputTokens: 16, repeats: 2 };
    const measured = await bench.change(new AiBenchmark(), device('nx'), short);
    expect(measured).toMatchObject({ levels: [{ concurrency: 1 }] });
    const stopped = await bench.change(new AiStop(), device('nx'), { endpoint: name, remove: true });
    expect(stopped).toMatchObject({ name });
    expect(await bench.read(new AiList(), device('nx'))).toMatchObject({ endpoints: [] });
  });

  it('a model is launched by Ollama, whose own words tell of the GPU', async () => {
    const launched = await bench.change(new AiLaunch(), device('agx'), { model, engine: 'ollama' });
    expect(launched).toMatchObject({ processor: 'gpu', endpoint: { engine: 'ollama' } });
    const { name } = launched as unknown as { name: string };
    expect(await bench.read(new AiList(), device('agx'))).toMatchObject({
      endpoints: [{ name, engine: 'ollama', state: 'ready', processor: 'gpu' }],
    });
    expect(await bench.read(new ModelList(), device('agx'))).toMatchObject({
      models: [expect.objectContaining({ format: 'ollama' })],
    });
  });

  it('an endpoint comes back after the board was started anew, and what was to stay down does not', async () => {
    const on = device('nano');
    const { name } = (await bench.change(new AiLaunch(), on, { model: small, engine: 'llama.cpp' })) as unknown as {
      name: string;
    };
    await bench.change(new ContainerRun(10), on, {
      image: 'busybox:1',
      name: 'once',
      command: ['sleep', '999'],
      gpu: false,
    });
    sim.restart('nano');
    const { docker } = sim.device('nano');
    for (let i = 0; i < 200 && docker.container('once').state === 'running'; i++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(docker.container('once')).toMatchObject({ state: 'exited', exitCode: 255 });
    expect(docker.container(name)).toMatchObject({ state: 'running' });
    expect(await bench.read(new AiList(), on)).toMatchObject({ endpoints: [{ name, state: 'ready' }] });
  });

  it('the GPU is proved where an image can prove it, Docker needs nothing, and unused images go', async () => {
    const on = device('nx');
    await bench.change(new ImagePull(), on, { image: 'dustynv/l4t-pytorch:r36.4.0' });
    expect(await bench.change(new GpuTest(), on, { image: 'dustynv/l4t-pytorch:r36.4.0' })).toMatchObject({
      level: 'kernel',
      usesGpu: true,
      sm: '8.7',
      cuda: '12.6',
    });
    await bench.change(new ImagePull(), on, { image: 'busybox:1' });
    expect(await bench.change(new GpuTest(), on, { image: 'busybox:1' })).toMatchObject({ level: 'device files' });
    const setup = await bench.change(new DockerSetup(10), on, {});
    expect(setup.planned).toBe('Docker is as asked already.');
    expect(JSON.stringify(await bench.change(new ImagePrune(), on, { which: 'unused' }))).toContain('busybox:1');
    expect(sim.device('nx').docker.images.size).toBe(0);
  });
});
