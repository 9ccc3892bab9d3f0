import { Failure } from '../src/core/errors.js';
import { parseGguf } from '../src/core/ai/headers/gguf.js';
import { ggufShape } from '../src/core/ai/headers/gguf-shape.js';
import { configShape } from '../src/core/ai/headers/hub-config.js';
import {
  wantedWeights,
  type FoundFile,
  type ModelWish,
  type WantedWeights,
} from '../src/core/ai/launch/wanted-model.js';
import type { CatalogModel } from '../src/core/ai/models/model.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

const headBytes = 256 * 1024;
const configBytes = 256 * 1024;
const mostFiles = 2000;

/** The file or folder of a model on the device, with its size; undefined where there is none. */
export async function weightsOnDevice(
  path: string,
  device: Device,
  signal: AbortSignal,
): Promise<FoundFile | undefined> {
  const real = await device.files.realPath(path, signal).catch(notThere);
  const stat = real === undefined ? undefined : await device.files.stat(real, signal).catch(notThere);
  if (real === undefined || stat === undefined) return undefined;
  if (stat.kind === 'file') return { folder: false, bytes: stat.sizeBytes };
  if (stat.kind !== 'directory') return undefined;
  const entries = await device.files.list(real, mostFiles, signal);
  const weights = entries.filter(
    ({ kind, name }) => kind !== 'directory' && /\.(?:safetensors|bin|engine)$/.test(name),
  );
  return { folder: true, bytes: weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

function notThere(error: unknown): undefined {
  if (error instanceof Failure && error.kind === 'invalid_input') return undefined;
  throw error;
}

/** The same weights with the architecture that the file's own head tells. */
export async function measuredOnDevice(
  weights: WantedWeights,
  device: Device,
  signal: AbortSignal,
): Promise<WantedWeights> {
  const { from } = weights;
  if (from.kind !== 'path') return weights;
  const { path, folder } = from;
  const read = (file: string, maxBytes: number): Promise<Uint8Array | undefined> =>
    device.files.read(file, { offset: 0, maxBytes }, signal).catch(notThere);
  const bytes = await read(folder ? `${path.replace(/\/+$/, '')}/config.json` : path, folder ? configBytes : headBytes);
  if (bytes === undefined) return weights;
  if (folder) return { ...weights, shape: configShape(new TextDecoder().decode(bytes)) };
  const head = parseGguf(bytes);
  if (head === undefined) {
    throw new Failure('invalid_input', 'model: this file is no GGUF file.', {
      hint: 'model_list tells what there is.',
    });
  }
  return { ...weights, shape: ggufShape(head) };
}

/** A path is a model of each device's own: its stored form there, with size and architecture. */
export async function ownWeights(
  wish: ModelWish,
  models: readonly CatalogModel[],
  device: Device,
  { signal }: Call,
): Promise<readonly WantedWeights[]> {
  const found = await weightsOnDevice(wish.model, device, signal);
  return Promise.all(wantedWeights(wish, models, found).map((each) => measuredOnDevice(each, device, signal)));
}
