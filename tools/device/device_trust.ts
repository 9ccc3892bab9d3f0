import { z } from 'zod';
import type { DeviceEntry } from '../../src/core/device.js';
import { Failure } from '../../src/core/errors.js';
import type { Call, InventoryDesk } from '../../src/ports/tool.js';
import { BaseInventoryTool } from '../base-tool.js';
import { editAsPlanned, memberOf, refuseEnvironment, refuseSeveral, type DevicePlan } from '../inventory-desk.js';
import { evidence, plainFingerprint, seenKey, typeWords } from '../seen-key.js';

const input = z.strictObject({
  fingerprint: z.string().optional().describe('SHA256:... as the user read it on the board'),
});
const output = z.object({ fingerprint: z.string(), address: z.string(), pinned: z.boolean() });

type Args = z.output<typeof input>;
type Data = z.output<typeof output>;
interface Plan extends DevicePlan {
  readonly address: string;
  readonly basis: { readonly fingerprint: string };
}

/** Pins the host key that a device shows. A person compares it first. */
export class DeviceTrust extends BaseInventoryTool<typeof input, typeof output, Plan> {
  override readonly spec = {
    name: 'device_trust',
    area: 'device',
    title: 'Trust a host key',
    description:
      'Pin the SSH host key that a device shows now, once a person has compared it with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the board. After device_add, a new address or a reflash.',
    effect: 'disrupt',
    idempotent: true,
    input,
    output,
  } as const;

  override targets({ fingerprint }: Args, desk: InventoryDesk): readonly string[] {
    refuseEnvironment(desk);
    if (fingerprint !== undefined) refuseSeveral(desk, 'fingerprint: each device has a key of its own.');
    return desk.members.map(({ entry }) => entry.name);
  }

  override async prepare({ fingerprint: read }: Args, target: string, desk: InventoryDesk, call: Call): Promise<Plan> {
    const member = memberOf(desk, target);
    const seen = await seenKey(member, call.signal);
    const { fingerprint, address } = seen;
    if (read !== undefined && plainFingerprint(read) !== fingerprint) {
      throw new Failure('not_allowed', `${address} does not show the key that was read on ${target}.`, {
        hint: 'Compare keys of the same type. If it stays so, somebody sits in between, or this is another board.',
        retry: 'no',
      });
    }
    const plan = { target, address, basis: { fingerprint } };
    if (pinnedOf(member.entry) === fingerprint) {
      return { ...plan, says: `is pinned to the key that ${address} shows`, steps: [] };
    }
    const says = `trusts the ${typeWords(seen)} ${fingerprint}, shown by ${address}; ${evidence(seen, member)}`;
    return { ...plan, says, steps: [{ edit: 'trust', device: target, fingerprint }] };
  }

  override async perform(_args: Args, plan: Plan, target: string, desk: InventoryDesk, call: Call): Promise<Data> {
    const now = await seenKey(memberOf(desk, target), call.signal);
    if (now.fingerprint !== plan.basis.fingerprint) {
      throw new Failure('not_allowed', `${now.address} shows another key now than the one that was approved.`, {
        hint: 'Nothing was trusted. The user looks at who answers at that address.',
        retry: 'no',
      });
    }
    return { ...plan.basis, address: plan.address, pinned: await editAsPlanned(plan, desk, call) };
  }
}

function pinnedOf({ settings: { hostKeys } }: DeviceEntry): string | undefined {
  return typeof hostKeys === 'object' ? plainFingerprint(hostKeys.fingerprint) : undefined;
}
