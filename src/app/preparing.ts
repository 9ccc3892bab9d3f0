import { Failure } from '../core/errors.js';
import { fanOut } from '../core/fan-out.js';
import type { DevicePlan } from '../core/consent/plan.js';
import type { Inventory } from '../ports/inventory.js';
import type { Call, ChangeTool, Gathered, InventoryDesk, InventoryTool, Member, Prepared } from '../ports/tool.js';
import { notApproved, type GuardedFleet } from './guarded-fleet.js';
import { membersOf } from './members.js';
import type { DeviceBook } from './device-book.js';
import type { Chosen } from './selecting.js';

const width = 512;

/** One device's part of a change, ready to be carried out. */
export interface Ready extends DevicePlan {
  readonly prepared: Prepared;
}

export interface DeviceError {
  readonly device: string;
  readonly error: unknown;
}

export interface PreparingParts {
  readonly fleet: GuardedFleet;
  readonly book: DeviceBook;
  readonly inventory: Inventory;
}

/** What an inventory tool may look at; its edits go through `edit`. */
export function deskOf(
  tool: InventoryTool,
  chosen: readonly Chosen[],
  parts: PreparingParts,
  call: Call,
  edit: InventoryDesk['edit'],
): InventoryDesk {
  const members: readonly Member[] = membersOf(chosen, tool, parts, call.signal);
  return { entries: parts.inventory.devices(), members, edit };
}

/** A desk at which nothing can be edited. */
const readingDesk = (
  tool: InventoryTool,
  chosen: readonly Chosen[],
  parts: PreparingParts,
  call: Call,
): InventoryDesk => deskOf(tool, chosen, parts, call, () => Promise.reject(notApproved()));

/** Has a change prepared for every device, by looking only. What failed there does not keep the others from their plan. */
export async function prepareAll(
  tool: ChangeTool | InventoryTool,
  args: Record<string, unknown>,
  chosen: readonly Chosen[],
  parts: PreparingParts,
  call: Call,
): Promise<{ readonly ready: readonly Ready[]; readonly errors: readonly DeviceError[] }> {
  const prepare =
    tool.kind === 'change'
      ? onDevice(tool, args, parts, call, await gathered(tool, args, chosen, parts, call))
      : inInventory(tool, args, chosen, parts, call);
  const targets =
    tool.kind === 'change'
      ? chosen.map(({ entry }) => entry.name)
      : tool.targets(args, readingDesk(tool, chosen, parts, call));
  if (new Set(targets).size < targets.length)
    throw new Failure('invalid_input', 'A device is named twice.', { retry: 'yes' });
  const settled = await fanOut(targets, width, prepare, call.signal);
  const ready: Ready[] = [];
  const errors: DeviceError[] = [];
  for (const [i, result] of settled.entries()) {
    const device = targets[i] ?? '';
    if (result.ok) ready.push(readyOf(tool, args, device, result.value));
    else errors.push({ device, error: result.error });
  }
  for (const { entry } of chosen) {
    const failed = errors.find(({ device }) => device === entry.name);
    if (failed) parts.book.failed(entry, failed.error);
    else if (tool.kind === 'change') parts.book.answered(entry);
  }
  return { ready, errors };
}

/** What a tool sees of its devices together, before each is prepared; undefined for one that sees them apart. */
async function gathered(
  tool: ChangeTool,
  args: Record<string, unknown>,
  chosen: readonly Chosen[],
  parts: PreparingParts,
  call: Call,
): Promise<Gathered | undefined> {
  return tool.gather?.(args, membersOf(chosen, tool, parts, call.signal), call);
}

function onDevice(
  tool: ChangeTool,
  args: Record<string, unknown>,
  { fleet }: PreparingParts,
  call: Call,
  together: Gathered | undefined,
) {
  return (name: string): Promise<Prepared> =>
    tool.prepare(args, fleet.device(name, tool.spec.name, { allows: 'read', args }), call, together);
}

function inInventory(
  tool: InventoryTool,
  args: Record<string, unknown>,
  chosen: readonly Chosen[],
  parts: PreparingParts,
  call: Call,
) {
  const desk = readingDesk(tool, chosen, parts, call);
  return (name: string): Promise<Prepared> => tool.prepare(args, name, desk, call);
}

function readyOf(
  tool: ChangeTool | InventoryTool,
  args: Record<string, unknown>,
  device: string,
  prepared: Prepared,
): Ready {
  const { says, steps, basis, preview } = prepared;
  const undo = steps.length > 0 ? tool.inverse?.(args, prepared) : undefined;
  return { device, says, steps, basis, undo, preview, prepared };
}
