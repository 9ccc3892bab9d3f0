import type { Hold } from '../src/core/ai/benchmark/hold.js';
import { backAim, seenOf, seenSentence, type BackAim } from '../src/core/ai/benchmark/put-back.js';
import { containersQuestion } from '../src/core/docker/container-rows.js';
import { clocksSettingProbe } from '../src/core/probes/clocks-setting.js';
import { powerSwitchProbe } from '../src/core/probes/power-switch.js';
import { isDockerStep } from '../src/core/step.js';
import type { Device } from '../src/ports/fleet.js';
import { NotBack } from './not-back.js';

/** One step of a hold. */
async function doStep(step: Hold['back'][number], device: Device, signal: AbortSignal): Promise<void> {
  await (isDockerStep(step) ? device.docker.send(step, signal) : device.run(step, signal));
}

/**
 * Runs each step, those after one that fails too, and then looks at the clocks, the mode and the containers that they are for. The
 * sentence on what was seen, undefined where there was nothing to look at; rejects where something is not as it was.
 */
export async function putBack(
  steps: Hold['back'],
  device: Device,
  signal: AbortSignal,
  leaves?: string,
): Promise<string | undefined> {
  const failures: unknown[] = [];
  const aims: BackAim[] = [];
  for (const step of steps) {
    const aim = backAim(step);
    if (aim !== undefined) aims.push(aim);
    // Of what can be looked at, the look tells: nvpmodel's exit code does not.
    await doStep(step, device, signal).catch((error: unknown) => {
      if (aim === undefined) failures.push(error);
    });
  }
  const seen = await lookAt(aims, device, signal).catch((error: unknown) => void failures.push(error));
  const bad = (seen ?? []).filter(({ good }) => !good).map(({ says }) => says);
  if (leaves !== undefined) bad.push(leaves);
  if (bad.length > 0 || failures.length > 0) throw new NotBack(bad, failures[0]);
  return seenSentence(seen ?? []);
}

async function lookAt(
  aims: readonly BackAim[],
  device: Device,
  signal: AbortSignal,
): Promise<ReturnType<typeof seenOf>[]> {
  const has = (of: BackAim['of']): boolean => aims.some((aim) => aim.of === of);
  const look = {
    clocks: has('clocks') ? await device.ask(clocksSettingProbe, signal) : undefined,
    power: has('mode') ? await device.ask(powerSwitchProbe, signal) : undefined,
    containers: has('container') ? await device.docker.ask(containersQuestion, signal) : undefined,
  };
  return aims.map((aim) => seenOf(aim, look));
}
