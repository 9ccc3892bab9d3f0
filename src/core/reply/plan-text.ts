import { cleanText } from '../untrusted.js';
import type { ReplyPlan } from './reply.js';

const mostUndoChars = 500;

/** A plan in words: which devices, what happens there, exactly what runs, the call that undoes it, and how to go on. */
export function planText({ steps, ...rest }: ReplyPlan, named: (devices: readonly string[]) => string): string[] {
  const lines = steps.flatMap(({ devices, says, commands, undo }) => [
    `PLAN ${named(devices)}: ${says}`,
    ...commands.map((command) => `  ${command}`),
    ...(undo === undefined ? [] : [`  undo: ${undo.tool} ${cleanText(JSON.stringify(undo.arguments), mostUndoChars)}`]),
  ]);
  return [...lines, ...howToGoOn(rest)];
}

/** Nothing where there is no token: then there is nothing to do, as the plan says, or it is not to be done this way. */
function howToGoOn({ token, code, expiresAt }: Omit<ReplyPlan, 'steps'>): string[] {
  if (token === undefined) return [];
  const before = expiresAt === undefined ? '' : ` before ${expiresAt}`;
  const again = `call again with the same arguments and token ${token}`;
  return [
    code === undefined
      ? `Nothing has been changed yet. To do it: ${again}${before}.`
      : `Nothing has been changed yet. A person must agree: jetfleet approve ${code} in a terminal${before}, then ${again}.`,
  ];
}
