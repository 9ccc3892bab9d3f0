import { z } from 'zod';
import type { DeviceEntry } from '../src/core/device.js';
import { Failure } from '../src/core/errors.js';
import { entriesAfter } from '../src/core/fleet-file-edit.js';
import type { ClientSettings } from '../src/core/inventory-edit.js';
import { isInventoryEdit } from '../src/core/step.js';
import type { Call, InventoryDesk, Member, Prepared } from '../src/ports/tool.js';

/** What both device_add and device_edit take. What each may hold is the fleet file's grammar, which names the field. */
export const settingArgs = {
  port: z.number().optional(),
  user: z.string().optional(),
  groups: z.array(z.string()).optional(),
};

/** The plan for one device of the fleet file, and for whom it is. */
export interface DevicePlan extends Prepared {
  readonly target: string;
}

/** Refused before anybody is asked: the environment is not ours to write. */
export function refuseEnvironment({ entries }: InventoryDesk): void {
  if (!entries.some(({ origin }) => origin === 'environment')) return;
  throw new Failure(
    'unsupported',
    'The one device comes from the JETSON_* variables, which cannot be edited from here.',
    {
      hint: 'Ask the user to run "jetfleet init" and to put the board into the fleet file; the variables are not used then.',
      retry: 'no',
    },
  );
}

/** For an argument that can hold for one device only. */
export function refuseSeveral({ members }: InventoryDesk, message: string): void {
  if (members.length > 1) throw new Failure('invalid_input', message, { hint: 'Select one device.' });
}

/** Refuses settings that change nothing, or that a selected device cannot have, before anybody is asked. */
export function refuseUnfit(desk: InventoryDesk, settings: ClientSettings): void {
  if (Object.keys(settings).length === 0) {
    throw new Failure('invalid_input', 'Nothing is to be changed.', {
      hint: 'Give host, port, user, labels or groups.',
    });
  }
  if (settings.host !== undefined) refuseSeveral(desk, 'host: several devices cannot have one address.');
  for (const { entry } of desk.members) entriesAfter([entry], { edit: 'set', device: entry.name, settings });
}

/** The device a plan is for; it may have gone since it was chosen. */
export function memberOf({ members }: InventoryDesk, target: string): Member {
  const member = members.find(({ entry }) => entry.name === target);
  if (member === undefined) throw new Failure('unknown_device', `${target} is not in the fleet file any more.`);
  return member;
}

/** Does the edits of a plan, exactly as they were approved. Whether there were any. */
export async function editAsPlanned({ steps }: Prepared, desk: InventoryDesk, call: Call): Promise<boolean> {
  const edits = steps.filter(isInventoryEdit);
  if (edits.length > 0) await desk.edit(edits, call.signal);
  return edits.length > 0;
}

/** Whether a device has nothing that only the user may give it. */
export function isPlain({ settings }: DeviceEntry): boolean {
  return Object.entries(settings).every(([key, value]) => value === undefined || key === 'port' || key === 'user');
}
