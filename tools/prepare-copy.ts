import { checkCopy, copySays } from '../src/core/docker/copy-plan.js';
import { repositoryOf, withTag } from '../src/core/docker/image-reference.js';
import { imageQuestion } from '../src/core/docker/image-state.js';
import { enginePath, type DockerLoad, type DockerRequest } from '../src/core/docker/request.js';
import { Failure } from '../src/core/errors.js';
import { freeProbe } from '../src/core/probes/image-room.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { engineFacts } from './surroundings.js';

/** A copy as it is planned. */
export type CopyPlan = Prepared & {
  readonly steps: readonly (DockerLoad | DockerRequest)[];
  /** As the other engine counts it. */
  readonly sizeBytes?: number | undefined;
};

const wrong = (message: string, hint: string): Failure => new Failure('invalid_input', message, { hint, retry: 'yes' });

/** Gives an image that is there one more name. */
function naming(id: string, image: string): DockerRequest {
  const repo = repositoryOf(image);
  return { docker: 'POST', path: enginePath('images', id, 'tag'), query: { repo, tag: image.slice(repo.length + 1) } };
}

/** Looks at both engines, and plans what is missing. */
export async function prepareCopy(
  { image: given, from }: { readonly image: string; readonly from: string },
  device: Device,
  call: Call,
): Promise<CopyPlan> {
  const { signal } = call;
  const image = withTag(given);
  if (from === device.name) throw wrong('from: this device itself is named.', 'Name the device that has the image.');
  const source = await (await call.peer(from)).docker.ask(imageQuestion(image), signal);
  if (source === undefined) throw wrong('from: that device has no such image.', 'image_list shows what it has.');
  const [named, same, engine] = await Promise.all([
    device.docker.ask(imageQuestion(image), signal),
    device.docker.ask(imageQuestion(source.id), signal),
    engineFacts(device, call),
  ]);
  if (named?.id === source.id) return { says: `It has ${image} already, the same as on ${from}.`, steps: [] };
  if (same !== undefined)
    return { says: `It has this image under another name: names it ${image}.`, steps: [naming(source.id, image)] };
  const { dataRoot, architecture } = engine;
  const freeBytes = dataRoot === undefined ? undefined : await device.ask(freeProbe(dataRoot), signal);
  const facts = { image, from, source, freeBytes, architecture };
  checkCopy(facts);
  return {
    says: copySays(facts),
    steps: [{ docker: 'load', image, imageId: source.id, from }],
    sizeBytes: source.sizeBytes,
    awaits: {
      state: { image, id: source.id },
      says: `copies ${image}`,
      patienceMs: 43_200_000,
      overdue: {
        message: 'The copy was not through in twelve hours.',
        hint: 'device_doctor tells about the links; both go through this machine.',
      },
      outlives: true,
    },
  };
}
