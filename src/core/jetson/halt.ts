import { z } from 'zod';
import type { Command } from '../command.js';
import { present } from '../linux/present.js';
import type { BeforeHalt, BootState } from '../probes/boot.js';
import { bootMinutes, knownHang } from './boot-patience.js';

/** What is kept while a restart is waited for. */
export const rebootGoal = z.object({ bootId: z.string(), toldAtMs: z.number() });
export type RebootGoal = z.output<typeof rebootGoal>;

/** What system_reboot answers. */
export const rebootData = z.object({
  rebooted: z.literal(true).describe('By the boot id.'),
  bootIdBefore: z.string(),
  bootId: z.string(),
  backAfterSeconds: z.number().describe('From the plan until it was seen again.'),
  uptimeSeconds: z.number().optional(),
  says: z.string(),
});
export type RebootData = z.output<typeof rebootData>;

/** What system_shutdown answers. */
export const shutdownData = z.object({ off: z.boolean(), says: z.string() });

/** How a shutdown ends, as far as can be seen from afar. */
export const shutdownEnds = {
  off: {
    off: true,
    says: 'It was told to switch itself off and can no longer be reached. Only somebody on site can switch it on.',
  },
  held: {
    off: false,
    says: 'It was told to switch itself off and still answers: something holds it up. Ask device_doctor in a minute.',
  },
} as const;

const counted = (count: number, one: string, many: string): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** What goes down with the device, in words of ours; nothing where nothing is known to run. */
function losses({ containers = 0, logins, runningJobs, installing }: BeforeHalt): string {
  const ended = [
    ...counted(containers, 'container', 'containers'),
    ...counted(runningJobs, 'job of jetfleet', 'jobs of jetfleet'),
    ...counted(logins, 'login at a terminal', 'logins at terminals'),
  ];
  const packages = installing ? ' Packages are being installed right now and may stay half installed.' : '';
  return `${ended.length === 0 ? '' : ` Running now, and ended by it: ${ended.join(', ')}.`}${packages}`;
}

/** What a restart of this device takes and ends. */
export function rebootSentence(state: BeforeHalt): string {
  return `Restarts the device and waits until it is back.${losses(state)}`;
}

/** What switching off this device means. */
export function shutdownSentence(state: BeforeHalt): string {
  return `Switches the device off. Nobody can wake it over the network: somebody has to press its button or cycle its power.${losses(state)}`;
}

/** The command that ends the boot. */
export function haltCommand({ hasSystemd }: BeforeHalt, halt: 'reboot' | 'poweroff'): Command {
  return { argv: hasSystemd ? ['systemctl', halt] : [halt], sudo: true };
}

/** How long a restart may take, and what to say when it takes longer. */
export function restartPatience({ soc, l4t }: BeforeHalt): {
  restarts: true;
  patienceMs: number;
  overdue: { message: string; hint: string };
} {
  const minutes = bootMinutes(soc);
  const hint =
    knownHang(l4t) ??
    'device_doctor tells how far it can be reached. If it stays away, somebody has to look at its console or cycle its power.';
  return {
    restarts: true,
    patienceMs: minutes * 60_000,
    overdue: { message: `The device was not seen in a new boot within ${minutes} minutes.`, hint },
  };
}

/** Whether a device is back in another boot; undefined for not yet. */
export function restarted(goal: RebootGoal, state: BootState, nowMs: number): RebootData | undefined {
  const { bootId, uptimeSeconds, stopping, starting } = state;
  if (bootId === undefined || bootId === goal.bootId || stopping) return undefined;
  const backAfterSeconds = Math.max(0, Math.round((nowMs - goal.toldAtMs) / 1000));
  const says = starting
    ? 'It restarted and can be reached; some of its services are still being started.'
    : 'It restarted and is back.';
  return present({ rebooted: true as const, bootIdBefore: goal.bootId, bootId, backAfterSeconds, uptimeSeconds, says });
}
