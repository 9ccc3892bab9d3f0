import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GuardedFleet } from '../../src/app/guarded-fleet.js';
import { Redactor } from '../../src/core/redact.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Prepared } from '../../src/ports/tool.js';
import { AiBenchmark } from '../../tools/ai/ai_benchmark.js';
import { AiBenchmarkMatrix } from '../../tools/ai/ai_benchmark_matrix.js';
import { OptimizeSystem } from '../../tools/fleet/optimize_system.js';
import { clockedBoard, passed, servingBoard, timedCall } from '../tools/ai/benchmark-board.js';

const rates = { prefillPerSecond: 400, decodePerSecond: () => 20, idleMilliwatts: 5000, loadMilliwatts: 9000 };
const load = { promptTokens: 64, outputTokens: 16, concurrency: [1], repeats: 1 };

/** The device as a tool has it whose steps were approved, with the numbers of the steps that ran. */
function guardedDevice(device: Device, tool: string, { steps }: Prepared): { guarded: Device; ran: number[] } {
  const ran: number[] = [];
  const fleet = { device: () => device, close: () => Promise.resolve() };
  const guard = new GuardedFleet(fleet, new Redactor(), { log: () => undefined }, () => Promise.resolve());
  const begin = (_device: string, _step: unknown, number: number): Promise<() => Promise<void>> => {
    ran.push(number);
    return Promise.resolve(() => Promise.resolve());
  };
  return { guarded: guard.device('orin', tool, { allows: 'steps', steps, trail: { begin } }), ran };
}

beforeEach(() => void jest.useFakeTimers({ now: Date.UTC(2026, 10, 20, 7) }));
afterEach(() => void jest.useRealTimers());

describe('what measures does exactly the approved steps', () => {
  it('ai_benchmark', async () => {
    const tool = new AiBenchmark();
    const { device } = servingBoard(rates, { ...clockedBoard(), missing: ['stat'] });
    const args = { ...load, clocks: 'max', method: 'http' } as const;
    const call = timedCall();
    const prepared = await tool.prepare(args, device, call);
    const { guarded, ran } = guardedDevice(device, tool.spec.name, prepared);
    await passed(tool.perform(args, prepared, guarded, call));
    expect(ran).toEqual([1, 2, 3, 4, 5]);
    // A later server may do the last two of them: where it finds the clocks held.
    await device.run({ argv: ['jetson_clocks'] }, call.signal);
    const { awaits = { state: {}, says: '', patienceMs: 0, overdue: { message: '', hint: '' } } } = prepared;
    const later = guardedDevice(device, tool.spec.name, { says: '', steps: awaits.afterwards ?? [] });
    await tool.settle(awaits, later.guarded, call);
    expect(later.ran).toEqual([1, 2]);
  });

  it('ai_benchmark_matrix', async () => {
    const tool = new AiBenchmarkMatrix();
    const files = { '/etc/nvpmodel.conf': '< POWER_MODEL ID=0 NAME=15W >\n' };
    const board = clockedBoard();
    const { device } = servingBoard(rates, {
      ...board,
      files: { ...board.files, ...files, '/var/lib/nvpmodel/status': 'pmode:0000' },
      missing: ['nvpmodel', 'systemctl'],
    });
    const args = { ...load, endpoints: ['chat', 'old'], again: false };
    const call = timedCall();
    const prepared = await tool.prepare(args, device, call);
    const { guarded, ran } = guardedDevice(device, tool.spec.name, prepared);
    const { cells } = await passed(tool.perform(args, prepared, guarded, call));
    expect(cells.map(({ state }) => state)).toEqual(['measured', 'measured']);
    expect(ran.sort((a, b) => a - b)).toEqual(prepared.steps.map((_, i) => i + 1));
  });

  it('optimize_system', async () => {
    const tool = new OptimizeSystem();
    const board = clockedBoard();
    const { device } = servingBoard(rates, { ...board, missing: ['systemctl', 'nvpmodel', 'nvfancontrol'] });
    const args = { goal: 'performance', endpoint: 'chat', allow: ['clocks'] } as const;
    const call = timedCall();
    const prepared = await tool.prepare({ ...args, allow: [...args.allow] }, device, call);
    const { guarded, ran } = guardedDevice(device, tool.spec.name, prepared);
    const data = await passed(tool.perform({ ...args, allow: [...args.allow] }, prepared, guarded, call));
    expect(data).toMatchObject({ kept: false });
    expect(ran).toEqual([1, 2, 3, 4, 5]);
  });
});
