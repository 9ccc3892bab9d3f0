import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OptimizeSystem } from '../../../tools/fleet/optimize_system.js';
import type { FakeBoard } from '../../fakes/fake-device.js';
import type { StandInRates } from '../../fakes/stand-in-engine.js';
import { clockedBoard, passed, servingBoard, timedCall } from '../ai/benchmark-board.js';

const tool = new OptimizeSystem();
type Args = Parameters<OptimizeSystem['prepare']>[0];
const clock = '/sys/devices/system/cpu/cpufreq/policy0/scaling_min_freq';

beforeEach(() => void jest.useFakeTimers({ now: Date.UTC(2026, 10, 20, 7) }));
afterEach(() => void jest.useRealTimers());

/** A board whose engine is faster by `gain` where its clocks are held. */
function lab(gain: number, more: Partial<FakeBoard> = {}) {
  const board = { ...clockedBoard(), ...more };
  const scaling = board.files?.[clock];
  const isHeld = (): boolean => board.files?.[clock] !== scaling && board.files?.[clock] !== '729600';
  const rates: StandInRates = {
    prefillPerSecond: 400,
    decodePerSecond: () => (isHeld() ? 20 * gain : 20),
    idleMilliwatts: 5000,
    loadMilliwatts: 12_000,
  };
  const runs = {
    ...board.runs,
    'systemctl is-system-running': { text: 'running' },
    'systemctl is-active nvfancontrol.service': { text: 'active' },
  };
  return { ...servingBoard(rates, { ...board, runs }), call: timedCall(), isHeld };
}
async function run({ device, call }: ReturnType<typeof lab>, more: Partial<Args> = {}) {
  const args: Args = { goal: 'performance', endpoint: 'chat', allow: ['clocks'], ...more };
  const prepared = await tool.prepare(args, device, call);
  const data = tool.spec.output.parse(await passed(tool.perform(args, prepared, device, call)));
  return { prepared, data };
}
const clocksRan = (ran: readonly string[]): string[] => ran.filter((line) => line.startsWith('jetson_clocks'));

describe('optimize_system', () => {
  it('keeps a change that measures better', async () => {
    const the = lab(1.5);
    const { data, prepared } = await run(the);
    expect(prepared.says).toBe(
      'Measures by a benchmark of chat, then clocks are held at their highest, measures again, and undoes all of it where it is no better.',
    );
    expect(data).toMatchObject({
      kept: true,
      changes: [{ what: 'clocks' }],
      says: expect.stringContaining('It is kept'),
    });
    expect(data.after?.decodeTokensPerSecond).toBeCloseTo(1.5 * (data.before?.decodeTokensPerSecond ?? 0), 0);
    expect(data.skipped).toEqual([
      { what: 'power_mode', why: 'it is not in allow' },
      { what: 'fan', why: 'it is not in allow' },
    ]);
    expect(the.isHeld()).toBe(true);
    expect(clocksRan(the.device.ran)).toEqual(['jetson_clocks --store /root/l4t_dfs.conf', 'jetson_clocks']);
    expect(the.call.store.kept.map(({ id }) => id)).toEqual([
      `${the.call.changeId}-before`,
      `${the.call.changeId}-after`,
    ]);
  });

  it('undoes one that is no better', async () => {
    const the = lab(1.01);
    const { data } = await run(the);
    expect(data).toMatchObject({ kept: false, says: expect.stringContaining('It is undone') });
    expect(clocksRan(the.device.ran).at(-1)).toBe('jetson_clocks --restore /root/l4t_dfs.conf');
    expect(the.isHeld()).toBe(false);
  });

  it('looks whether it is undone', async () => {
    const the = lab(1.01);
    const clocks = the.device.board.programs?.['jetson_clocks'];
    const stuck: FakeBoard['programs'] = {
      ...the.device.board.programs,
      jetson_clocks: (command) =>
        command.argv[1] === '--restore' ? { text: '' } : (clocks?.(command) ?? { text: '' }),
    };
    the.device.board = { ...the.device.board, programs: stuck };
    await expect(run(the)).rejects.toThrow(
      'It was no better, but not everything could be put back: the clocks are held.',
    );
  });

  it('undoes what it began where the second measurement fails', async () => {
    const the = lab(1.5);
    const args: Args = { goal: 'performance', endpoint: 'chat', allow: ['clocks'] };
    const prepared = await tool.prepare(args, the.device, the.call);
    the.call.progress = (message) => {
      if (message.startsWith('changed')) Object.assign(the.engine.rates, { refuses: () => true });
    };
    await expect(passed(tool.perform(args, prepared, the.device, the.call))).rejects.toMatchObject({
      kind: 'command_failed',
    });
    expect(the.isHeld()).toBe(false);
    expect(the.device.ran.at(-1)).toContain('jetfleet-job-stop');
  });

  it('stops the desktop only where that is named, and keeps it off where memory is won', async () => {
    const sent: string[] = [];
    const the = lab(1, {
      programs: {
        ...clockedBoard().programs,
        systemctl: ({ argv }) => {
          if (argv[1] !== 'is-active') sent.push(argv.slice(1).join(' '));
          return { text: '' };
        },
      },
    });
    the.device.board = { ...the.device.board, files: { ...the.device.board.files, '/tmp/.X11-unix/X0': '' } };
    const none = await run(the, { goal: 'memory', endpoint: undefined });
    expect(none).toMatchObject({ prepared: { steps: [] }, data: { kept: false, skipped: [{ what: 'desktop' }] } });
    const { data } = await run(the, { goal: 'memory', endpoint: undefined, allow: ['desktop'] });
    // The stand-in's memory does not change: no gain, so the desktop comes back.
    expect(sent).toEqual(['stop display-manager.service', 'start display-manager.service']);
    expect(data).toMatchObject({ kept: false, before: { ramUsedBytes: expect.any(Number) } });
  });

  it('says that it measures idle where no endpoint is named', async () => {
    const the = lab(1);
    const held = the.device.board.programs?.['jetson_clocks'];
    held?.({ argv: ['jetson_clocks', '--store'] });
    held?.({ argv: ['jetson_clocks'] });
    const { prepared, data } = await run(the, { goal: 'thermal', endpoint: undefined });
    expect(prepared.says).toContain('by following its tegrastats, idle');
    expect(data.says).toContain('became 45 C at the hottest (idle, without a load)');
    const loaded = await run(lab(1.5));
    expect(loaded.data.says).not.toContain('idle');
  });

  it('refuses a goal that only a load tells anything about, without an endpoint', async () => {
    const { device, call } = lab(1);
    const args: Args = { goal: 'efficiency', allow: ['clocks'] };
    await expect(tool.prepare(args, device, call)).rejects.toThrow(/name an endpoint/);
  });
});
