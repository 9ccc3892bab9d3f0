import { z } from 'zod';
import { boundTo, changesOf, isReaddressed, jumpingThrough } from '../../src/core/fleet-file-edit.js';
import type { ClientSettings, InventoryEdit } from '../../src/core/inventory-edit.js';
import type { Call, InventoryDesk, Inverse } from '../../src/ports/tool.js';
import { BaseInventoryTool } from '../base-tool.js';
import {
  editAsPlanned,
  memberOf,
  refuseEnvironment,
  refuseUnfit,
  settingArgs,
  type DevicePlan,
} from '../inventory-desk.js';
import { trustNext } from '../inventory-words.js';
import { editWords, settingsBefore } from '../settings-words.js';

const input = z.strictObject({
  host: z.string().optional().describe('For one device only'),
  ...settingArgs,
  labels: z.record(z.string(), z.string().nullable()).optional().describe('null removes; others stay'),
});
const output = z.object({ changed: z.boolean(), detached: z.array(z.string()), hint: z.string().optional() });

type Args = z.output<typeof input>;
type Data = z.output<typeof output>;
interface Plan extends DevicePlan {
  readonly detached: readonly string[];
  readonly moves: boolean;
  readonly before: ClientSettings | undefined;
}

/** Changes how devices are found and grouped. What belongs to an old address does not follow to a new one. */
export class DeviceEdit extends BaseInventoryTool<typeof input, typeof output, Plan> {
  override readonly spec = {
    name: 'device_edit',
    area: 'device',
    title: 'Edit devices',
    description:
      'Change host, port, user, labels or groups in the fleet file; `groups` replaces all. Another host or port detaches passwords and host key: then device_trust.',
    effect: 'change',
    idempotent: true,
    input,
    output,
  } as const;

  override targets(args: Args, desk: InventoryDesk): readonly string[] {
    refuseEnvironment(desk);
    refuseUnfit(desk, args);
    return desk.members.map(({ entry }) => entry.name);
  }

  override prepare(args: Args, target: string, desk: InventoryDesk): Promise<Plan> {
    const { entry } = memberOf(desk, target);
    const changes = changesOf(entry, args);
    const edit: InventoryEdit = { edit: 'set', device: target, settings: changes };
    const moves = isReaddressed(changes);
    const bound = moves ? boundTo(entry) : [];
    const says = editWords(entry, changes, bound, jumpingThrough(desk.entries, target));
    const before = bound.length > 0 ? undefined : settingsBefore(entry, changes);
    const steps = Object.keys(changes).length === 0 ? [] : [edit];
    return Promise.resolve({ target, says, steps, detached: bound, moves, before });
  }

  override async perform(_args: Args, plan: Plan, target: string, desk: InventoryDesk, call: Call): Promise<Data> {
    const changed = await editAsPlanned(plan, desk, call);
    const next = plan.moves ? { hint: trustNext(target) } : {};
    return { changed, detached: [...plan.detached], ...next };
  }

  inverse(_args: Args, { target, before: settings }: Plan): Inverse | undefined {
    return settings && { tool: 'device_edit', arguments: { selector: target, ...settings } };
  }
}
