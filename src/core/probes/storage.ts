import { z } from 'zod';
import { dfArgv, parseDf, type FileSystem } from '../linux/df.js';
import { lsblkArgv, parseLsblk, type BlockDevice } from '../linux/lsblk.js';
import { parseNvmeHealth } from '../linux/nvme-health.js';
import { present } from '../linux/present.js';
import { parseSwaps } from '../linux/swaps.js';
import { argv, defineProbe, file, glob, type Answers, type ArgvRead, type Probe } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { diskUseOf, diskUseRead, type DiskUse, type DiskUseQuestion } from './disk-use.js';
import { entriesThatFit, firstThatFit, leftOut } from './fitting.js';
import { notReadData, toldUnknown, unknownData, whyNot, type NotRead } from './not-read.js';

export const fileSystemData = z.object({
  source: z.string(),
  type: z.string().optional(),
  sizeBytes: z.number(),
  usedBytes: z.number(),
  availableBytes: z.number(),
  usedPercent: z.number(),
  inodesUsedPercent: z.number().optional(),
});
export const fileSystemsData = z
  .record(z.string(), fileSystemData)
  .describe('By mount point; tmpfs, snaps and overlays left out.');
export const blockDeviceData = z.object({
  name: z.string(),
  type: z.string(),
  sizeBytes: z.number(),
  parent: z.string().optional(),
  mountPoint: z.string().optional(),
  fileSystem: z.string().optional(),
  model: z.string().optional(),
  transport: z.string().optional(),
  readOnly: z.literal(true).optional(),
  removable: z.literal(true).optional(),
});

