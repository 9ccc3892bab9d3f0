import type { LaunchLook, LaunchWish } from '../src/core/ai/launch/launch-wish.js';
import { localImagesQuestion } from '../src/core/ai/launch/local-images.js';
import { wantedWeights } from '../src/core/ai/launch/wanted-model.js';
import { allModels } from '../src/core/ai/model-catalog.js';
import { containersQuestion } from '../src/core/docker/container-rows.js';
import { aiBoardProbe } from '../src/core/probes/ai-board.js';
import { launchPlaceProbe } from '../src/core/probes/launch-place.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { measuredOnDevice, weightsOnDevice } from './device-weights.js';
import { weightsFor } from './match-weights.js';
import { runningNow } from './running-now.js';

/** The weights that a launch can mean, with sizes as well as they are known. */
async function weightsOf(
  { model, engine, quantisation, command }: LaunchWish,
  device: Device,
  call: Call,
): Promise<Pick<LaunchLook, 'weights' | 'found'>> {
  const { signal } = call;
  const found = model.startsWith('/') ? await weightsOnDevice(model, device, signal) : undefined;
  if (command !== undefined) return { weights: [], found };
  const models = allModels((await call.userCatalog.current()).additions);
  const asked = { model, engine, quantisation };
  if (!model.startsWith('/')) return { weights: (await weightsFor(asked, models, false, call)).weights };
  const weights = wantedWeights(asked, models, found).map((each) => measuredOnDevice(each, device, signal));
  return { weights: await Promise.all(weights), found };
}

/** Looks at board, disks, containers, images and the model. */
export async function launchLook(wish: LaunchWish, device: Device, call: Call): Promise<LaunchLook> {
  const { signal } = call;
  const board = await device.ask(aiBoardProbe, signal);
  const place = await device.ask(launchPlaceProbe, signal);
  const weights = await weightsOf(wish, device, call);
  const containers = (await device.docker.ask(containersQuestion, signal)) ?? [];
  const local = (await device.docker.ask(localImagesQuestion, signal)) ?? [];
  return { board, place, containers, local, running: await runningNow(board, containers, device, call), ...weights };
}
