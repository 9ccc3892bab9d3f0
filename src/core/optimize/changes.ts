import { asRoot, type Command } from '../command.js';
import { Failure } from '../errors.js';
import { clocksPlan, type ClocksGoal } from '../jetson/clocks-plan.js';
import { clocksStorePath } from '../jetson/clocks-store.js';
import { fanPlan } from '../jetson/fan-plan.js';
import type { TemperatureLimits } from '../jetson/hot-zones.js';
import { limitsOf, wattsOf } from '../jetson/power-mode-limits.js';
import type { PowerMode } from '../jetson/nvpmodel-conf.js';
import { powerSwitch } from '../jetson/power-switch.js';
import type { ClocksSetting } from '../probes/clocks-setting.js';
import type { FanControl } from '../probes/fan-control.js';
import type { PowerSwitchState } from '../probes/power-switch.js';

/** What somebody wants of a board. */
export const goals = ['performance', 'efficiency', 'quiet', 'memory', 'thermal'] as const;
export type Goal = (typeof goals)[number];

/** What may be changed for it. */
export const levers = ['power_mode', 'clocks', 'fan', 'desktop'] as const;
export type Lever = (typeof levers)[number];

/** One change, with the steps that undo it. Doing those twice does no harm. */
export interface Change {
  readonly what: Lever;
  readonly says: string;
  readonly steps: readonly Command[];
  readonly back: readonly Command[];
}

/** A lever that was not pulled, and why. */
export interface Skipped {
  readonly what: Lever;
  readonly why: string;
}

/** How a board stands, as far as its levers go. */
export interface Levers {
  readonly power: PowerSwitchState;
  readonly clocks: ClocksSetting;
  readonly fan: FanControl;
  /** The desktop's service runs. */
  readonly desktop: boolean;
  readonly limits: TemperatureLimits;
}

/** What each goal pulls, in the order in which it is done; undone the other way round. */
const wants: Readonly<Record<Goal, readonly Lever[]>> = {
  performance: ['power_mode', 'clocks', 'fan'],
  efficiency: ['clocks', 'power_mode'],
  quiet: ['clocks', 'fan'],
  memory: ['desktop'],
  thermal: ['clocks', 'power_mode', 'fan'],
};

/** How much a mode lets a board do: by its watts, one without a limit being the most. */
const sizeOf = (state: PowerSwitchState, mode: PowerMode): number => {
  if (!state.conf) return 0;
  const { gpuMaxMHz = 9000 } = limitsOf(state.conf, mode);
  return (wattsOf(state.conf, mode) ?? 1000) + gpuMaxMHz / 100_000;
};

function powerChange(state: PowerSwitchState, up: boolean): Change | string {
  const { conf, current } = state;
  const from = conf?.modes.find(({ id }) => id === current?.id);
  if (conf === undefined || from === undefined) return 'the present power mode is not known';
  const free = conf.modes.filter(
    (mode) => mode.id !== from.id && powerSwitch(state, mode.id, undefined).reasons.length === 0,
  );
  const here = sizeOf(state, from);
  const rest = free.filter((mode) => (up ? sizeOf(state, mode) > here : sizeOf(state, mode) < here));
  // Up to the most there is; down by one, since further down costs more than it saves.
  const [to] = rest.sort((a, b) => sizeOf(state, b) - sizeOf(state, a));
  if (to === undefined) return `no ${up ? 'higher' : 'lower'} mode is reached without a reboot`;
  const step = (mode: PowerMode): Command => asRoot(['nvpmodel', '-m', String(mode.id)]);
  return {
    what: 'power_mode',
    says: `power mode ${from.name} becomes ${to.name}`,
    steps: [step(to)],
    back: [step(from)],
  };
}

function clocksChange(setting: ClocksSetting, goal: ClocksGoal): Change | string {
  const { steps, back } = clocksPlan(goal, setting);
  if (steps.length === 0)
    return goal === 'max' ? 'they are held at their highest already' : 'they scale with the load already';
  if (back === undefined) return 'they could not be put back as they are';
  return {
    what: 'clocks',
    says: goal === 'max' ? 'clocks are held at their highest' : 'clocks scale with the load again',
    steps,
    back: [asRoot(back === 'max' ? ['jetson_clocks'] : ['jetson_clocks', '--restore', clocksStorePath])],
  };
}

/** The fan as it will be, to plan the way back from there. */
function withProfile(control: FanControl, name: string): FanControl {
  const { state } = control;
  return {
    ...control,
    serviceActive: true,
    state: {
      ...state,
      ...(state.config && { config: { ...state.config, defaultProfile: name } }),
      ...(state.daemon && { daemon: { ...state.daemon, profile: name } }),
      ...(state.fanMode !== undefined && { fanMode: name }),
    },
  };
}

function fanChange(control: FanControl, profile: string, limits: TemperatureLimits): Change | string {
  const plan = fanPlan({ profile }, control, limits);
  if (plan.steps.length === 0) return `its profile is ${profile} already`;
  const { before } = plan;
  if (before === undefined || 'speed' in before) return 'somebody gave it a fixed speed; fan_set changes that';
  const back = fanPlan(before, withProfile(control, profile), limits).steps;
  return { what: 'fan', says: `the fan's profile becomes ${profile}`, steps: plan.steps, back };
}

const desktopService = 'display-manager.service';

function desktopChange(desktop: boolean): Change | string {
  if (!desktop) return 'no desktop runs';
  const service = (verb: 'stop' | 'start'): Command => asRoot(['systemctl', verb, desktopService]);
  return {
    what: 'desktop',
    says: 'the desktop stops until the next boot, and whatever is open in it is lost',
    steps: [service('stop')],
    back: [service('start')],
  };
}

function changeFor(lever: Lever, goal: Goal, { power, clocks, fan, desktop, limits }: Levers): Change | string {
  switch (lever) {
    case 'power_mode':
      return powerChange(power, goal === 'performance');
    case 'clocks':
      return clocksChange(clocks, goal === 'performance' ? 'max' : 'restore');
    case 'fan':
      return fanChange(fan, goal === 'quiet' ? 'quiet' : 'cool', limits);
    case 'desktop':
      return desktopChange(desktop);
  }
}

/** What is changed for a goal, of what may be: each change with the way back, and why the others are not made. */
export function changesFor(
  goal: Goal,
  allowed: readonly Lever[],
  board: Levers,
): { readonly changes: readonly Change[]; readonly skipped: readonly Skipped[] } {
  const changes: Change[] = [];
  const skipped: Skipped[] = [];
  for (const what of wants[goal]) {
    const found = allowed.includes(what) ? attempt(() => changeFor(what, goal, board)) : 'it is not in allow';
    if (typeof found === 'string') skipped.push({ what, why: found });
    else changes.push(found);
  }
  return { changes, skipped };
}

/** That a board has no such lever is no reason to leave the others. */
function attempt(plan: () => Change | string): Change | string {
  try {
    return plan();
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
