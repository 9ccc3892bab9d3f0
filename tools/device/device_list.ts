import { z } from 'zod';
import { deviceRow, deviceRowData, pageOfRows } from '../../src/core/device-row.js';
import { fanOut } from '../../src/core/fan-out.js';
import { present } from '../../src/core/linux/present.js';
import type { Call, Member } from '../../src/ports/tool.js';
import { limitArg } from '../args.js';
import { BaseFleetTool } from '../base-tool.js';
import { reportedBefore } from '../reported-before.js';

const input = z.strictObject({
  check: z.boolean().default(false).describe('Ask the devices first.'),
  limit: limitArg(40, 200),
  after: z.string().max(64).optional().describe('`next` of an earlier answer.'),
});

const output = z.object({
  total: z.number().describe('Selected devices.'),
  online: z.number(),
  offline: z.number(),
  notAsked: z.number().describe('Devices of which nothing is known yet.'),
  devices: z.array(deviceRowData),
  next: z.string().optional().describe('Give it as `after` for the rest.'),
});

const width = 64;

/** Lists the fleet as far as it is known. */
export class DeviceList extends BaseFleetTool<typeof input, typeof output> {
  override readonly spec = {
    name: 'device_list',
    area: 'device',
    title: 'List devices',
    description:
      'The devices of the fleet file with address, state, module, L4T, labels and groups: the words that selectors take. Asks no device unless `check` is true.',
    effect: 'read',
    withoutSelector: 'all',
    input,
    output,
  } as const;

  override async readAll(
    { check, limit, after }: z.output<typeof input>,
    members: readonly Member[],
    call: Call,
  ): Promise<z.output<typeof output>> {
    const seen = check ? await learned(members, call) : members;
    const before = await reportedBefore(seen, call);
    const rows = seen.map(({ entry, state }) => deviceRow(entry, state, before(entry)));
    const count = (wanted: string): number => rows.filter(({ state }) => state === wanted).length;
    const page = pageOfRows(rows, after, limit);
    const counts = {
      total: rows.length,
      online: count('online'),
      offline: count('offline'),
      notAsked: count('not_asked'),
    };
    return present({ ...counts, ...page });
  }
}

async function learned(members: readonly Member[], call: Call): Promise<readonly Member[]> {
  const settled = await fanOut(members, width, (member) => member.learn(), call.signal);
  return members.map((member, index) => {
    const result = settled[index];
    return result?.ok === true ? { ...member, state: result.value } : member;
  });
}
