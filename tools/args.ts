import { z } from 'zod';
import { cursorPattern } from '../src/core/linux/journal.js';
import type { OwnNames } from '../src/core/policy/own-names.js';

/** Checked here and told when it is wrong: a pattern in the schema would cost every session its length. */
export const matching = (pattern: RegExp, says: string): z.ZodString =>
  z.string().refine((text) => pattern.test(text), says);

const unitSuffix = /\.(?:service|socket|target|timer|mount|path|slice|scope|device|swap|automount)$/;

/** A systemd unit. Never begins with a dash, so it cannot be an option. */
export const unitArg = matching(
  /^[A-Za-z0-9_][A-Za-z0-9:_.\\@-]{0,254}$/,
  'Write a systemd unit such as docker.service: letters, digits and : _ . @ - only.',
).describe('systemd unit, docker or docker.service');

/** The unit's full name: `docker` is a service. */
export function unitName(unit: string): string {
  return unitSuffix.test(unit) ? unit : `${unit}.service`;
}

/** For rules of the policy: `docker` is `docker.service`, and what denies the one denies the other. */
export function unitNames(unit: string | undefined): OwnNames {
  if (unit === undefined) return {};
  const is = unitName(unit);
  return { unit: { is, also: [is.replace(/\.service$/, '')] } };
}

/** How many rows to return at most. */
export function limitArg(standard: number, most: number): z.ZodDefault<z.ZodNumber> {
  return z.number().int().min(1).max(most).default(standard).describe('Rows at most.');
}

/** Plain text to look for; it never reaches the device. */
export const grepArg = matching(/^[^\p{C}]{1,200}$/u, 'Write 1 to 200 printable characters.').describe(
  'Plain text, in any case.',
);

const sincePattern = /^(?:\d{1,4}[smhd]|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2}))$/;

/** A time back from now, or a moment. */
export const sinceArg = matching(
  sincePattern,
  'Write an age such as 30m, 2h or 1d, or a moment such as 2026-11-20T07:00:00Z.',
)
  .refine((text) => !text.includes('T') || !Number.isNaN(Date.parse(text)), 'This moment does not exist.')
  .describe('30m, 2h, 1d, or ISO time with zone.');

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** What `sinceArg` accepted, as seconds back by the device's clock or as a moment. */
export function sinceOf(text: string): { readonly lastSeconds: number } | { readonly fromMs: number } {
  const age = /^(\d{1,4})([smhd])$/.exec(text);
  return age === null
    ? { fromMs: Date.parse(text) }
    : { lastSeconds: Number(age[1]) * (secondsPer[age[2] ?? ''] ?? 1) };
}

/** A place in a journal, as an answer gave it. */
export const journalPositionArg = matching(
  cursorPattern,
  'Give the value of `after` as an earlier answer of this tool had it.',
).describe('`after` of an earlier answer for the same device: read on from there.');

/** A folder on the device. */
export const pathArg = matching(/^\/[^\p{C}]{0,500}$/u, 'Write an absolute path without control characters.').describe(
  'Absolute path on the device.',
);

/** SHA-256 of a file, in hex. */
export const hashArg = matching(/^[0-9a-f]{64}$/, 'Write the SHA-256 as 64 lower-case hex digits.').describe(
  'SHA-256, hex.',
);

/** Another device of the fleet, by its name. */
export const otherDeviceArg = matching(
  /^[A-Za-z0-9][\w.-]{0,127}$/,
  'Write the name of a device as device_list has it.',
);
