import { z } from 'zod';
import { storageData, storageProbe, type Storage } from '../../src/core/probes/storage.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { pathArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({
  largest: z.boolean().default(false).describe('Also measure which folders fill the disk (up to 20 s).'),
  path: pathArg.optional().describe('Measure the folders below this one; means `largest`. Default /.'),
  health: z.boolean().default(false).describe('Also read the NVMe SMART values; needs root on the device.'),
});

/** Tells how full the disks are, and on demand of what. */
export class SystemStorage extends BaseReadTool<typeof input, typeof storageData> {
  override readonly spec = {
    name: 'system_storage',
    area: 'system',
    title: 'Storage',
    description:
      'File systems with sizes, free bytes and inodes, warnings from 80 % on, block devices, swap and zram, NVMe state. ' +
      'With `largest` or `path` it names the folders that fill a disk; call again with a deeper `path`. With `health` it reads NVMe wear and errors.',
    effect: 'read',
    input,
    output: storageData,
    same: ['warnings.*.level', 'warnings.*.where', 'fileSystems.*.type', 'notRead.*.what', 'unknown'],
    spread: [
      'fileSystems.*.usedPercent',
      'fileSystems.*.availableBytes',
      'fileSystems.*.inodesUsedPercent',
      'health.*',
    ],
  } as const;

  override async read({ largest, path, health }: z.output<typeof input>, device: Device, call: Call): Promise<Storage> {
    const largestUnder = path ?? (largest ? '/' : undefined);
    return device.ask(storageProbe({ health, largestUnder }), call.signal);
  }
}
