import { gpuTestImage } from '../src/core/docker/gpu-test.js';
import { imagesQuestion } from '../src/core/docker/image-rows.js';
import { checkSurroundings, type RunSurroundings } from '../src/core/docker/run-plan.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { surroundings } from './surroundings.js';

const nothing = { env: {}, ports: [], mounts: [], devices: [], restart: 'no', labels: {}, pull: 'never' } as const;

function noImage(message: string): Failure {
  return new Failure('invalid_input', message, {
    hint: 'image_list shows what is there; image_pull brings one (ai_match names those that fit). The test pulls nothing by itself.',
    retry: 'yes',
  });
}

/** The image for a test of the GPU, and whether a container of it can have the GPU at all. */
export async function gpuTestSurroundings(
  wanted: string | undefined,
  device: Device,
  call: Call,
): Promise<Pick<RunSurroundings, 'facts'> & { readonly image: string }> {
  const all = wanted === undefined ? ((await device.docker.ask(imagesQuestion(false), call.signal)) ?? []) : [];
  const image = wanted ?? gpuTestImage(all.flatMap(({ tags }) => tags));
  if (image === undefined) throw noImage('The device has no image that looks as if it could use the GPU.');
  const around = await surroundings({ image, mounts: [] }, device, call);
  if (around.image === undefined) throw noImage('image: the device does not have it.');
  checkSurroundings({ ...nothing, image, name: `jetfleet-gpu-test-${call.changeId}`, gpu: true }, around);
  return { facts: around.facts, image };
}
