import { matrixTools, type CellOutcome, type MatrixKind } from '../../src/core/consent/matrix.js';
import type { AuditRecord } from '../../src/core/audit/entry.js';
import type { ReplyFailure } from '../../src/core/reply/reply.js';
import type { Bench, Deeds, Home } from './consent-bench.js';
import type { Called } from './calling.js';

/** A call of each kind that has something to do on the device as it is now. */
export function argumentsFor(kind: MatrixKind, bench: Bench, device: string): Record<string, unknown> {
  const { governor, units } = bench.deeds(device);
  const of: Readonly<Record<MatrixKind, Record<string, unknown>>> = {
    read: { unit: 'cron' },
    change: { governor: governor === 'performance' ? 'schedutil' : 'performance' },
    disrupt: { unit: 'cron', action: units.includes('cron.service enabled') ? 'disable' : 'enable' },
    any_command: { argv: ['hostname'] },
  };
  return { selector: device, ...of[kind] };
}

/** What of a device is other than it was. */
export function deedsBetween(before: Deeds, after: Deeds): readonly string[] {
  return (Object.keys(before) as (keyof Deeds)[]).filter((key) => before[key] !== after[key]);
}

/** The trace that each kind leaves on a device where it ran. */
export const traces: Readonly<Record<MatrixKind, readonly string[]>> = {
  read: [],
  change: ['governor'],
  disrupt: ['units'],
  any_command: ['jobs'],
};

const refusals: readonly (readonly [message: RegExp, outcome: CellOutcome])[] = [
  [/^The user declined;/, { does: 'refused', why: 'declined' }],
  [/^The question was cancelled;/, { does: 'refused', why: 'cancelled' }],
  [/^The user did not answer in time;/, { does: 'refused', why: 'timed_out' }],
  [/^This token has expired\.$/, { does: 'refused', why: 'expired' }],
  [/^The user has to agree first\.$/, { does: 'needs_token' }],
  [/^Only a person can agree to this,/, { does: 'needs_person' }],
  [/^A rule of the policy wants a person asked /, { does: 'needs_person' }],
];

function refusalOf({ kind, message }: ReplyFailure): CellOutcome {
  if (kind === 'not_allowed') return { does: 'denied' };
  const found = refusals.find(([pattern]) => kind === 'not_confirmed' && pattern.test(message));
  if (found === undefined) throw new Error(`${kind}: ${message}`);
  return found[1];
}

/** What came of a call, as the client saw it and the audit log tells it. */
export async function outcomeSeen(call: Promise<Called>, records: () => readonly AuditRecord[]): Promise<CellOutcome> {
  let called: Called;
  try {
    called = await call;
  } catch (error) {
    if (error instanceof Error && error.message.includes('is not among the tools of this session'))
      return { does: 'absent' };
    throw error;
  }
  const [failure] = called.reply.failures ?? [];
  if (failure !== undefined) return refusalOf(failure);
  if (called.isError || called.reply.summary.ok !== 1) throw new Error(called.text);
  const consent = records().find((record) => record.event === 'consent' && record.decision === 'approved');
  // A reading that nobody was asked about is not on record.
  return { does: 'runs', by: consent?.event === 'consent' ? consent.by : 'policy' };
}

/** Looks at one call: what the client saw, what the device has, what is on record. */
export async function watchCall(
  bench: Bench,
  home: Home,
  device: string,
  make: () => Promise<Called>,
): Promise<{ outcome: CellOutcome; traces: readonly string[]; records: readonly AuditRecord[] }> {
  const before = bench.deeds(device);
  const known = home.audit().length;
  const records = (): AuditRecord[] => home.audit().slice(known);
  const outcome = await outcomeSeen(make(), records);
  return { outcome, traces: deedsBetween(before, bench.deeds(device)), records: records() };
}

/** The rule of a cell, in the policy file. */
export function rulesOf(kind: MatrixKind, rule: string | undefined): readonly string[] {
  return rule === undefined ? [] : [`{ then: ${rule}, tools: [${matrixTools[kind].name}] }`];
}
