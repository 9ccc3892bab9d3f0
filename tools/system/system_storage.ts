import { z } from 'zod';
import { Failure } from '../../src/core/errors.js';
import { diskUseProbe, type DiskUse } from '../../src/core/probes/disk-use.js';
import { fullestOf, storageData, storageProbe, withDiskUse, type Storage } from '../../src/core/probes/storage.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { pathArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({
  largest: z.boolean().default(false).describe('Measure which folders fill / however full it is (up to 20 s).'),
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
      'File systems with sizes, free bytes and inodes, warnings from 80 % on with the folders that fill the fullest, block devices, swap and zram, NVMe state. ' +
      'For other folders give `path`; `health` reads NVMe wear and errors.',
    effect: 'read',
    input,
    output: storageData,
    same: ['warnings.*.level', 'warnings.*.where', 'largest.0.path', 'fileSystems.*.type', 'notRead.*.what', 'unknown'],
    spread: [
      'fileSystems.*.usedPercent',
      'fileSystems.*.availableBytes',
      'fileSystems.*.inodesUsedPercent',
      'health.*',
    ],
  } as const;

  override async read({ largest, path, health }: z.output<typeof input>, device: Device, call: Call): Promise<Storage> {
    const under = path ?? (largest ? '/' : undefined);
    const measured = under === undefined ? undefined : { path: under, asRoot: await hasRoot(device, call) };
    const found = await device.ask(storageProbe({ health, largest: measured }), call.signal);
    const fullest = measured ? undefined : fullestOf(found.fileSystems);
    return fullest === undefined ? found : withDiskUse(found, await whatFills(fullest, device, call));
  }
}

const measureSeconds = 10;
/** For the measuring itself, and for a link that answers late. */
const neededMs = (measureSeconds + 5) * 1000;

const hasRoot = async (device: Device, { signal }: Call): Promise<boolean> =>
  (await device.sudoKind(signal)) !== 'none';

/** What fills a file system. Where that cannot be found out now the answer says so, since the rest of it stands. */
async function whatFills(path: string, device: Device, call: Call): Promise<DiskUse> {
  const nothing = (why: string): DiskUse => ({ largest: [], gaps: [{ what: 'largest', why }], unknown: [] });
  if (call.deadlineMs - call.now() < neededMs) return nothing('no time was left to measure it; ask again for it alone');
  try {
    const question = { path, asRoot: await hasRoot(device, call), seconds: measureSeconds };
    return await device.ask(diskUseProbe(question), call.signal);
  } catch (error) {
    if (!(error instanceof Failure) || call.signal.aborted) throw error;
    return nothing('measuring it took too long or broke off; ask for it with `path`');
  }
}
