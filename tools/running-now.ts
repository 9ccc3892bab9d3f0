import type { AiBoard } from '../src/core/ai/ai-board.js';
import { endpointMb } from '../src/core/ai/endpoint-memory.js';
import { endpointOf } from '../src/core/ai/launch/endpoint.js';
import type { Running } from '../src/core/ai/memory-fit.js';
import { allModels } from '../src/core/ai/model-catalog.js';
import { containerCounts } from '../src/core/docker/container-stats.js';
import type { ListedContainer } from '../src/core/docker/container-rows.js';
import { enginePath, type DockerQuestion } from '../src/core/docker/request.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** More containers than a board runs; the engine takes a while for each. */
const most = 20;

/** What one container uses now, bytes; undefined where the engine does not tell. */
function memoryQuestion(id: string): DockerQuestion<number | undefined> {
  return {
    name: 'memory',
    path: enginePath('containers', id, 'stats'),
    query: { stream: 'false', 'one-shot': 'true' },
    parse: (answer) => containerCounts(JSON.stringify(answer))?.memoryBytes,
  };
}

/** What a container uses now, bytes; undefined where the engine does not tell. */
export function memoryOf(id: string, device: Device, signal: AbortSignal): Promise<number | undefined> {
  return device.docker.ask(memoryQuestion(id), signal);
}

/** A session with its desktop takes about 1.5 GB. */
const desktopMb = 1500;

/** What holds memory on a device and could be stopped: its containers, and its desktop. */
export async function runningNow(
  board: AiBoard,
  containers: readonly ListedContainer[],
  device: Device,
  { signal, userCatalog }: Call,
): Promise<Running[]> {
  const up = containers.filter(({ state }) => state === 'running').slice(0, most);
  const bytes = await Promise.all(up.map(({ fullId }) => memoryOf(fullId, device, signal)));
  const models = allModels((await userCatalog.current()).additions);
  const rows = up.map(({ name, jetfleet }, i): Running => ({
    kind: 'container',
    name,
    mb: Math.max(Math.round((bytes[i] ?? 0) / 2 ** 20), endpointMb(endpointOf(jetfleet), models)),
  }));
  return board.desktop === true ? [...rows, { kind: 'desktop', name: 'the desktop session', mb: desktopMb }] : rows;
}
