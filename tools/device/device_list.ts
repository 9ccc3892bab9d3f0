import { z } from 'zod';
import { deviceRow, deviceRowData } from '../../src/core/device-row.js';
import { fanOut } from '../../src/core/fan-out.js';
import { present } from '../../src/core/linux/present.js';
import type { Call, Member } from '../../src/ports/tool.js';
import { limitArg } from '../args.js';
import { BaseFleetTool } from '../base-tool.js';

const input = z.strictObject({
  check: z
    .boolean()
    .default(false)
    .describe('Ask every selected device who it is first; without it the answer is what is known already.'),
  limit: limitArg(40, 200),
  after: z.string().max(64).optional().describe('Device name: list those after it (`next` of an earlier answer).'),
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
      'The devices of the fleet file with address, state, last seen, module, L4T, labels and groups: the names and words that selectors take. ' +
      'Costs nothing by default; `check: true` asks the devices first. For one device in depth use device_describe, for one that is offline device_doctor.',
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
    const rows = (check ? await learned(members, call) : members).map(({ entry, state }) => deviceRow(entry, state));
    const count = (wanted: string): number => rows.filter(({ state }) => state === wanted).length;
    const start = after === undefined ? 0 : rows.findIndex(({ name }) => name === after) + 1;
    const page = rows.slice(start, start + limit);
    const next = start + limit < rows.length ? page.at(-1)?.name : undefined;
    const counts = {
      total: rows.length,
      online: count('online'),
      offline: count('offline'),
      notAsked: count('not_asked'),
    };
    return present({ ...counts, devices: page, next });
  }
}

async function learned(members: readonly Member[], call: Call): Promise<readonly Member[]> {
  const settled = await fanOut(members, width, (member) => member.learn(), call.signal);
  return members.map((member, index) => {
    const result = settled[index];
    return result?.ok === true ? { ...member, state: result.value } : member;
  });
}
