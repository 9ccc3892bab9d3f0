import { z } from 'zod';
import type { Argv, Command } from '../command.js';
import { Failure } from '../errors.js';
import type { UnitStateNow } from '../probes/unit-state.js';
import { present } from './present.js';
import { cameEarly, checkUnitChange, isAlready, stayed, type UnitAction, type UnitGoal } from './unit-change.js';

/** What service_control answers. */
export const unitChangeData = z.object({
  unit: z.string(),
  active: z.string(),
  sub: z.string(),
  enabled: z.string().optional(),
  restarts: z.number().optional().describe('By systemd itself.'),
  says: z.string(),
});
export type UnitChangeData = z.output<typeof unitChangeData>;

/** The state of a unit after it was changed. */
export function unitChange(unit: string, state: UnitStateNow, says: string): UnitChangeData {
  const { active, sub, enabled, restarts } = state;
  return present({ unit, active, sub, enabled: enabled || undefined, restarts: restarts || undefined, says });
}

/** systemd gives a unit 90 s to stop and 90 s to start, unless its file says otherwise. */
const patienceMs = 200_000;

/** What will be done to a unit. */
export interface UnitPlan {
  readonly says: string;
  readonly steps: readonly Command[];
  readonly basis: Readonly<Record<string, string>>;
  readonly awaits?: {
    readonly state: UnitGoal;
    readonly says: string;
    readonly patienceMs: number;
    readonly overdue: { readonly message: string; readonly hint: string };
  };
}

const doing: Readonly<Record<UnitAction, string>> = {
  start: 'Starts',
  stop: 'Stops',
  restart: 'Restarts',
  enable: 'Enables',
  disable: 'Disables',
};

/** The state that a plan rests on. Throws where systemd does not tell it. */
export function toldState(state: UnitStateNow | undefined): UnitStateNow {
  if (state !== undefined) return state;
  throw new Failure(
    'unsupported',
    'systemd does not tell the state of this unit: the device runs another init system, or an old release.',
    { hint: 'service_status shows what can be read.', retry: 'no' },
  );
}

/** The plan for one action on one unit; without steps where it is so already. Throws where it must not, or cannot, be done. */
export function unitPlan(unit: string, action: UnitAction, state: UnitStateNow): UnitPlan {
  checkUnitChange(unit, action, state);
  const { active, enabled, upAt, downAt, meaning } = state;
  const basis = { active, enabled };
  const ofBoot = action === 'enable' || action === 'disable';
  if (isAlready(action, state))
    return {
      says: ofBoot ? `${unit} is ${enabled} already.` : `Nothing to do for ${unit}. ${meaning}`,
      steps: [],
      basis,
    };
  // A slow stop outlasts any command's time, so systemd is only told; what comes of it is looked up.
  const argv: Argv = ['systemctl', ...(ofBoot ? [] : ['--no-block']), action, '--', unit];
  const steps = [{ argv, sudo: true }];
  if (ofBoot) return { says: `${doing[action]} ${unit} for the boots to come; it stays as it is now.`, steps, basis };
  const overdue = {
    message: `systemd was not seen to be through with the ${action} within ${patienceMs / 1000} s: how it ended is not known.`,
    hint: 'service_status tells what state the unit is in.',
  };
  const awaits = { state: { unit, action, active, upAt, downAt }, says: `${action}s ${unit}`, patienceMs, overdue };
  return { says: `${doing[action]} ${unit}. Now: ${meaning}`, steps, basis, awaits };
}

/** What came of starting, stopping or restarting, by two looks a few seconds apart; undefined where the first came too early. */
export function settledChange(goal: UnitGoal, first: UnitStateNow, second: UnitStateNow): UnitChangeData | undefined {
  return cameEarly(goal, first, second) ? undefined : unitChange(goal.unit, second, stayed(goal, first, second));
}

/** What came of enabling or disabling. Throws where the unit is not so now, or where systemd does not tell. */
export function enabledChange(unit: string, action: UnitAction, state: UnitStateNow | undefined): UnitChangeData {
  if (state === undefined)
    throw new Failure(
      'command_failed',
      `systemd was told to ${action} the unit, and does not tell its state: what came of it is not known.`,
      {
        hint: 'service_status tells, once systemd answers.',
        retry: 'check_first',
      },
    );
  if (isAlready(action, state)) return unitChange(unit, state, `It is ${state.enabled} for the boots to come.`);
  throw new Failure('command_failed', `systemd did not ${action} the unit: its file does not provide for that.`, {
    hint: 'A static, generated or linked unit is started by others; service_status tells what it is.',
    retry: 'no',
  });
}

/** The action that takes one back; a restart has none. */
export const oppositeAction: Readonly<Record<UnitAction, UnitAction | undefined>> = {
  start: 'stop',
  stop: 'start',
  restart: undefined,
  enable: 'disable',
  disable: 'enable',
};
