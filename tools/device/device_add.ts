import { z } from 'zod';
import type { DeviceEntry } from '../../src/core/device.js';
import { changesOf, entriesAfter } from '../../src/core/fleet-file-edit.js';
import type { InventoryEdit } from '../../src/core/inventory-edit.js';
import type { Call, InventoryDesk, Inverse } from '../../src/ports/tool.js';
import { BaseInventoryTool } from '../base-tool.js';
import { editAsPlanned, refuseEnvironment, settingArgs, type DevicePlan } from '../inventory-desk.js';
import { addressOf, trustNext } from '../inventory-words.js';

const deviceArg = z.strictObject({
  name: z.string(),
  host: z.string(),
  ...settingArgs,
  labels: z.record(z.string(), z.string()).optional(),
});
const input = z.strictObject({ devices: z.array(deviceArg).min(1).max(200) });
const output = z.object({ added: z.boolean(), hint: z.string() });

type Args = z.output<typeof input>;
type Data = z.output<typeof output>;
type NewDevice = z.output<typeof deviceArg>;

/** Lists boards in the fleet file. They get no credential and no trust by it. */
export class DeviceAdd extends BaseInventoryTool<typeof input, typeof output, DevicePlan> {
  override readonly spec = {
    name: 'device_add',
    area: 'device',
    title: 'Add devices',
    description:
      'Add Jetsons to the fleet file, without credentials: the user sets those. A person runs device_trust next.',
    effect: 'change',
    idempotent: true,
    withoutSelector: 'none',
    input,
    output,
    same: ['added'],
  } as const;

  override targets({ devices }: Args, desk: InventoryDesk): readonly string[] {
    refuseEnvironment(desk);
    let entries = desk.entries;
    for (const device of devices) if (!isThere(device, entries)) entries = entriesAfter(entries, editOf(device));
    return devices.map(({ name }) => name);
  }

  override prepare({ devices }: Args, target: string, desk: InventoryDesk): Promise<DevicePlan> {
    const device = devices.find(({ name }) => name === target);
    if (device === undefined || isThere(device, desk.entries)) {
      return Promise.resolve({ target, says: 'is in the fleet file already, just so', steps: [] });
    }
    const { host, port, user } = device;
    const where = `${addressOf(host, port)}${user === undefined ? '' : ` as user ${user}`}`;
    const says = `joins the fleet file at ${where}; its host key is not trusted until a person runs device_trust`;
    return Promise.resolve({ target, says, steps: [editOf(device)] });
  }

  override async perform(
    _args: Args,
    plan: DevicePlan,
    target: string,
    desk: InventoryDesk,
    call: Call,
  ): Promise<Data> {
    const added = await editAsPlanned(plan, desk, call);
    return { added, hint: added ? trustNext(target) : 'device_doctor says whether it answers.' };
  }

  inverse(_args: Args, { target }: DevicePlan): Inverse {
    return { tool: 'device_remove', arguments: { selector: target } };
  }
}

function isThere(device: NewDevice, entries: readonly DeviceEntry[]): boolean {
  const entry = entries.find(({ name }) => name === device.name);
  return entry !== undefined && Object.keys(changesOf(entry, device)).length === 0;
}

function editOf({ name, ...settings }: NewDevice): InventoryEdit {
  return { edit: 'add', device: name, settings };
}
