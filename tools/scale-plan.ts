import { left, type ScaleData } from '../src/core/ai/launch/scale-data.js';
import type { LaunchWish } from '../src/core/ai/launch/launch-wish.js';
import type { Placed } from '../src/core/ai/launch/placement.js';
import { stopPlan, type StopPlan } from '../src/core/ai/launch/stop-steps.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { inspected } from './container-now.js';
import { beginLaunch, preparedLaunch, type PreparedLaunch } from './launch-prepared.js';
import { stopEndpoint } from './stop-endpoint.js';

/** What one device does for a placement. */
export type ScalePlan = Prepared & {
  readonly launch?: PreparedLaunch;
  readonly stops?: readonly StopPlan[];
  readonly nothing?: ScaleData;
};

/** Plans a device's part. */
export async function scalePlan(
  placed: Placed,
  serves: readonly string[],
  wish: LaunchWish,
  device: Device,
  call: Call,
): Promise<ScalePlan> {
  if (placed === 'launch') {
    const launch = await preparedLaunch(wish, device, call);
    return { ...launch, launch };
  }
  if (placed === 'stop') {
    const containers = await Promise.all(serves.map((name) => inspected(name, device, call.signal)));
    const stops = containers.map((container) => stopPlan(container, true));
    const says = stops.map((stop) => stop.says).join(' ');
    return { says, steps: stops.flatMap(({ requests }) => requests), stops, basis: { serves: serves.join(' ') } };
  }
  const nothing = left(placed, serves);
  return { says: nothing.says, steps: [], nothing };
}

/** Does a device's part; undefined where the end of a launch is waited for. */
export async function scaled(plan: ScalePlan, device: Device, call: Call): Promise<ScaleData | undefined> {
  if (plan.launch) {
    await beginLaunch(plan.launch, device, call);
    return undefined;
  }
  if (plan.stops === undefined) return plan.nothing;
  for (const stop of plan.stops) await stopEndpoint(stop, true, device, call);
  return { action: 'stopped', endpoints: [], says: 'It serves the model no longer; its memory is free.' };
}
