import type { ContainerSpec } from '../src/core/docker/container-spec.js';
import type { EngineFacts } from '../src/core/docker/engine-facts.js';
import { pathForms, type HostPaths } from '../src/core/docker/spec-grants.js';
import { volumeSource } from '../src/core/docker/volume-source.js';
import { makingProbe, type MakingFacts } from '../src/core/probes/container-making.js';
import { dockerSocket, podmanSocket } from '../src/core/probes/engine-sockets.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

const isPath = (path: string | undefined): path is string => path !== undefined;

/** Looks what the device has for making containers, and where their mounts lead: through links, and through volumes that are binds. */
export async function hostLook(
  mounts: ContainerSpec['mounts'],
  { dataRoot }: EngineFacts,
  device: Device,
  { signal }: Call,
): Promise<{ readonly facts: MakingFacts; readonly host: HostPaths }> {
  const names = [...new Set(mounts.flatMap(({ kind, source }) => (kind === 'volume' ? [source] : [])))];
  const volumes = new Map(
    await Promise.all(
      names.map(async (name) => [name, (await device.docker.ask(volumeSource(name), signal)) ?? []] as const),
    ),
  );
  const binds = mounts.flatMap(({ kind, source }) => (kind === 'bind' ? [source] : []));
  const sockets = [dockerSocket, podmanSocket];
  const own = [...sockets, dataRoot].filter(isPath);
  const facts = await device.ask(
    makingProbe([...own, ...pathForms([...binds, ...[...volumes.values()].flat()])]),
    signal,
  );
  const { real } = facts;
  return {
    facts,
    host: {
      real,
      volumes,
      engineFolders: [dataRoot, dataRoot && real(dataRoot)].filter(isPath),
      engineSockets: sockets.map(real).filter(isPath),
    },
  };
}