export const storageData = z.object({
  fileSystems: fileSystemsData,
  warnings: z
    .array(z.object({ level: z.enum(['warn', 'full']), where: z.string(), says: z.string() }))
    .describe('80 % warns, 90 % is full.'),
  blockDevices: z.array(blockDeviceData).describe('Without zram, which is in swap, and loop devices.'),
  swap: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['zram', 'partition', 'file']),
      sizeBytes: z.number(),
      usedBytes: z.number(),
      priority: z.number(),
    }),
  ),
  nvme: z.record(z.string(), z.object({ model: z.string().optional(), state: z.string().optional() })).optional(),
  health: z.record(z.string(), z.number()).optional().describe('SMART values of /dev/nvme0, by their own names.'),
  largest: z
    .array(z.object({ path: z.string(), usedBytes: z.number() }))
    .optional()
    .describe('Folders that fill it, largest first.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type Storage = z.output<typeof storageData>;

export interface StorageQuestion {
  /** SMART values, which need root. */
  readonly health: boolean;
  /** What to measure for what fills the disk; absent: do not look. */
  readonly largest?: DiskUseQuestion | undefined;
}

const nvmePaths = /^\/sys\/class\/nvme\/(nvme\d+)\/(model|state)$/;

const baseReads = {
  df: argv(dfArgv),
  lsblk: argv(lsblkArgv),
  swaps: file('/proc/swaps'),
  mounts: file('/proc/mounts'),
  nvmeModel: glob('/sys/class/nvme/nvme*/model'),
  nvmeState: glob('/sys/class/nvme/nvme*/state'),
};

/** A board has some fifteen of either; far more would crowd out the rest of the answer. */
const partChars = 2_500;

/** Mount points as keys: cleaned, since a device names them. */
export function fileSystemsByTarget(found: readonly FileSystem[]): z.output<typeof fileSystemsData> {
  return Object.fromEntries(
    found.map(({ target, source, ...rest }) => [cleanName(target, 200), { source: cleanName(source), ...rest }]),
  );
}

/** A block device as an answer has it: names cleaned, flags only where they are set. */
export function shownDisk({ readOnly, removable, ...disk }: BlockDevice): z.output<typeof blockDeviceData> {
  const { name, model } = disk;
  return {
    ...disk,
    name: cleanName(name),
    ...(model !== undefined && { model: cleanName(model) }),
    ...(readOnly === true && { readOnly }),
    ...(removable === true && { removable }),
  };
}

/** What is nearly full, by bytes or by inodes. */
export function storageWarnings(found: z.output<typeof fileSystemsData>): Storage['warnings'] {
  const level = (percent: number): 'warn' | 'full' | undefined =>
    percent >= 90 ? 'full' : percent >= 80 ? 'warn' : undefined;
  return Object.entries(found).flatMap(([where, { usedPercent, inodesUsedPercent = 0 }]) => {
    const [bytes, inodes] = [level(usedPercent), level(inodesUsedPercent)];
    return [
      ...(bytes === undefined ? [] : [{ level: bytes, where, says: `${usedPercent} % of its space is used` }]),
      ...(inodes === undefined
        ? []
        : [{ level: inodes, where, says: `${inodesUsedPercent} % of its inodes are used: too many small files` }]),
    ];
  });
}

function networkMounts(mounts: string): NotRead {
  const rows = mounts.split('\n').map((line) => line.split(' '));
  return rows.flatMap(([, target = '', type = '']) =>
    /^(?:nfs4?|cifs|smb3|fuse\.sshfs|9p|ceph)$/.test(type)
      ? [
          {
            what: cleanName(target, 200),
            why: 'a network mount: not measured, since it would hang where its server is gone',
          },
        ]
      : [],
  );
}

type StorageReads = typeof baseReads & { readonly du?: ArgvRead; readonly smart?: ArgvRead };

function whyNoHealth({ smart, nvmeModel, nvmeState }: Answers<StorageReads>, hasNvme: boolean): string {
  const unseen = [...nvmeModel.unreadable, ...nvmeState.unreadable].length > 0;
  return hasNvme || unseen
    ? whyNot(smart?.status ?? 'absent', 'nvme-cli is not installed')
    : 'this board has no NVMe disk';
}

function storageOf(answers: Answers<StorageReads>, asRoot: boolean): Storage {
  const df = parseDf(answers.df.text);
  const blocks = parseLsblk(answers.lsblk.text);
  const swaps = parseSwaps(answers.swaps.text);
  const health = answers.smart === undefined ? undefined : parseNvmeHealth(answers.smart.text);
  const du = answers.du === undefined ? undefined : diskUseOf(answers.du, asRoot);
  const all = fileSystemsByTarget(df.fileSystems);
  const disks = blocks.devices.filter(({ name }) => !/^zram\d/.test(name)).map(shownDisk);
  const [fileSystems, blockDevices] = [entriesThatFit(all, partChars), firstThatFit(disks, partChars)];
  const nvme: Record<string, { model?: string; state?: string }> = {};
  for (const [path, text] of [...answers.nvmeModel.files, ...answers.nvmeState.files]) {
    const [, name = '', what = ''] = nvmePaths.exec(path) ?? [];
    if (name !== '') nvme[name] = { ...nvme[name], [what]: cleanName(text) };
  }
  const notRead: NotRead = [
    ...(df.fileSystems.length === 0
      ? [{ what: 'file systems', why: whyNot(answers.df.status, 'df is not installed') }]
      : []),
    ...(blocks.devices.length === 0
      ? [{ what: 'block devices', why: whyNot(answers.lsblk.status, 'lsblk is not installed') }]
      : []),
    ...(health?.values.size === 0
      ? [{ what: 'NVMe health', why: whyNoHealth(answers, Object.keys(nvme).length > 0) }]
      : []),
    ...(du?.gaps ?? []),
    ...leftOut(
      'file systems',
      Object.keys(all).length,
      Object.keys(fileSystems).length,
      'those that fill up are named',
    ),
    ...leftOut('block devices', disks.length, blockDevices.length, 'the first are named'),
    ...networkMounts(answers.mounts.text),
  ];
  const unknown = [
    ...df.unknown,
    ...blocks.unknown,
    ...swaps.unknown,
    ...(health?.unknown ?? []),
    ...(du?.unknown ?? []),
  ];
  return present({
    fileSystems,
    warnings: storageWarnings(all),
    blockDevices,
    swap: swaps.areas.map((area) => ({ ...area, name: cleanName(area.name) })),
    nvme: Object.keys(nvme).length === 0 ? undefined : nvme,
    health: health === undefined || health.values.size === 0 ? undefined : Object.fromEntries(health.values),
    largest: du?.largest,
    notRead: notRead.length === 0 ? undefined : notRead,
    unknown: toldUnknown(unknown),
  });
}

/** Where the fullest file system is that fills up, by bytes; undefined where none does. */
export function fullestOf(found: Storage['fileSystems']): string | undefined {
  const [fullest] = Object.entries(found)
    .filter(([where, { usedPercent }]) => where.startsWith('/') && usedPercent >= 80)
    .sort(([, a], [, b]) => b.usedPercent - a.usedPercent || b.sizeBytes - a.sizeBytes);
  return fullest?.[0];
}

/** The same with what fills its fullest file system. */
export function withDiskUse(found: Storage, { largest, gaps, unknown }: DiskUse): Storage {
  const notRead = [...(found.notRead ?? []), ...gaps];
  const strange = [...(found.unknown ?? []), ...(toldUnknown(unknown) ?? [])];
  return {
    ...found,
    ...(largest.length > 0 && { largest }),
    ...(notRead.length > 0 && { notRead }),
    ...(strange.length > 0 && { unknown: strange }),
  };
}

/** Disks, file systems and swap; on demand what fills them and the NVMe's health. */
export function storageProbe({ health, largest }: StorageQuestion): Probe<Storage, StorageReads> {
  const reads: StorageReads = {
    ...baseReads,
    ...(largest && { du: diskUseRead(largest) }),
    ...(health && { smart: argv(['nvme', 'smart-log', '/dev/nvme0'], { sudo: true }) }),
  };
  const parse = (answers: Answers<StorageReads>): Storage => storageOf(answers, largest?.asRoot ?? false);
  return defineProbe({ name: 'system_storage', reads, parse });
}
