import { z } from 'zod';
import { boundTo, jumpingThrough } from '../../src/core/fleet-file-edit.js';
import type { Call, InventoryDesk, Inverse } from '../../src/ports/tool.js';
import { BaseInventoryTool } from '../base-tool.js';
import { editAsPlanned, isPlain, memberOf, refuseEnvironment, type DevicePlan } from '../inventory-desk.js';
import { itsOwn, jumpWords } from '../inventory-words.js';

const input = z.strictObject({});
const output = z.object({ removed: z.boolean() });

type Args = z.output<typeof input>;
type Data = z.output<typeof output>;
interface Plan extends DevicePlan {
  readonly back: Readonly<Record<string, unknown>> | undefined;
}

/** Takes devices out of the fleet file. Nothing is done to the boards. */
export class DeviceRemove extends BaseInventoryTool<typeof input, typeof output, Plan> {
  override readonly spec = {
    name: 'device_remove',
    area: 'device',
    title: 'Remove devices',
    description:
      'Take devices out of the fleet file, with their labels, groups and credential references. The boards themselves are left alone.',
    effect: 'change',
    idempotent: true,
    input,
    output,
  } as const;

  override targets(_args: Args, desk: InventoryDesk): readonly string[] {
    refuseEnvironment(desk);
    return desk.members.map(({ entry }) => entry.name);
  }

  override prepare(_args: Args, target: string, desk: InventoryDesk): Promise<Plan> {
    const { entry } = memberOf(desk, target);
    const { host, settings, labels, groups } = entry;
    const bound = boundTo(entry);
    const others = isPlain(entry) ? [] : ['how it is reached and trusted is lost with it'];
    const says = [
      `leaves the fleet file${jumpWords(jumpingThrough(desk.entries, target))}`,
      ...(bound.length > 0 ? [`takes ${itsOwn(bound)} out with it, to be set again by hand`] : others),
    ];
    const own = { port: settings.port, user: settings.user };
    const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    const back = isPlain(entry) ? { name: target, host, ...set, labels, groups } : undefined;
    return Promise.resolve({ target, says: says.join('; '), steps: [{ edit: 'remove', device: target }], back });
  }

  override async perform(_args: Args, plan: Plan, _target: string, desk: InventoryDesk, call: Call): Promise<Data> {
    return { removed: await editAsPlanned(plan, desk, call) };
  }

  inverse(_args: Args, { back }: Plan): Inverse | undefined {
    return back && { tool: 'device_add', arguments: { devices: [back] } };
  }
}
