import type { ListedContainer } from '../../docker/container-rows.js';
import { isMountPath } from '../../docker/checked-spec.js';
import type { ContainerSpec } from '../../docker/container-spec.js';
import { specGrants, type HostPaths } from '../../docker/spec-grants.js';
import { Failure } from '../../errors.js';
import type { LaunchPlace } from '../../probes/launch-place.js';
import type { AiBoard } from '../ai-board.js';
import type { CatalogAdditions } from '../catalog-additions.js';
import type { EngineName } from '../engines.js';
import type { Running } from '../memory-fit.js';
import { chooseRun, customRun, type ChosenRun } from './choose-run.js';
import { endpointOf } from './endpoint.js';
import type { FoundFile, WantedWeights } from './wanted-model.js';

/** An endpoint as a caller asks for it. */
export interface LaunchWish {
  readonly model: string;
  readonly engine?: EngineName | undefined;
  readonly quantisation?: string | undefined;
  /** Tokens for each slot. */
  readonly context: number;
  readonly slots: number;
  readonly port?: number | undefined;
  readonly image?: string | undefined;
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly command?: readonly string[] | undefined;
}

/** What a launch is planned by: board, disks, containers and images as they were found. */
export interface LaunchLook {
  readonly board: AiBoard;
  readonly place: LaunchPlace;
  readonly containers: readonly ListedContainer[];
  readonly running: readonly Running[];
  /** Names of the images that the device has. */
  readonly local: readonly string[];
  /** The stored forms of the model that was asked for; none for a command of the caller's. */
  readonly weights: readonly WantedWeights[];
  /** The file or folder of a model that is a path. */
  readonly found?: FoundFile | undefined;
}

const wrong = (message: string, hint: string): Failure => new Failure('invalid_input', message, { hint, retry: 'yes' });

/** What is to be run: an engine of ours, or an image with a command of its own. Throws where nothing fits. */
export function runFor(wish: LaunchWish, look: LaunchLook, additions: CatalogAdditions): ChosenRun {
  const { model, engine, quantisation, image, context, slots, command, tokenFile, port } = wish;
  const { board, running, local, weights, found } = look;
  if (command !== undefined) {
    if (image !== undefined && port !== undefined && engine === undefined)
      return customRun({ model, image, quantisation }, found);
    throw wrong(
      'command: it goes with image and port, on which it listens, and without engine.',
      'Give those, or leave command away.',
    );
  }
  const run = chooseRun({ weights, engine, image, context, slots, board, running, additions, local });
  if (tokenFile === undefined || run.engine !== 'llama.cpp') return run;
  throw wrong(
    'tokenFile: llama.cpp takes a token in its arguments or environment only, where others can see it.',
    'Pull the model first (model_pull) and give its path, or choose vllm.',
  );
}

/** Whether a container of the name has to go first: one of ours that does not run. Any other is refused. */
export function inTheWay(name: string, { containers }: Pick<LaunchLook, 'containers'>): boolean {
  const before = containers.find((each) => each.name === name);
  if (before === undefined) return false;
  if (endpointOf(before.jetfleet) !== undefined && ['exited', 'created', 'dead'].includes(before.state)) return true;
  throw wrong(
    `name: the device has a container ${name} already; it is ${before.state}.`,
    'Give another name, or stop that one (ai_stop for endpoints, container_control for others).',
  );
}

/** A file that holds a hub's token by its name: nothing else of the device is mounted for the asking. */
const tokenName = /^\/(?:[^/]+\/)*(?:\.?huggingface\/token|(?:hf|hub|huggingface)[_-]token(?:\.txt)?)$/i;

/** Whether a path can be the file with a hub's token. */
export const isTokenFile = (path: string): boolean => isMountPath(path) && tokenName.test(path);

/** Refuses paths that reach what the device itself rests on, or of which nobody could see where they lead. */
export function checkPaths(spec: ContainerSpec, tokenFile: string | undefined, host: HostPaths): void {
  // Throws where a link could not be followed: from here on every path is known.
  specGrants(spec, host);
  const mounts = spec.mounts.filter(({ source }) => source !== tokenFile);
  if (tokenFile !== undefined && !isTokenFile(host.real?.(tokenFile) ?? tokenFile))
    throw new Failure('not_allowed', 'tokenFile: this leads to a file that holds no token by its name.', {
      retry: 'no',
    });
  if (specGrants({ ...spec, mounts }, host).length === 0) return;
  const why = 'model: this path belongs to the system or holds secrets, and is not given to a container.';
  throw new Failure('not_allowed', why, {
    hint: 'Keep models in a folder of their own, such as /data/models.',
    retry: 'no',
  });
}

/** The name of the container where none was given: of the model, as Docker takes it. */
export function nameFor(model: string): string {
  const last = model.replace(/\/+$/, '').split('/').at(-1) ?? model;
  const plain = last
    .replace(/\.gguf$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return `ai-${plain === '' ? 'model' : plain}`.slice(0, 63);
}
