import type { Command } from '../command.js';
import type { PowerSwitchState } from '../probes/power-switch.js';
import { rebootPatience, switchSentence, type PowerSwitch } from './power-switch.js';
import type { SwitchGoal } from './power-switch-result.js';

/** What a switch does on one device, for whoever approves it, and what is waited for after it. */
export interface SwitchPlan {
  readonly says: string;
  readonly steps: readonly Command[];
  readonly basis: Readonly<Record<string, string | number | null>>;
  readonly goal: SwitchGoal;
  readonly awaits?: ReturnType<typeof rebootPatience> & { readonly state: SwitchGoal; readonly says: string };
}

/** The plan of a switch; without steps where the device is in that mode. */
export function switchPlan(change: PowerSwitch, state: PowerSwitchState): SwitchPlan {
  const { mode, already, reboots } = change;
  const [from, bootId] = [state.current?.name ?? null, state.bootId ?? null];
  const goal: SwitchGoal = { modeId: mode.id, modeName: mode.name, from, bootId, reboots };
  const told = {
    says: switchSentence(change, state),
    basis: { mode: from, id: state.current?.id ?? null, bootId },
    goal,
  };
  if (already) return { ...told, steps: [] };
  const argv = ['nvpmodel', '-m', String(mode.id)] as const;
  // Without input, the end of it answers the board's question whether to reboot: no.
  if (reboots === 'never') return { ...told, steps: [{ argv, sudo: true }] };
  const says = reboots === 'foreseen' ? `switches to ${mode.name} and reboots` : `switches to ${mode.name}`;
  return {
    ...told,
    steps: [{ argv, sudo: true, stdin: 'YES\n' }],
    awaits: { state: goal, says, ...rebootPatience(state) },
  };
}
