import { containerQuestion } from '../src/core/docker/container-inspect.js';
import { containersQuestion } from '../src/core/docker/container-rows.js';
import { modelUser, type ModelUser } from '../src/core/ai/model-files/model-users.js';
import { headerBytes, headerFacts, type HeaderFacts } from '../src/core/ai/model-files/header-facts.js';
import type { FoundModel } from '../src/core/ai/model-files/listing.js';
import { Failure } from '../src/core/errors.js';
import { fanOut } from '../src/core/fan-out.js';
import type { Device } from '../src/ports/fleet.js';

const atOnce = 8;
const mostContainers = 100;

/** The containers that run, for what they use; none where there is no engine, undefined where it could not be asked. */
export async function modelUsers(device: Device, signal: AbortSignal): Promise<readonly ModelUser[] | undefined> {
  try {
    const all = (await device.docker.ask(containersQuestion, signal)) ?? [];
    const running = all.filter(({ state }) => state === 'running' || state === 'paused' || state === 'restarting');
    const look = (id: string): Promise<ModelUser | undefined> =>
      device.docker.ask(containerQuestion(id), signal).then((found) => found && modelUser(found));
    const ids = running.slice(0, mostContainers).map(({ fullId }) => fullId);
    const found = await fanOut(ids, atOnce, look, signal);
    return found.flatMap((each) => (each.ok && each.value !== undefined ? [each.value] : []));
  } catch (error) {
    if (!(error instanceof Failure) || signal.aborted) throw error;
    return error.kind === 'unsupported' ? [] : undefined;
  }
}

/** What the first bytes of each file tell; nothing of what the login user may not read. */
export async function headersOf(
  models: readonly FoundModel[],
  device: Device,
  signal: AbortSignal,
): Promise<readonly HeaderFacts[]> {
  const look = async ({ path, format }: FoundModel): Promise<HeaderFacts> =>
    format === 'gguf' || format === 'safetensors'
      ? headerFacts(format, await device.files.read(path, { offset: 0, maxBytes: headerBytes }, signal))
      : {};
  const found = await fanOut(models, atOnce, look, signal);
  return found.map((each) => (each.ok ? each.value : {}));
}
