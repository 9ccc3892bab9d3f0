import type { Command } from '../../command.js';
import { isDockerStep } from '../../step.js';
import type { ListedContainer } from '../../docker/container-rows.js';
import type { DockerRequest } from '../../docker/request.js';
import { clocksAnswer } from '../../jetson/clocks-data.js';
import { clocksAreHeld, type ClocksGoal } from '../../jetson/clocks-plan.js';
import type { ClocksSetting } from '../../probes/clocks-setting.js';
import type { PowerSwitchState } from '../../probes/power-switch.js';

/** What one step of putting back is for, as far as it can be looked at. */
export type BackAim =
  | { readonly of: 'clocks'; readonly goal: ClocksGoal }
  | { readonly of: 'mode'; readonly id: number }
  | { readonly of: 'container'; readonly name: string; readonly running: boolean };

/** The aim of a step; undefined where nothing shows it, as of the lock. */
export function backAim(step: Command | DockerRequest): BackAim | undefined {
  if (isDockerStep(step)) {
    const [, name, action] = /^\/containers\/([\w.-]{1,128})\/(start|stop)$/.exec(step.path) ?? [];
    return name === undefined ? undefined : { of: 'container', name, running: action === 'start' };
  }
  const [program, verb, id] = step.argv;
  if (program === 'jetson_clocks') return { of: 'clocks', goal: verb === '--restore' ? 'restore' : 'max' };
  return program === 'nvpmodel' && verb === '-m' ? { of: 'mode', id: Number(id) } : undefined;
}

/** How a device stands after it; a part is absent where nothing of it was to be put back. */
export interface BackLook {
  readonly clocks?: ClocksSetting | undefined;
  readonly power?: PowerSwitchState | undefined;
  readonly containers?: readonly Pick<ListedContainer, 'name' | 'state'>[] | undefined;
}

/** One thing as it was seen. */
export interface Seen {
  readonly good: boolean;
  /** A clause in our words. */
  readonly says: string;
}

/** Whether one aim is reached, by what was seen. */
export function seenOf(aim: BackAim, { clocks, power, containers = [] }: BackLook): Seen {
  switch (aim.of) {
    case 'clocks': {
      const held = clocks !== undefined && clocksAreHeld(clocksAnswer(clocks.clocks));
      return { good: held === (aim.goal === 'max'), says: held ? 'the clocks are held' : 'the clocks are not held' };
    }
    case 'mode': {
      const { id, name = 'unknown' } = power?.current ?? {};
      return { good: id === aim.id, says: `the power mode is ${name}` };
    }
    case 'container': {
      const running = containers.some(({ name, state }) => name === aim.name && state === 'running');
      return { good: running === aim.running, says: `${aim.name} ${running ? 'runs' : 'is stopped'}` };
    }
  }
}

/** What was seen in one sentence; undefined where nothing was to be looked at. */
export function seenSentence(seen: readonly Seen[]): string | undefined {
  return seen.length === 0 ? undefined : `Put back; seen after it: ${seen.map(({ says }) => says).join(', ')}.`;
}

/** Whether the clocks may be restored by a server that did not hold them itself, and why not. */
export type MayRestore = 'yes' | 'not held' | 'old store';

/**
 * Judges by the clocks and by when they were stored. Where the server that measured never came to hold them there is nothing to
 * restore, and a store from before it is somebody else's.
 */
export function mayRestore(
  setting: ClocksSetting,
  storedAtMs: number | undefined,
  /** When the change began; undefined where it was not to store anything. Both on the device's clock. */
  begunAtMs: number | undefined,
): MayRestore {
  if (clocksAnswer(setting.clocks).state === 'dynamic') return 'not held';
  const { store } = setting;
  if (typeof store === 'string' || store.heldClocks) return 'old store';
  return begunAtMs !== undefined && storedAtMs !== undefined && storedAtMs < begunAtMs ? 'old store' : 'yes';
}
