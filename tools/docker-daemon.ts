import { containersQuestion } from '../src/core/docker/container-rows.js';
import { reachedSetup, type DockerGoal, type DockerSetupData } from '../src/core/docker/setup-data.js';
import { daemonInfoQuestion, type DaemonInfo } from '../src/core/docker/setup-info.js';
import { dockerHostProbe } from '../src/core/docker/setup-probe.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** The daemon's own words; undefined where it does not answer. */
export async function infoOf(device: Device, signal: AbortSignal): Promise<DaemonInfo | undefined> {
  try {
    return await device.docker.ask(daemonInfoQuestion, signal);
  } catch (error) {
    if (error instanceof Failure && !signal.aborted) return undefined;
    throw error;
  }
}

/** Names of the containers that run, as the daemon has them. */
export async function runningNames(device: Device, signal: AbortSignal): Promise<string[]> {
  const all = (await device.docker.ask(containersQuestion, signal)) ?? [];
  return all.filter(({ state }) => state === 'running').map(({ name }) => name);
}

/** How Docker stands on the device, against what was asked for. */
export async function setupEnd(goal: DockerGoal, device: Device, { signal }: Call): Promise<DockerSetupData> {
  const host = await device.ask(dockerHostProbe, signal);
  return reachedSetup(goal, host, await infoOf(device, signal), host.inGroup);
}
