import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AiBenchmarkMatrix } from '../../../tools/ai/ai_benchmark_matrix.js';
import type { FakeBoard } from '../../fakes/fake-device.js';
import type { StandInRates } from '../../fakes/stand-in-engine.js';
import { SwitchingBoard, type Switching } from '../hardware/switching-board.js';
import { passed, servingBoard, timedCall } from './benchmark-board.js';

const tool = new AiBenchmarkMatrix();
const load = { endpoints: ['chat'], promptTokens: 64, outputTokens: 16, concurrency: [1], repeats: 2, again: false };
type Args = Parameters<AiBenchmarkMatrix['prepare']>[0];

beforeEach(() => void jest.useFakeTimers({ now: Date.UTC(2026, 10, 20, 7) }));
afterEach(() => void jest.useRealTimers());

/** A board that switches modes, with an engine whose rate follows the mode. */
function lab(how: Switching = {}) {
  const board = new SwitchingBoard(how);
  const rates: StandInRates = {
    prefillPerSecond: 400,
    decodePerSecond: () => (board.id === 0 ? 10 : 20),
    idleMilliwatts: 5000,
    loadMilliwatts: 12_000,
  };
  const more: FakeBoard = { ...board.now };
  const the = servingBoard(rates, more);
  // What nvpmodel changed shows in its status file.
  const files = new Proxy(the.device.board.files ?? {}, {
    get: (target, key: string) => (key === '/var/lib/nvpmodel/status' ? `pmode:000${board.id}` : target[key]),
  });
  the.device.board = { ...the.device.board, files };
  return { ...the, board, call: timedCall() };
}
const run = async ({ device, call }: ReturnType<typeof lab>, more: Partial<Args>) => {
  const args: Args = { ...load, ...more };
  const prepared = await tool.prepare(args, device, call);
  return { prepared, data: tool.spec.output.parse(await passed(tool.perform(args, prepared, device, call))) };
};

describe('ai_benchmark_matrix', () => {
  it('measures in each mode that takes no reboot, puts the mode back, and says what takes one', async () => {
    const the = lab();
    const { data, prepared } = await run(the, { modes: ['15W', '25W', '7W'] });
    expect(data.cells.map(({ powerMode, state }) => [powerMode, state])).toEqual([
      ['25W', 'measured'],
      ['15W', 'measured'],
    ]);
    expect(data.cells[0]?.decode).toBeCloseTo(20, 0);
    expect(data.cells[1]?.decode).toBeCloseTo(10, 0);
    expect(the.board.id).toBe(1);
    expect(data.restored).toBe('Put back; seen after it: the power mode is 25W.');
    expect(data.later).toEqual([
      { modes: ['7W'], next: expect.stringMatching(/^power_set_mode with mode 7W .* mode 25W again/) },
    ]);
    expect(prepared.says).toContain('7W take a reboot and are left out');
    expect(the.device.ran.filter((line) => line.startsWith('nvpmodel'))).toEqual(['nvpmodel -m 0', 'nvpmodel -m 1']);
    expect(the.call.store.kept.map(({ id }) => id)).toEqual([`${the.call.changeId}-1`, `${the.call.changeId}-2`]);
    expect(tool.spec.picture(data)).toContain('chat 15W');
  });

  it('does not measure again what was measured in the last day', async () => {
    const the = lab();
    await run(the, { modes: ['25W'] });
    const { data, prepared } = await run(the, { modes: ['25W'] });
    expect(prepared.steps).toEqual([]);
    expect(data).toMatchObject({ cells: [], skipped: 1 });
    expect((await tool.prepare({ ...load, modes: ['25W'], again: true }, the.device, the.call)).steps).not.toEqual([]);
  });

  it('tells a cell whose mode the board did not take, and measures the others', async () => {
    const { data } = await run(lab({ golden: true }), { modes: ['25W', '15W'] });
    expect(data.cells).toMatchObject([
      { powerMode: '25W', state: 'measured' },
      { powerMode: '15W', state: 'failed', says: expect.stringContaining('did not take this mode') },
    ]);
  });

  it('has one endpoint at a time on the board, and leaves them as they were', async () => {
    const the = lab();
    const { data } = await run(the, { endpoints: ['old', 'chat'] });
    expect(data.cells.map(({ endpoint, state }) => [endpoint, state])).toEqual([
      ['old', 'measured'],
      ['chat', 'measured'],
    ]);
    const sent = the.device.docker.sent.map((step) => ('path' in step ? step.path.replace('/containers/', '') : ''));
    expect(sent).toEqual(['chat/stop', 'old/start', 'old/stop', 'chat/start', 'chat/stop', 'old/stop', 'chat/start']);
    expect([...the.states]).toEqual([
      ['chat', 'running'],
      ['old', 'exited'],
    ]);
  });

  it('puts back what an ended server left', async () => {
    const the = lab();
    const { awaits } = await tool.prepare({ ...load, modes: ['25W', '15W'] }, the.device, the.call);
    the.board.id = 0;
    if (awaits === undefined) throw new Error('no awaits');
    await expect(tool.settle(awaits, the.device, the.call)).rejects.toMatchObject({ kind: 'command_failed' });
    expect(the.board.id).toBe(1);
  });

  it.each<[string, Partial<Args>, RegExp]>([
    ['an endpoint that is not there', { endpoints: ['chat', 'none'] }, /not all of these endpoints/],
    ['a mode that the board has not', { modes: ['90W'] }, /90W|mode/],
  ])('refuses %s', async (_what, more, message) => {
    const the = lab();
    await expect(tool.prepare({ ...load, ...more }, the.device, the.call)).rejects.toThrow(message);
  });
});
