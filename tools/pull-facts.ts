import { imageNameOf, imageText } from '../src/core/ai/image-name.js';
import { knownImages } from '../src/core/ai/images.js';
import type { ContainerSpec } from '../src/core/docker/container-spec.js';
import type { EngineFacts } from '../src/core/docker/engine-facts.js';
import type { ImageState } from '../src/core/docker/image-state.js';
import { checkPulls, type PullFacts } from '../src/core/docker/pull-plan.js';
import { cliOf, type RunSurroundings } from '../src/core/docker/run-plan.js';
import type { MakingFacts } from '../src/core/probes/container-making.js';
import { freeProbe, offerProbe } from '../src/core/probes/image-room.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

function catalogBytes(image: string): number | undefined {
  const name = imageNameOf(image);
  const known = name && knownImages.find((each) => imageText(each.name) === imageText(name));
  return known?.compressedMb === undefined ? undefined : known.compressedMb * 1e6;
}

/** What is known of a pull, by the registry or the catalog, and of the room for it. */
export async function pullFacts(
  image: string,
  {
    making,
    engine: { dataRoot, architecture },
    present,
    always = false,
  }: {
    readonly making: Pick<MakingFacts, 'cli' | 'needsRoot'>;
    readonly engine: EngineFacts;
    readonly present?: ImageState | undefined;
    readonly always?: boolean;
  },
  device: Device,
  { signal }: Call,
): Promise<PullFacts> {
  const freeBytes = dataRoot === undefined ? undefined : await device.ask(freeProbe(dataRoot), signal);
  // Podman's command line cannot ask a registry without pulling.
  const asks = cliOf(making) === 'docker' && (present === undefined || always);
  const offer = asks
    ? await device.ask(offerProbe(image, { asRoot: making.needsRoot, architecture: architecture ?? 'arm64' }), signal)
    : undefined;
  return { image, present, offer, catalogBytes: catalogBytes(image), freeBytes, architecture };
}

/** The same of the image of a container that is to be made; undefined where none is pulled. Throws where there is no room for it. */
export async function missingPull(
  { image, pull }: Pick<ContainerSpec, 'image' | 'pull'>,
  { facts: making, engine, image: present }: RunSurroundings,
  device: Device,
  call: Call,
): Promise<PullFacts | undefined> {
  if (present !== undefined || pull === 'never') return undefined;
  const facts = await pullFacts(image, { making, engine }, device, call);
  checkPulls([facts]);
  return facts;
}
