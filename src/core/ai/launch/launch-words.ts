import { sizeWords } from '../../docker/image-state.js';
import { downloadWords, type PullFacts } from '../../docker/pull-plan.js';
import type { Fit } from '../memory-fit.js';
import type { ChosenRun } from './choose-run.js';
import { titleOf, type ServedBy } from './endpoint.js';

const names: Readonly<Record<Fit['sum'][number]['what'], string>> = {
  weights: 'weights',
  kv_cache: 'KV cache',
  engine: 'engine',
  vision: 'pictures',
  headroom: 'left to the system',
};

/** Without what is available just now: that changes with every look, and a plan that says it would never be the one agreed to. */
function memoryWords(fit: Fit | undefined): string {
  if (fit === undefined) return 'The size of its weights is not known: whether it fits cannot be told beforehand.';
  const lines = fit.sum.map(({ what, mb }) => `${names[what]} ${mb}`).join(', ');
  const enough = fit.verdict === 'fits_now' ? 'as much is available' : 'whether as much is available is not known';
  return `It needs ${fit.needMb} MiB (${lines}); ${enough}.`;
}

function contextWords(engine: ServedBy, context: number | undefined, slots = 1): string {
  if (context !== undefined) return `${context} tokens of context${slots === 1 ? '' : ` for each of ${slots} slots`}`;
  return `context and slots are decided by ${engine === 'custom' ? 'its own command' : 'the engine file'}`;
}

/** What a launch will do, in a few sentences: image, sizes, memory, port, expectation. */
export function launchSays(
  run: ChosenRun,
  around: {
    readonly name: string;
    /** Absent where the engine file or the caller's command decides. */
    readonly context?: number;
    readonly slots?: number;
    readonly port: number;
    /** Of an image that is not there. */
    readonly pull: PullFacts | undefined;
    readonly asRoot: boolean;
    readonly replaces: boolean;
    readonly hasWeights: boolean;
    readonly bound: number | undefined;
    readonly token: boolean;
  },
): string {
  const { engine, weights, fit } = run;
  const { quantisation, model } = weights;
  const { name, context, slots, port, pull, asRoot, replaces, hasWeights, bound, token } = around;
  const bytes = quantisation.bytes === 0 ? 'size not known' : sizeWords(quantisation.bytes);
  return [
    ...(replaces ? [`Removes the container ${name}, which does not run.`] : []),
    `Serves ${model} (${quantisation.name}) with ${titleOf(engine)} as ${name}${asRoot ? ', by sudo' : ''}: ${contextWords(engine, context, slots)}.`,
    pull === undefined ? `The image ${run.image} is there.` : `Pulls the image ${run.image} (${downloadWords(pull)}).`,
    hasWeights ? 'The weights are there.' : `The weights (${bytes}) are downloaded where they are missing.`,
    memoryWords(fit),
    ...(bound === undefined
      ? []
      : [`One request gets at most about ${Math.round(bound * 0.8)} tok/s by the memory's bandwidth.`]),
    `Only the device itself reaches port ${port}.`,
    ...(token ? ["Gives it the file with the hub's token, to read."] : []),
  ].join(' ');
}
