import { z } from 'zod';
import { Failure } from '../errors.js';
import type { PowerSwitchState } from '../probes/power-switch.js';
import type { NvpmodelOutcome } from './nvpmodel-outcome.js';
import { notInForce, notInForceData, wattsOf } from './power-mode-limits.js';
import { rebootKinds } from './power-switch.js';

/** What is kept while a switch is waited for. */
export const switchGoal = z.object({
  modeId: z.int(),
  modeName: z.string(),
  from: z.string().nullable(),
  bootId: z.string().nullable(),
  reboots: z.enum(rebootKinds),
});
export type SwitchGoal = z.output<typeof switchGoal>;

/** What power_set_mode answers. */
export const powerSetModeData = z.object({
  mode: z
    .object({ id: z.int(), name: z.string(), watts: z.number().optional() })
    .describe('By nvpmodel -q afterwards.'),
  before: z.string().optional(),
  rebooted: z.boolean().describe('By the boot id.'),
  notInForce: notInForceData
    .optional()
    .describe("Settings that are not as the mode wants them: the mode's name alone promises nothing."),
  says: z.string(),
});
export type PowerSetModeData = z.output<typeof powerSetModeData>;

/** Settings are applied by a service late in the boot; before that they prove nothing. */
const settledAfterSeconds = 60;

/** The new mode with what is in force of it, once the device is in it. */
function arrived(goal: SwitchGoal, state: PowerSwitchState, rebooted: boolean): PowerSetModeData {
  const mode = state.conf?.modes.find(({ id }) => id === goal.modeId);
  const watts = state.conf && mode ? wattsOf(state.conf, mode) : undefined;
  const wrong = notInForce(state.conf, state.query.settings);
  const how = rebooted ? 'after a reboot' : goal.from === goal.modeName ? 'as before' : 'without a reboot';
  return {
    mode: { id: goal.modeId, name: goal.modeName, ...(watts !== undefined && { watts }) },
    ...(goal.from !== null && { before: goal.from }),
    rebooted,
    ...(wrong.length > 0 && { notInForce: wrong }),
    says:
      wrong.length === 0
        ? `The power mode is ${goal.modeName}, ${how}.`
        : `nvpmodel says ${goal.modeName}, ${how}, but some of its limits are not in force: the name and the limits disagree.`,
  };
}

function wrongMode(goal: SwitchGoal, state: PowerSwitchState, how: string, hint: string): Failure {
  const is = state.current?.name ?? 'unknown';
  return new Failure('command_failed', `The power mode is ${is}, not ${goal.modeName}, ${how}.`, {
    hint,
    retry: 'check_first',
  });
}

/** What came of `nvpmodel -m` on a board that stayed up: the answer, or undefined where it is going down. Throws where it did not switch. */
export function switchedNow(
  goal: SwitchGoal,
  outcome: Exclude<NvpmodelOutcome, 'rebooting'>,
  state: PowerSwitchState,
): PowerSetModeData | undefined {
  if (state.stopping && goal.reboots !== 'never') return undefined;
  if (state.current?.id === goal.modeId) return arrived(goal, state, state.bootId !== (goal.bootId ?? state.bootId));
  if (outcome === 'silent')
    throw wrongMode(goal, state, 'although nvpmodel was told to switch', 'power_modes and system_logs may tell why.');
  throw wrongMode(
    goal,
    state,
    'as before: the board asked for a reboot, because its GPU was in use, and none was allowed',
    'Call again with reboot: true to allow it.',
  );
}

/** Whether a switch that was begun has ended: the answer, or undefined for not yet. Throws where it ended in another mode. */
export function switchedLater(goal: SwitchGoal, state: PowerSwitchState): PowerSetModeData | undefined {
  if (state.stopping || state.current === undefined || state.bootId === undefined) return undefined;
  const isWanted = state.current.id === goal.modeId;
  const wrong = notInForce(state.conf, state.query.settings);
  if (state.bootId !== goal.bootId) {
    if (!isWanted)
      throw wrongMode(
        goal,
        state,
        'although it rebooted',
        'power_modes and system_logs may tell why; call again to try once more.',
      );
    const isEarly = (state.uptimeSeconds ?? settledAfterSeconds) < settledAfterSeconds;
    return wrong.length > 0 && isEarly ? undefined : arrived(goal, state, true);
  }
  // nvpmodel names the new mode before it reboots: only masks in force prove that none was needed.
  const masks = state.query.settings.filter(({ arg }) => arg.endsWith('_PG_MASK'));
  const masksHold = masks.length > 0 && masks.every(({ real, configured }) => real === configured);
  const needsNone = goal.reboots !== 'foreseen' || masksHold;
  return isWanted && needsNone ? arrived(goal, state, false) : undefined;
}
