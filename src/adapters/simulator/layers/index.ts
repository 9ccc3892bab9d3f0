import type { BoardSpec } from '../boards/board-spec.js';
import type { Files } from '../device/file-tree.js';
import { logPrograms } from '../programs/logs.js';
import { networkPrograms } from '../programs/network.js';
import { fanPrograms, powerPrograms, thorPrograms } from '../programs/power.js';
import { processPrograms } from '../programs/processes.js';
import type { Program } from '../programs/program.js';
import { servicePrograms } from '../programs/services.js';
import { softwarePrograms } from '../programs/software.js';
import { storagePrograms } from '../programs/storage.js';
import { tegrastats } from '../programs/tegrastats.js';
import { clockFiles } from './clocks.js';
import { identityFiles } from './identity.js';
import { networkFiles } from './network.js';
import { powerFiles } from './power.js';
import { procFiles } from './proc.js';
import { softwareFiles } from './software.js';
import { thermalFiles } from './thermal.js';

/** Everything a board of this kind has in its file system. */
export function layersOf(spec: BoardSpec): readonly Files[] {
  return [identityFiles, procFiles, clockFiles, thermalFiles, powerFiles, networkFiles, softwareFiles].map((layer) =>
    layer(spec),
  );
}

/** The programs a board of this kind has, by every name they are called by. */
export function programsOf(spec: BoardSpec): ReadonlyMap<string, Program> {
  const thor = spec.gpu.loadPath === undefined;
  return new Map(
    Object.entries({
      tegrastats,
      ...powerPrograms,
      ...(spec.fan === 'hwmon' ? fanPrograms : {}),
      ...(thor ? thorPrograms : {}),
      ...storagePrograms,
      ...processPrograms,
      ...networkPrograms,
      ...logPrograms,
      ...servicePrograms,
      ...softwarePrograms,
    }),
  );
}
