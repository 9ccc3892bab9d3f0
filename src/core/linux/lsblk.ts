import { z } from 'zod';
import type { Argv } from '../command.js';
import { present } from './present.js';
import { sizeBytes } from './size.js';
import { parseTable } from './table.js';

export interface BlockDevice {
  readonly name: string;
  /** `disk`, `part`, `loop`, `crypt`, `lvm`, ... */
  readonly type: string;
  readonly sizeBytes: number;
  readonly parent?: string | undefined;
  /** Where it is mounted; `[SWAP]` for swap. */
  readonly mountPoint?: string | undefined;
  readonly fileSystem?: string | undefined;
  readonly model?: string | undefined;
  /** `nvme`, `mmc`, `usb`, `sata`. */
  readonly transport?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly removable?: boolean | undefined;
}

/** Loop devices (major 7) are left out: they are snaps. */
export const lsblkArgv: Argv = [
  'lsblk',
  '-J',
  '-b',
  '-e',
  '7',
  '-o',
  'NAME,TYPE,SIZE,RO,RM,MOUNTPOINT,FSTYPE,MODEL,TRAN',
];

// util-linux before 2.33 prints every value as a string.
const text = z.string().nullish();
const flag = z
  .union([z.boolean(), z.literal('0').transform(() => false), z.literal('1').transform(() => true)])
  .nullish();
const node = z.object({
  name: z.string(),
  type: z.string(),
  size: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]),
  ro: flag,
  rm: flag,
  mountpoint: text,
  fstype: text,
  model: text,
  tran: text,
  get children() {
    return z.array(node).optional();
  },
});
type Node = z.output<typeof node>;

const given = (value: string | null | undefined): string | undefined =>
  value === null || value?.trim() === '' ? undefined : value?.trim();

function flat(nodes: readonly Node[], parent: string | undefined): BlockDevice[] {
  return nodes.flatMap((each) => [
    present({
      name: each.name,
      type: each.type,
      sizeBytes: each.size,
      parent,
      mountPoint: given(each.mountpoint),
      fileSystem: given(each.fstype),
      model: given(each.model),
      transport: given(each.tran),
      readOnly: each.ro ?? undefined,
      removable: each.rm ?? undefined,
    }),
    ...flat(each.children ?? [], each.name),
  ]);
}

function fromTable(printed: string): { devices: BlockDevice[]; unknown: string[] } {
  const { rows, unknown } = parseTable(printed);
  const devices: BlockDevice[] = [];
  const strange = [...unknown];
  let disk: string | undefined;
  for (const cells of rows) {
    const [tree = '', size = '', type = ''] = ['NAME', 'SIZE', 'TYPE'].map((name) => cells.get(name));
    const name = tree.replace(/^[├└│─|`\s-]+/, '');
    const bytes = sizeBytes(size);
    if (name === '' || bytes === undefined || type === '') {
      strange.push([...cells.values()].join(' '));
      continue;
    }
    const parent = tree === name ? undefined : disk;
    if (parent === undefined) disk = name;
    const mountPoint = given(cells.get('MOUNTPOINTS') ?? cells.get('MOUNTPOINT'));
    devices.push(
      present({
        name,
        type,
        sizeBytes: bytes,
        parent,
        mountPoint,
        readOnly: cells.get('RO') === '1',
        removable: cells.get('RM') === '1',
      }),
    );
  }
  return { devices, unknown: strange };
}

/** Reads `lsblk -J -b`, and the table that lsblk prints without `-J`, which is what transcripts hold. */
export function parseLsblk(printed: string): {
  readonly devices: readonly BlockDevice[];
  readonly unknown: readonly string[];
} {
  if (!printed.trimStart().startsWith('{')) return fromTable(printed);
  let json: unknown;
  try {
    json = JSON.parse(printed);
  } catch {
    return { devices: [], unknown: [printed] };
  }
  const parsed = z.object({ blockdevices: z.array(node) }).safeParse(json);
  return parsed.success
    ? { devices: flat(parsed.data.blockdevices, undefined), unknown: [] }
    : { devices: [], unknown: [printed] };
}
