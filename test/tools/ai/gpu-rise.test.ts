import { describe, expect, it } from '@jest/globals';
import { AiLaunch } from '../../../tools/ai/ai_launch.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import {
  endpointContainer,
  imageAnswer,
  launchBoard,
  llamaImage,
  llamaLabels,
  llamaPorts,
  logLine,
  logPath,
} from './launch-board.js';

const tool = new AiLaunch();
const args = tool.spec.input.parse({ model: 'qwen3-4b' });
const name = 'ai-qwen3-4b';
const line = (load: number): string => `RAM 2000/7620MB (lfb 4x4MB) CPU [9%@1344] GR3D_FREQ ${load}% gpu@45C`;

/** What is told of an endpoint of an engine that never divides a model, by its log and the loads of the GPU. */
async function processorOf(engine: string, log: string, loads: readonly number[] | undefined): Promise<string> {
  const call = fakeCall();
  const { jobs, board } = launchBoard();
  const device = new FakeDevice('nano-01', board);
  const plan = await tool.prepare(args, device, call);
  jobs.outcome = { output: '', exitCode: 0 };
  await tool.perform(args, plan, device, call);
  const seen: FakeBoard = loads
    ? { lines: { 'tegrastats --interval 200': loads.map(line) } }
    : { missing: ['tegrastats'] };
  device.board = {
    ...board,
    ...seen,
    http: llamaPorts(),
    docker: {
      ...board.docker,
      answers: {
        [`/containers/${name}/json`]: endpointContainer(name, llamaLabels),
        [`/images/sha256%3A${'a'.repeat(64)}/json`]: imageAnswer(llamaImage),
      },
      sends: { [`POST /containers/${name}/update`]: {} },
      streams: { [logPath()]: [logLine(log)] },
    },
  };
  const { endpoint } = plan.awaits.state as { readonly endpoint: object };
  const state = { ...plan.awaits.state, endpoint: { ...endpoint, engine, api: 'openai' } };
  const look = { ...call, beganAgoMs: 1000, reachedForMs: 1000 };
  return tool.spec.output.parse(await tool.settle({ ...plan.awaits, state }, device, look)).processor;
}

describe('what does the work of an engine whose log is silent', () => {
  it.each([
    ['the GPU, whose load rose as it answered', [0, 3, 88, 91], 'gpu'],
    ['not to be seen where the GPU stayed idle', [0, 3, 2, 4], 'unknown'],
    ['not to be seen where the GPU was busy before', [97, 99, 99, 98], 'unknown'],
    ['not to be seen without tegrastats', undefined, 'unknown'],
  ])('is %s', async (_what, loads, processor) => {
    for (const engine of ['sglang', 'tensorrt-llm', 'vllm'])
      expect(await processorOf(engine, 'starting', loads)).toBe(processor);
  });

  it('is what the log says, where it says so', async () => {
    expect(await processorOf('vllm', 'Automatically detected platform cuda.', undefined)).toBe('gpu');
    expect(await processorOf('vllm', 'Automatically detected platform cpu.', [0, 0, 90])).toBe('cpu');
  });
});
