import { engineFacts } from './engines.js';
import { estimatedKvBytes, kvBytes } from './kv-cache.js';
import type { FitLine, FitQuestion } from './fit.js';

const mib = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
/** An encoder of pictures works on buffers beside its weights, which the file's size has already. */
const visionMb = 400;

const sizeWords = {
  file: 'the size of its file',
  parameters: 'the number of its parameters',
  user: "the user's catalog",
} as const;

function weightsFrom({ quantisation }: FitQuestion): string {
  const { sizeFrom, listedSizeGB, bytes, name } = quantisation;
  const from = `by ${sizeWords[sizeFrom]}`;
  const gb = bytes / 1e9;
  if (listedSizeGB === undefined || Math.abs(gb - listedSizeGB) <= 0.35 * gb) return from;
  return `${from}; NVIDIA's catalogue says ${listedSizeGB} GB, which weights of ${name} do not come to`;
}

/** Every line of what a model takes on a board. */
export function sumOf(question: FitQuestion): FitLine[] {
  const { shape, quantisation, engine, kv = 'f16', board, vision } = question;
  const facts = engineFacts(engine);
  const { context, slots } = facts.builtIn ?? question;
  const weightsMb = mib(quantisation.bytes);
  const cache =
    shape === undefined ? estimatedKvBytes(quantisation.bytes, context, slots, kv) : kvBytes(shape, context, slots, kv);
  const decided = facts.builtIn ? 'decided by the engine file, reckoned as for ' : '';
  const cacheOf = `${decided}${context} tokens${slots === 1 ? '' : ` x ${slots} slots`}, ${kv}`;
  const headroomMb = Math.min(1024, Math.max(200, Math.round((board.memory.totalMb ?? 8192) * 0.05)));
  const isVision: readonly FitLine[] =
    vision === true ? [{ what: 'vision', mb: visionMb, from: 'buffers of its picture encoder' }] : [];
  return [
    { what: 'weights', mb: weightsMb, from: weightsFrom(question) },
    {
      what: 'kv_cache',
      mb: mib(cache),
      from: shape === undefined ? `${cacheOf}; estimated, its architecture is not known` : cacheOf,
    },
    ...isVision,
    {
      what: 'engine',
      mb: facts.overheadMb + Math.round(weightsMb * facts.overheadShare),
      from: `${facts.title}: CUDA context, libraries, buffers`,
    },
    { what: 'headroom', mb: headroomMb, from: 'left to the system, a twentieth of its memory' },
  ];
}
