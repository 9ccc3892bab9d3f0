import { lockOnly, withClocksHeld, type Hold } from '../src/core/ai/benchmark/hold.js';
import { clocksSettingProbe } from '../src/core/probes/clocks-setting.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { needsRoot } from './needs-root.js';

/** For one benchmark. */
export const benchmarkMs = 45 * 60_000;

/** What a measurement awaits, whichever tool does it. */
export function awaitsMeasuring(says: string, hold: Hold, patienceMs = benchmarkMs): NonNullable<Prepared['awaits']> {
  return {
    state: { stores: storesClocks(hold) },
    says,
    patienceMs,
    outlives: true,
    afterwards: hold.back,
    overdue: {
      message: 'The measurement did not end in time and was given up.',
      hint: 'Fewer repeats, tokens or levels take less. clocks_status and job_list tell whether anything was left.',
    },
  };
}

const storesClocks = ({ begin }: Hold): boolean =>
  begin.some(({ argv: [program, verb] }) => program === 'jetson_clocks' && verb === '--store');

/** The lock, and clocks held where that is asked for. */
export async function holdFor(clocks: 'keep' | 'max', device: Device, call: Call): Promise<Hold> {
  const hold = lockOnly(call.changeId, benchmarkMs / 1000);
  if (clocks === 'keep') return hold;
  await needsRoot(device, call);
  return withClocksHeld(hold, await device.ask(clocksSettingProbe, call.signal));
}
