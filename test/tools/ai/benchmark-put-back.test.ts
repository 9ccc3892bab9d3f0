import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import type { Awaits } from '../../../src/ports/tool.js';
import { AiBenchmark } from '../../../tools/ai/ai_benchmark.js';
import { AiBenchmarkMatrix } from '../../../tools/ai/ai_benchmark_matrix.js';
import type { FakeBoard } from '../../fakes/fake-device.js';
import { clockedBoard, passed, servingBoard, timedCall } from './benchmark-board.js';

const tool = new AiBenchmark();
const matrix = new AiBenchmarkMatrix();
const rates = { prefillPerSecond: 400, decodePerSecond: () => 20, idleMilliwatts: 5000, loadMilliwatts: 12_000 };
const load = { promptTokens: 64, outputTokens: 16, concurrency: [1], repeats: 1 };
const usual: Parameters<AiBenchmark['prepare']>[0] = { ...load, clocks: 'max', method: 'http' };
/** When the fake board's jobs begin. */
const beganSeconds = 1_795_158_000 - 60;

beforeEach(() => void jest.useFakeTimers({ now: Date.UTC(2026, 10, 20, 7) }));
afterEach(() => void jest.useRealTimers());

const awaitsOf = ({ awaits }: { readonly awaits?: Awaits }): Awaits => {
  if (awaits === undefined) throw new Error('no awaits');
  return awaits;
};
const clocksRan = (ran: readonly string[]): string[] => ran.filter((line) => line.startsWith('jetson_clocks'));

/** A board whose clocks do not come down again where `stuck`, with the time of its store. */
function lab({ stuck = false, storedAfter = 1 }: { stuck?: boolean; storedAfter?: number } = {}) {
  const clocked = clockedBoard();
  const runs = { ...clocked.runs, 'systemctl is-system-running': { text: 'running' } };
  const programs: FakeBoard['programs'] = {
    ...clocked.programs,
    jetson_clocks: (command) =>
      stuck && command.argv[1] === '--restore'
        ? { text: '' }
        : (clocked.programs?.['jetson_clocks']?.(command) ?? { text: '' }),
    stat: () => ({ text: `${beganSeconds + storedAfter}\n` }),
  };
  return { ...servingBoard({ ...rates }, { ...clocked, runs, programs }), call: timedCall() };
}

describe('what a benchmark puts back', () => {
  it('is looked at: a success whose clocks stayed held is none', async () => {
    const { device, call } = lab({ stuck: true });
    const prepared = await tool.prepare(usual, device, call);
    await expect(passed(tool.perform(usual, prepared, device, call))).rejects.toMatchObject({
      message: 'It was measured, but not everything could be put back: the clocks are held.',
      retry: 'check_first',
    });
    expect(call.store.kept).toHaveLength(1);
  });

  it('is told beside the failure of the work', async () => {
    const { device, call, engine } = lab({ stuck: true });
    Object.assign(engine.rates, { refuses: () => true });
    const prepared = await tool.prepare(usual, device, call);
    await expect(passed(tool.perform(usual, prepared, device, call))).rejects.toMatchObject({
      message: expect.stringMatching(
        /did not answer the first request.* And not everything could be put back: the clo/,
      ),
      hint: expect.stringContaining('clocks_set'),
    });
  });

  it('is nothing where nothing was changed', async () => {
    const { device, call } = lab();
    const args = { ...load, endpoints: ['chat'], again: false };
    const data = await passed(matrix.perform(args, await matrix.prepare(args, device, call), device, call));
    expect(data.restored).toBe('Neither mode nor endpoints were changed.');
  });

  it('is what was seen of mode and containers', async () => {
    const the = lab();
    const args = { ...load, endpoints: ['old', 'chat'], again: false };
    const prepared = await matrix.prepare(args, the.device, the.call);
    expect((await passed(matrix.perform(args, prepared, the.device, the.call))).restored).toBe(
      'Put back; seen after it: old is stopped, chat runs.',
    );
  });
});

describe('what a later server puts back', () => {
  const begun = async (the: ReturnType<typeof lab>, steps: readonly string[][]): Promise<Awaits> => {
    const prepared = await tool.prepare(usual, the.device, the.call);
    const [lock] = prepared.steps;
    if (lock === undefined || !('argv' in lock)) throw new Error('no lock');
    await the.device.run(lock, the.call.signal);
    for (const argv of steps) await the.device.run({ argv: argv as [string] }, the.call.signal);
    the.device.ran.length = 0;
    return awaitsOf(prepared);
  };
  const store = ['jetson_clocks', '--store', '/root/l4t_dfs.conf'];

  it('restores clocks that are held, by the store of this change', async () => {
    const the = lab();
    const awaits = await begun(the, [store, ['jetson_clocks']]);
    await expect(tool.settle(awaits, the.device, the.call)).rejects.toThrow(
      'The server that measured has ended before the end. Put back; seen after it: the clocks are not held.',
    );
    expect(clocksRan(the.device.ran)).toEqual(['jetson_clocks --restore /root/l4t_dfs.conf']);
  });

  it('leaves clocks alone that nobody came to hold', async () => {
    const the = lab();
    const awaits = await begun(the, []);
    await expect(tool.settle(awaits, the.device, the.call)).rejects.toThrow(
      /The clocks are not held: there was nothing/,
    );
    expect(clocksRan(the.device.ran)).toEqual([]);
    expect(the.device.ran.at(-1)).toContain('jetfleet-job-stop');
  });

  it('does not restore a store that is older than the change', async () => {
    const the = lab({ storedAfter: -3600 });
    const awaits = await begun(the, [store, ['jetson_clocks']]);
    await expect(tool.settle(awaits, the.device, the.call)).rejects.toThrow(/was stored before this change/);
    expect(clocksRan(the.device.ran)).toEqual([]);
    expect(the.device.ran.at(-1)).toContain('jetfleet-job-stop');
  });

  it('tells a result that was kept, also where not everything could be put back', async () => {
    const the = lab();
    const prepared = await tool.prepare(usual, the.device, the.call);
    const data = await passed(tool.perform(usual, prepared, the.device, the.call));
    const stuck = lab({ stuck: true });
    const awaits = await begun(stuck, [store, ['jetson_clocks']]);
    const told = await tool.settle(awaits, stuck.device, the.call);
    expect(told).toMatchObject({ id: data.id, levels: data.levels });
    expect(told.notes).toContainEqual(expect.stringContaining('not everything could be put back: the clocks are held'));
  });

  it('is asked again where the device is not reached', async () => {
    const the = lab();
    const awaits = await begun(the, [store, ['jetson_clocks']]);
    the.device.board = { ...the.device.board, failing: new Failure('unreachable', 'The link broke.') };
    await expect(tool.settle(awaits, the.device, the.call)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

it('measures no cell beside an endpoint that did not stop', async () => {
  const { device, call } = lab();
  const { docker } = device.board;
  const refuses = new Failure('command_failed', 'Docker could not.');
  device.board = {
    ...device.board,
    docker: { ...docker, sends: { ...docker?.sends, 'POST /containers/chat/stop': refuses } },
  };
  const args = { ...load, endpoints: ['old', 'chat'], again: false };
  const data = await passed(matrix.perform(args, await matrix.prepare(args, device, call), device, call));
  expect(data.cells).toMatchObject([
    { endpoint: 'old', state: 'failed', says: expect.stringContaining('chat could not be stopped') },
    { endpoint: 'chat', state: 'failed', says: expect.stringContaining('chat could not be stopped') },
  ]);
});
