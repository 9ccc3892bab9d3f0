import { lockOnly, type Hold } from '../src/core/ai/benchmark/hold.js';
import { Failure } from '../src/core/errors.js';
import { changesFor, type Change, type Goal, type Lever, type Skipped } from '../src/core/optimize/changes.js';
import { aiBoardProbe } from '../src/core/probes/ai-board.js';
import { clocksSettingProbe } from '../src/core/probes/clocks-setting.js';
import { fanControlProbe } from '../src/core/probes/fan-control.js';
import { powerSwitchProbe } from '../src/core/probes/power-switch.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { awaitsMeasuring, benchmarkMs } from './benchmark-hold.js';
import { needsRoot } from './needs-root.js';
import { servedEndpoint, type Served } from './served-endpoint.js';

/** What an optimisation does on one device. */
export interface OptimizePlan extends Prepared {
  readonly changes: readonly Change[];
  readonly skipped: readonly Skipped[];
  readonly served: Served | undefined;
  /** The lock alone; what was changed is undone only where it is no better. */
  readonly hold: Hold;
}

/** Goals that only a load tells anything about. */
const underLoad: readonly Goal[] = ['performance', 'efficiency'];

/** Looks at every lever, and plans those that the goal pulls. */
export async function optimizePlan(
  {
    goal,
    endpoint,
    allow,
  }: { readonly goal: Goal; readonly endpoint?: string | undefined; readonly allow: readonly Lever[] },
  device: Device,
  call: Call,
): Promise<OptimizePlan> {
  if (underLoad.includes(goal) && endpoint === undefined)
    throw new Failure('invalid_input', `The goal ${goal} is measured by a benchmark: name an endpoint of the device.`, {
      hint: 'ai_list shows endpoints, ai_launch starts one.',
    });
  await needsRoot(device, call);
  const served = endpoint === undefined ? undefined : await servedEndpoint(endpoint, device, call);
  const { signal, temperatureLimits: limits } = call;
  const power = await device.ask(powerSwitchProbe, signal);
  const clocks = await device.ask(clocksSettingProbe, signal);
  const fan = await device.ask(fanControlProbe, signal);
  const { desktop = false } = await device.ask(aiBoardProbe, signal);
  const { changes, skipped } = changesFor(goal, allow, { power, clocks, fan, desktop, limits });
  const lock = lockOnly(call.changeId, benchmarkMs / 1000);
  const undo = [...changes].reverse().flatMap(({ back }) => back);
  const basis = { goal, mode: power.current?.name ?? null, bootId: power.bootId ?? null };
  const around = { changes, skipped, served, hold: lock, basis };
  if (changes.length === 0) return { ...around, says: 'There is nothing to change for this goal here.', steps: [] };
  const made = changes.flatMap(({ steps }) => steps);
  const whole = { ...lock, begin: [...lock.begin, ...made], back: [...undo, ...lock.back] };
  const how = served ? `by a benchmark of ${served.name}` : 'by following its tegrastats, idle';
  return {
    ...around,
    says: `Measures ${how}, then ${changes.map(({ says }) => says).join(', ')}, measures again, and undoes all of it where it is no better.`,
    steps: [...whole.begin, ...whole.back],
    awaits: awaitsMeasuring('measures, changes and measures again', whole),
  };
}
