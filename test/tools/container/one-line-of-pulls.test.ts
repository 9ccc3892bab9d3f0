import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { AiLaunch } from '../../../tools/ai/ai_launch.js';
import { ComposeUp } from '../../../tools/container/compose_up.js';
import { ContainerRun } from '../../../tools/container/container_run.js';
import { ImagePull } from '../../../tools/container/image_pull.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { launchBoard } from '../ai/launch-board.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const id = 'c0ffee0000000001';
const pull = new ImagePull();
const wish = pull.spec.input.parse({ image: 'nginx:1.27' });

/** A device that begins, and says so by its job. */
function board(name: string) {
  const { jobs, board: made } = launchBoard();
  jobs.outcome = { output: 'asking' };
  return { jobs, device: new FakeDevice(name, made) };
}

const compose = new ComposeUp(0);
const run = new ContainerRun(0);
const launch = new AiLaunch();
const file = 'services: { web: { image: "nginx:1.27" } }';

// An uplink that images, models and endpoints share is drowned by all of them alike.
it.each([
  ['container_run', run, run.spec.input.parse({ image: 'nginx:1.27', name: 'web' })],
  ['compose_up', compose, compose.spec.input.parse({ file, project: 'lab' })],
  ['ai_launch', launch, launch.spec.input.parse({ model: 'qwen3-4b' })],
] as const)(
  '%s waits while two other devices of its site pull, and begins when one is through',
  async (site, tool, args) => {
    const abort = new AbortController();
    const call = { ...fakeCall(), labels: () => ({ site }), signal: abort.signal };
    const [a, b, c, d] = [board('a'), board('b'), board('c'), board('d')];
    for (const { device } of [a, b]) await pull.perform(wish, await pull.prepare(wish, device, call), device, call);
    expect([a.device.ran.length, b.device.ran.length]).toEqual([1, 1]);

    // Hashing goes on outside of the clock that is turned here: it has to be through before.
    const [planC, planD] = await Promise.all([c, d].map(({ device }) => tool.prepare(args as never, device, call)));
    expect(planC?.awaits?.queues).toBe(true);
    const waiting = tool.perform(args as never, planC as never, c.device, call);
    await jest.advanceTimersByTimeAsync(5000);
    expect(c.device.ran).toEqual([]);
    expect(call.messages).toContain('waits: other devices of its site are pulling');

    a.jobs.jobs.set(id, { argv: '', output: 'toomanyrequests', exitCode: 1 });
    const { awaits } = await pull.prepare(wish, a.device, call);
    await expect(pull.settle(awaits ?? never(), a.device, call)).rejects.toThrow();
    await jest.advanceTimersByTimeAsync(2000);
    await waiting;
    expect(c.device.ran.length).toBeGreaterThan(0);

    const cut = tool.perform(args as never, planD as never, d.device, call).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(5000);
    abort.abort();
    await jest.advanceTimersByTimeAsync(2000);
    expect(await cut).toBeInstanceOf(Error);
    expect(d.device.ran).toEqual([]);
  },
);

function never(): never {
  throw new Error('nothing is awaited');
}
