import type { BoardSpec } from '../boards/board-spec.js';
import type { Files } from '../device/file-tree.js';
import { hostPrograms } from '../programs/host.js';
import { logPrograms } from '../programs/logs.js';
import { lookAroundPrograms } from '../programs/look-around.js';
import { networkPrograms } from '../programs/network.js';
import { packagePrograms } from '../programs/packages.js';
import { plainPrograms } from '../programs/plain.js';
import { modePrograms } from '../programs/nvpmodel.js';
import { fanPrograms } from '../programs/fan.js';
import { clockPrograms } from '../programs/jetson-clocks.js';
import { thorPrograms } from '../programs/nvidia-smi.js';
import { teePrograms } from '../programs/tee.js';
import { processPrograms } from '../programs/processes.js';
import { lacking, type Program } from '../programs/program.js';
import { servicePrograms } from '../programs/services.js';
import { shutdownPrograms } from '../programs/shutdown.js';
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
      ...modePrograms,
      ...clockPrograms,
      ...shutdownPrograms,
      ...(spec.fan === 'hwmon' ? fanPrograms : lacking(fanPrograms)),
      ...(thor ? thorPrograms : lacking(thorPrograms)),
      ...storagePrograms,
      ...processPrograms,
      ...networkPrograms,
      ...logPrograms,
      ...servicePrograms,
      ...softwarePrograms,
      ...packagePrograms,
      ...lookAroundPrograms,
      ...plainPrograms,
      ...hostPrograms,
      ...teePrograms,
    }),
  );
}
