import { abortFailure } from '../core/errors.js';
import { fanOut, type Settled } from '../core/fan-out.js';
import { consensusOf } from '../core/reply/consensus.js';
import { groupFailures } from '../core/reply/failures.js';
import type { Findings } from '../core/reply/pages.js';
import type { Selection } from '../core/selector/select.js';
import type { Call, FleetTool, ReadTool } from '../ports/tool.js';
import type { DeviceBook } from './device-book.js';
import type { GuardedFleet } from './guarded-fleet.js';
import { membersOf } from './members.js';
import type { Chosen } from './selecting.js';

const width = 512;

export interface ReadingParts {
  readonly fleet: GuardedFleet;
  readonly book: DeviceBook;
  /** Logs what is not a `Failure` and returns its reference. */
  readonly onBug: (error: unknown) => string;
}

/** What was found, and whether groups hold only a part of it. */
export type Found = Omit<Findings, 'notes'> & { readonly partial: boolean };

export interface Reading {
  readonly args: Record<string, unknown>;
  readonly selection: Selection<Chosen>;
  readonly call: Call;
}

const skippedCount = ({ skipped }: Selection<Chosen>): number =>
  skipped.reduce((n, { devices }) => n + devices.length, 0);
const skips = ({ skipped }: Selection<Chosen>): Findings['skipped'] =>
  skipped.map(({ reason, devices }) => ({ reason, devices: [...devices] }));

/** Runs a read tool on every chosen device and says equal answers once. Failure of some hides none of the others. */
export async function readEach(
  tool: ReadTool,
  { args, selection, call }: Reading,
  { fleet, book, onBug }: ReadingParts,
  full: boolean,
  onSettled: (done: number) => void,
): Promise<Found> {
  const { chosen } = selection;
  const read = async ({ entry }: Chosen): Promise<unknown> => {
    try {
      const progress = (message: string): void =>
        call.progress(chosen.length > 1 ? `${entry.name}: ${message}` : message);
      const device = fleet.device(entry.name, tool.spec.name, { allows: 'read', args });
      const data = await tool.read(args, device, { ...call, progress });
      book.answered(entry);
      return data;
    } catch (error) {
      book.failed(entry, error);
      throw error;
    }
  };
  const { values, errors } = split(chosen, await fanOut(chosen, width, read, call.signal, onSettled));
  const { groups, spread, partial } = consensusOf(values, tool.spec, full);
  return {
    summary: { ok: values.length, failed: errors.length, skipped: skippedCount(selection) },
    groups: groups.map(({ devices, data }) => ({ devices: [...devices], data })),
    spread,
    partial,
    failures: groupFailures(errors, onBug),
    skipped: skips(selection),
  };
}

/** Runs a tool that looks at the chosen devices together; one answer for all of them. */
export async function readTogether(
  tool: FleetTool,
  { args, selection, call }: Reading,
  { fleet, book }: ReadingParts,
): Promise<Found> {
  const members = membersOf(selection.chosen, tool, { fleet, book }, call.signal);
  const data = await Promise.race([tool.readAll(args, members, call), rejectOnAbort(call.signal)]);
  return {
    summary: { ok: members.length, failed: 0, skipped: skippedCount(selection) },
    groups: [{ devices: members.map(({ entry }) => entry.name), data }],
    spread: {},
    partial: false,
    failures: [],
    skipped: skips(selection),
  };
}

function split(chosen: readonly Chosen[], settled: readonly Settled<unknown>[]) {
  const values: { device: string; data: unknown }[] = [];
  const errors: { device: string; error: unknown }[] = [];
  for (const [i, result] of settled.entries()) {
    const device = chosen[i]?.entry.name ?? '';
    if (result.ok) values.push({ device, data: result.value });
    else errors.push({ device, error: result.error });
  }
  return { values, errors };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(abortFailure(signal)), { once: true });
  });
}
