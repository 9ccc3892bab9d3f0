import { Failure } from '../src/core/errors.js';
import { hubFile, hubFilesOf, hubListing, weightsIn, type HubFile } from '../src/core/ai/hub-files.js';
import { parseGguf } from '../src/core/ai/headers/gguf.js';
import { ggufShape } from '../src/core/ai/headers/gguf-shape.js';
import { configShape } from '../src/core/ai/headers/hub-config.js';
import type { WantedWeights } from '../src/core/ai/launch/wanted-model.js';
import type { ModelShape } from '../src/core/ai/models/model.js';
import type { Web } from '../src/ports/web.js';

const listingBytes = 2 * 1024 * 1024;
const configBytes = 256 * 1024;
/** The numbers of the architecture stand before the vocabulary, which takes megabytes. */
const headBytes = 256 * 1024;

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The same weights with the size that the hub tells and the architecture of the file's own head, without pulling it. */
export async function measuredAtHub(weights: WantedWeights, web: Web, signal: AbortSignal): Promise<WantedWeights> {
  const { from, quantisation } = weights;
  // An engine of TensorRT is built on the device: the hub has what it is built from.
  if (from.kind !== 'hub' || quantisation.format === 'trt-engine') return weights;
  const { bytes: listing } = await web.range(hubListing(from.repo), 0, listingBytes, signal);
  const files = hubFilesOf(textOf(listing));
  if (files === undefined) {
    throw new Failure('unparseable', "The hub's list of this repository's files was not understood.", { retry: 'no' });
  }
  const found = weightsIn(files, quantisation.format, quantisation.name, quantisation.file ?? from.file);
  if (found === undefined) {
    throw new Failure(
      'invalid_input',
      `model: the repository has no ${quantisation.format} weights ${quantisation.name}.`,
      {
        hint: 'Give another quantisation, or the repository that has it.',
        retry: 'no',
      },
    );
  }
  const shape = (await shapeAtHub(weights, files, found, web, signal)) ?? weights.shape;
  return { ...weights, shape, quantisation: { ...quantisation, bytes: found.bytes, sizeFrom: 'file' } };
}

async function shapeAtHub(
  { from, quantisation: { format } }: WantedWeights,
  files: readonly HubFile[],
  { path }: HubFile,
  web: Web,
  signal: AbortSignal,
): Promise<ModelShape | undefined> {
  if (from.kind !== 'hub') return undefined;
  if (format === 'gguf') {
    const head = parseGguf((await web.range(hubFile(from.repo, path), 0, headBytes, signal)).bytes);
    return head === undefined ? undefined : ggufShape(head);
  }
  // MLC's own file has other names for the same numbers.
  if (!files.some((file) => file.path === 'config.json')) return undefined;
  return configShape(textOf((await web.range(hubFile(from.repo, 'config.json'), 0, configBytes, signal)).bytes));
}
