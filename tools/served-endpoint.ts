import { endpointData, endpointOf, type EndpointData, type EndpointLabels } from '../src/core/ai/launch/endpoint.js';
import { containersQuestion, type ListedContainer } from '../src/core/docker/container-rows.js';
import { imageQuestion } from '../src/core/docker/image-state.js';
import { Failure } from '../src/core/errors.js';
import { present } from '../src/core/linux/present.js';
import { modelHashProbe } from '../src/core/probes/model-hash.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { toldByEngine, type ToldByEngine } from './told-by-engine.js';

/** An endpoint that runs, as its container's labels, the store and the engine itself tell of it. */
export interface Served extends Omit<EndpointData, 'change' | 'processor' | 'served'>, ToldByEngine {
  readonly name: string;
  readonly containerId: string;
  readonly processor?: EndpointData['processor'] | undefined;
}

const choose = (message: string, names: readonly string[]): Failure =>
  new Failure('invalid_input', message, {
    hint: names.length > 0 ? `It has ${names.join(', ')}.` : 'ai_launch starts one; ai_list shows them.',
    retry: 'no',
  });

/** The containers of a device that are endpoints by their labels, whether they run or not. */
export async function endpointContainers(
  device: Device,
  { signal }: Call,
): Promise<(ListedContainer & { readonly labels: EndpointLabels })[]> {
  const all = (await device.docker.ask(containersQuestion, signal)) ?? [];
  return all.flatMap((each) => {
    const labels = endpointOf(each.jetfleet);
    return labels === undefined ? [] : [{ ...each, labels }];
  });
}

/** Finds one endpoint of a device and asks its engine. Rejects where it does not run, or does not answer. */
export async function servedEndpoint(name: string | undefined, device: Device, call: Call): Promise<Served> {
  const running = (await endpointContainers(device, call)).filter(({ state }) => state === 'running');
  const names = running.map((each) => each.name);
  if (name === undefined && names.length > 1) throw choose('The device has several endpoints: name one.', names);
  const found = running.find((each) => each.name === (name ?? names[0]));
  if (found === undefined) throw choose('No endpoint of that name runs on this device.', names);
  const kept = (await call.store.endpoints.list([device.name])).find((each) => each.name === found.name);
  const known = endpointData.safeParse(kept?.data).data;
  const same = known?.port === found.labels.port && known.engine === found.labels.engine ? known : undefined;
  const image = await device.docker.ask(imageQuestion(found.image), call.signal).catch(() => undefined);
  const { api, port, model } = found.labels;
  // A file of the device; a folder has no one hash.
  const modelDigest = /^\/.*\.gguf$/i.test(model) ? await device.ask(modelHashProbe(model), call.signal) : undefined;
  return present({
    ...same,
    ...found.labels,
    model: same?.model ?? model,
    name: found.name,
    containerId: found.fullId,
    image: found.image,
    digest: image?.digest ?? image?.id ?? same?.digest,
    ...(modelDigest !== undefined && { modelDigest }),
    ...(await toldByEngine(api, port, same?.served ?? model, device, call)),
  });
}
