import { asRoot as root, type Command } from '../command.js';
import { Failure } from '../errors.js';
import type { ClocksSetting } from '../probes/clocks-setting.js';
import { clocksAnswer, type ClocksData } from './clocks-data.js';
import { clocksStorePath } from './clocks-store.js';

/** `max`: held at the highest. `restore`: as they were stored. */
export const clocksGoals = ['max', 'restore'] as const;
export type ClocksGoal = (typeof clocksGoals)[number];

/** What a change of the clocks does. */
export interface ClocksPlan {
  readonly says: string;
  readonly steps: readonly Command[];
  readonly basis: Readonly<Record<string, string>>;
  /** The goal that undoes it; absent where nothing does. */
  readonly back?: ClocksGoal;
}

/** CPU and GPU, as far as they can be seen, are held at their highest. */
export function clocksAreHeld({ state, pinned }: ClocksData): boolean {
  return (
    state !== 'dynamic' && pinned.cpu !== false && pinned.gpu !== false && (pinned.cpu ?? pinned.gpu) !== undefined
  );
}

/** So is memory, which is not told everywhere. */
function areHeld(now: ClocksData): boolean {
  return clocksAreHeld(now) && now.pinned.emc !== false;
}

function maximise({ store, clocks }: ClocksSetting, now: ClocksData): Omit<ClocksPlan, 'basis'> {
  if (areHeld(now)) return { says: 'The clocks are held at their highest already.', steps: [] };
  const held = [now.pinned.cpu, now.pinned.gpu].includes(true);
  const good = typeof store === 'object' && !store.heldClocks;
  // What is stored while a part is held cannot undo that part: an earlier store of scaling clocks is worth more.
  const stores = !(held && good);
  const kept = stores
    ? `stores the present settings in ${clocksStorePath}${store === 'none' ? '' : ', over what is there,'} and`
    : `keeps the settings stored in ${clocksStorePath} and`;
  // A store that is made while no core may sleep counts as one of held clocks.
  const restorable = stores ? now.cpuIdleAllowed !== false : unfit(store, clocks.cpu.online) === undefined;
  return {
    ...(restorable && { back: 'restore' as const }),
    says: `Runs jetson_clocks: ${kept} holds CPU, GPU and memory clocks at the highest of the power mode. Warmer; lost at a reboot.`,
    steps: [
      ...(stores ? [root(['jetson_clocks', '--store', clocksStorePath], store === 'none' ? undefined : 'y\n')] : []),
      root(['jetson_clocks']),
    ],
  };
}

/** Why a store cannot be restored here; undefined where it can. */
function unfit(store: ClocksSetting['store'], online: readonly number[] | undefined): string | undefined {
  if (store === 'none') return 'does not exist';
  if (store === 'other') return 'is not what jetson_clocks stores';
  if (store.heldClocks) return 'was stored while the clocks were already held';
  // The kernel has no switch for core 0 on some boards, so the store may lack it.
  const cores = (list: readonly number[]): string => list.filter((core) => core !== 0).join(',');
  const isOther = store.coresOn.length > 0 && online !== undefined && cores(store.coresOn) !== cores(online);
  return isOther ? 'was stored in a power mode with other cores on' : undefined;
}

function restore({ store, clocks }: ClocksSetting, now: ClocksData): Omit<ClocksPlan, 'basis'> {
  if (now.state === 'dynamic')
    return { says: 'The clocks scale with the load already: nothing to restore.', steps: [] };
  const why = unfit(store, clocks.cpu.online);
  if (why !== undefined)
    throw new Failure('unsupported', `The clocks cannot be restored: ${clocksStorePath} ${why}.`, {
      hint: 'A reboot (system_reboot) lets them scale again. clocks_set with state: max stores them before it holds them.',
      retry: 'no',
    });
  return {
    ...(areHeld(now) && { back: 'max' as const }),
    says: `Restores the clock settings that are stored in ${clocksStorePath}: the clocks scale with the load again.`,
    steps: [root(['jetson_clocks', '--restore', clocksStorePath])],
  };
}

/** What bringing the clocks to a goal takes here. */
export function clocksPlan(goal: ClocksGoal, setting: ClocksSetting): ClocksPlan {
  const now = clocksAnswer(setting.clocks);
  if (now.state === 'unknown' || setting.clocks.showStatus === 'absent')
    throw new Failure('unsupported', 'This device shows no clocks that jetson_clocks could hold.', {
      hint: 'Is it a Jetson? device_describe tells.',
      retry: 'no',
    });
  const { store } = setting;
  const kept = typeof store === 'string' ? store : store.heldClocks ? 'held clocks' : 'scaling clocks';
  return { ...(goal === 'max' ? maximise : restore)(setting, now), basis: { clocks: now.state, store: kept } };
}

/** The clocks afterwards; throws where they are not as they were to be. */
export function clocksReached(goal: ClocksGoal, setting: ClocksSetting): ClocksData {
  const now = clocksAnswer(setting.clocks);
  if (goal === 'max' ? areHeld(now) : !clocksAreHeld(now)) return now;
  const parts = Object.entries(now.pinned)
    .filter(([, pinned]) => pinned !== (goal === 'max'))
    .map(([part]) => part);
  throw new Failure(
    'command_failed',
    goal === 'max'
      ? `jetson_clocks ran, but these clocks are not held: ${parts.join(', ')}.`
      : `The settings were restored, but these clocks are still held: ${parts.join(', ')}.`,
    { hint: 'clocks_status tells each clock. A reboot lets them scale again.', retry: 'check_first' },
  );
}
