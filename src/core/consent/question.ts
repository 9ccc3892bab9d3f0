import type { Effect } from '../effect.js';
import { shortNames } from '../reply/device-names.js';
import type { PlanGroup } from '../reply/plan.js';
import { visibleLines } from '../visible.js';

/** A plan in words, whole, for the person who is asked: what it does not tell has not been agreed to. */
export function planInWords(tool: string, effect: Effect, groups: readonly PlanGroup[]): string {
  const acting = groups.filter(({ commands }) => commands.length > 0);
  const told = acting.length > 0 ? acting : groups;
  const devices = told.flatMap((group) => group.devices);
  const interrupts = effect === 'disrupt' ? ', which may interrupt what runs there' : '';
  const blocks = told.map(({ devices: names, says, commands, preview }) =>
    [
      `${shortNames(names).join(', ')}: ${says}`,
      ...commands.map((command) => `  ${command}`),
      // No line of it can pass for one of ours.
      ...(preview === undefined ? [] : visibleLines(preview.replace(/\n$/, '')).map((line) => `  | ${line}`)),
    ].join('\n'),
  );
  const where = devices.length === 1 ? devices.join('') : `${devices.length} devices`;
  return [`${tool} on ${where}${interrupts}:`, ...blocks].join('\n\n');
}
