import { z } from 'zod';
import { Failure } from '../errors.js';
import type { UnitStateNow } from '../probes/unit-state.js';

/** What can be done to a unit. */
export const unitActions = ['start', 'stop', 'restart', 'enable', 'disable'] as const;
export type UnitAction = (typeof unitActions)[number];

/** What is kept while a unit is waited for. */
export const unitGoal = z.object({
  unit: z.string(),
  action: z.enum(unitActions),
  active: z.string(),
  upAt: z.number(),
  downAt: z.number(),
});
export type UnitGoal = z.output<typeof unitGoal>;

const many = /\.(?:target|slice|scope)$/;
const halts =
  /^systemd-(?:poweroff|reboot|halt|kexec|soft-reboot|suspend|hibernate|hybrid-sleep|suspend-then-hibernate)\.service$/;
const waysIn = /^(?:sshd?|ssh@.*|dropbear)\.(?:service|socket)$/;
const links =
  /^(?:NetworkManager|systemd-networkd|networking|network|wpa_supplicant(?:@.*)?|netplan-wpa-.*|tailscaled|wg-quick@.*|openvpn.*)\.service$/;

/** Refuses what cannot be done, and what would cut the device off. `unit` is the name that was asked for, which may be an alias. */
export function checkUnitChange(unit: string, action: UnitAction, { id, load }: UnitStateNow): void {
  const refuse = (message: string, hint: string): never => {
    throw new Failure('unsupported', message, { hint, retry: 'no' });
  };
  if (load === 'not-found') refuse('This device has no such unit.', 'service_list tells what it has.');
  if (load === 'masked' && action !== 'stop' && action !== 'disable')
    refuse(
      'The unit is masked: somebody forbade to start it.',
      'A person may unmask it on the device (`systemctl unmask UNIT`).',
    );
  const ofBoot = action === 'enable' || action === 'disable';
  if (!ofBoot && [unit, id].some((name) => many.test(name)))
    refuse('A target, slice or scope stands for many units, perhaps all.', 'Name the service itself.');
  if (!ofBoot && [unit, id].some((name) => halts.test(name)))
    refuse('This unit halts the device.', 'system_reboot and system_shutdown do that, and look what came of it.');
  const ends = action === 'stop' || action === 'disable';
  if (ends && [unit, id].some((name) => waysIn.test(name)))
    refuse(
      'This unit is the way in: without it nobody reaches the device over SSH any more.',
      'Restarting it is possible.',
    );
  if (ends && [unit, id].some((name) => links.test(name)))
    refuse(
      "This unit holds the device's network: without it the device may be out of reach.",
      'Restarting it is possible.',
    );
}

const isDown = ({ active }: UnitStateNow): boolean => active === 'inactive' || active === 'failed';

/** Whether the unit is already as it would be made. A restart is never. */
export function isAlready(action: UnitAction, state: UnitStateNow): boolean {
  const { active, enabled } = state;
  switch (action) {
    case 'start':
      return active === 'active' || active === 'reloading';
    case 'stop':
      return isDown(state);
    case 'restart':
      return false;
    case 'enable':
      return enabled === 'enabled';
    case 'disable':
      return enabled === 'disabled';
  }
}

/** Whether systemd is through with it, whatever came of it. */
export function isThrough({ active, sub, pending }: UnitStateNow): boolean {
  if (pending) return false;
  return sub === 'auto-restart' || !['activating', 'deactivating', 'reloading'].includes(active);
}

/** Nothing tells that it is another one than before. But systemd also forgets the times of a unit that nobody needs. */
const isAsBefore = ({ active, upAt, downAt }: UnitGoal, now: UnitStateNow): boolean =>
  now.active === active && now.upAt === upAt && now.downAt === downAt;

/** Whether the first of two looks came too early: the order was still on its way. */
export function cameEarly(goal: UnitGoal, first: UnitStateNow, second: UnitStateNow): boolean {
  return isAsBefore(goal, first) && !isAsBefore(goal, second);
}

function badEnd(message: string, { meaning, exit }: UnitStateNow): Failure {
  const how = exit === undefined ? '' : ` Its program ended with ${exit}.`;
  return new Failure('command_failed', `${message} ${meaning}${how}`, {
    hint: 'system_logs with the unit tells why.',
    retry: 'check_first',
  });
}

/** Whether it stayed so, from two looks a few seconds apart; a sentence of ours. Throws where it did not. */
export function stayed(goal: UnitGoal, first: UnitStateNow, second: UnitStateNow): string {
  const unmoved = isAsBefore(goal, first) && isAsBefore(goal, second);
  if (goal.action === 'stop') {
    if (isDown(second)) return 'It is stopped and stayed so.';
    if (unmoved) throw badEnd('It was not stopped: systemd has nothing under way for it.', second);
    throw badEnd('It stopped and came back at once: a socket, a timer or another unit starts it.', second);
  }
  if (unmoved && second.active === 'active')
    throw badEnd(`It was not ${goal.action}ed: systemd has nothing under way for it.`, second);
  if (unmoved && second.active === 'failed')
    throw badEnd(
      'systemd did not start it: it failed too often in a short time, or a unit that it needs failed.',
      second,
    );
  if (
    second.active === 'active' &&
    first.active === 'active' &&
    second.restarts === first.restarts &&
    second.upAt === first.upAt
  )
    return second.sub === 'exited' ? 'It ran, ended well and counts as up.' : 'It is up and stayed up.';
  if (first.active === 'inactive' && second.active === 'inactive' && second.result === 'success')
    return ended(second, unmoved);
  throw badEnd('It was started and did not stay up.', second);
}

/** It is not running, and systemd knows of nothing bad. */
function ended(now: UnitStateNow, unmoved: boolean): string {
  if (now.downAt !== 0 && !unmoved) return 'It ran once and ended well.';
  if (now.type === 'oneshot')
    return 'systemd tells of no failure: it ran once and ended well, or something (a condition, a unit that it needs) kept it from running. system_logs with the unit tells which.';
  throw badEnd(
    'It is not running: its program ended at once, or something (a condition, a unit that it needs) kept it from running.',
    now,
  );
}
