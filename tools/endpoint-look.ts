import { endpointData, type EndpointData } from '../src/core/ai/launch/endpoint.js';
import type { EndpointRow, FoundEndpoint } from '../src/core/ai/launch/endpoint-data.js';
import { reachWords } from '../src/core/ai/launch/launch-data.js';
import type { KeptEndpoint } from '../src/core/ai/kept.js';
import { present } from '../src/core/linux/present.js';
import type { Device } from '../src/ports/fleet.js';
import { engineLook } from './engine-look.js';
import { memoryOf } from './running-now.js';

/** One endpoint as it stands now: what was asked for, what its container and its engine tell. */
export async function endpointLook(
  found: FoundEndpoint,
  kept: KeptEndpoint | undefined,
  device: Device,
  signal: AbortSignal,
): Promise<EndpointRow> {
  const { container, engine, api, port, labels } = found;
  const parsed = endpointData.safeParse(kept?.data);
  const before: Partial<EndpointData> = parsed.success ? parsed.data : {};
  const runs = container.state === 'running';
  const now = runs && port !== undefined ? await engineLook({ api, port }, device, signal) : {};
  const memory = runs ? await memoryOf(container.fullId, device, signal) : undefined;
  const { model, quantisation, context, slots } = labels ?? {};
  const row = {
    name: container.name,
    engine,
    api,
    model,
    quantisation,
    port,
    container: container.state,
    health: container.health,
  };
  return present({
    ...row,
    state: runs ? ('no_answer' as const) : ('not_running' as const),
    ...present(now),
    context: now.context ?? context,
    slots: now.slots ?? (slots === undefined ? undefined : { total: slots }),
    served: now.served ?? before.served,
    processor: now.processor ?? before.processor,
    memoryMb: memory === undefined ? undefined : Math.round(memory / 2 ** 20),
    image: container.image,
    digest: before.digest,
    launchedByJetfleet: labels !== undefined,
    reach: runs && port !== undefined ? reachWords(device.name, port) : undefined,
  });
}
