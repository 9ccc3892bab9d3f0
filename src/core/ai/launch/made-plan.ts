import { checkOffer, neededBytes, type PullFacts } from '../../docker/pull-plan.js';
import { runArgv } from '../../docker/run-argv.js';
import { checkSurroundings, cliOf, type RunSurroundings } from '../../docker/run-plan.js';
import type { CatalogAdditions } from '../catalog-additions.js';
import { engineFacts } from '../engines.js';
import type { ChosenRun } from './choose-run.js';
import { checkDisk } from './disk-room.js';
import { endpointOf } from './endpoint.js';
import { engineSpec, mountsOf } from './engine-spec.js';
import { askedOf } from './engine-words.js';
import { decodeBound } from './expectation.js';
import { portFor } from './free-port.js';
import { launchJob, ollamaModelName, type LaunchJob } from './launch-argv.js';
import type { LaunchState } from './launch-data.js';
import { modelVolume, type DataPlace, type LaunchRequest } from './launch-request.js';
import { checkPaths, inTheWay, nameFor, runFor, type LaunchLook, type LaunchWish } from './launch-wish.js';
import { launchSays } from './launch-words.js';

/** A launch as far as it can be planned before anybody looked at its image and paths. */
export interface LaunchDraft {
  readonly wish: LaunchWish;
  readonly look: LaunchLook;
  readonly run: ChosenRun;
  readonly name: string;
  readonly replaces: boolean;
  readonly data: DataPlace;
  /** What its container sees of the device. */
  readonly mounts: ReturnType<typeof mountsOf>;
}

/** Chooses engine, image, weights and place. Throws where nothing fits, with what to do. */
export function launchDraft(wish: LaunchWish, look: LaunchLook, additions: CatalogAdditions): LaunchDraft {
  const run = runFor(wish, look, additions);
  const name = wish.name ?? nameFor(wish.model);
  const replaces = inTheWay(name, look);
  const { dataFolder } = look.place;
  const data: DataPlace =
    dataFolder === undefined ? { kind: 'volume', source: modelVolume } : { kind: 'bind', source: dataFolder };
  const mounts = mountsOf({ from: run.weights.from, data, tokenFile: wish.tokenFile });
  return { wish, look, run, name, replaces, data, mounts };
}

/** A launch, planned to the last word. */
export interface MadePlan {
  readonly says: string;
  readonly job: LaunchJob;
  readonly state: LaunchState;
  /** The engine takes its share of all memory at start, and for it page cache is not free: that has to go first. */
  readonly dropCaches: boolean;
}

/** Ports that are taken: something listens, a container publishes it, or an endpoint that is stopped will want it again. */
function takenPorts(name: string, { containers }: LaunchLook, { facts }: RunSurroundings): ReadonlySet<number> {
  const listening = facts.listeners.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port);
  const published = containers.flatMap(({ ports = [] }) => ports.map((row) => Number(/:(\d+):\d+\//.exec(row)?.[1])));
  const stopped = containers.flatMap((each) => (each.name === name ? [] : (endpointOf(each.jetfleet)?.port ?? [])));
  return new Set([...listening, ...published, ...stopped]);
}

/** Images are kept where the engine keeps them, and weights in the folder for models, which may be on another disk. */
function checkRoom(
  { look: { place }, run }: LaunchDraft,
  { engine }: RunSurroundings,
  pull: PullFacts | undefined,
): void {
  const { from, quantisation } = run.weights;
  const { dataRoot = '/' } = engine;
  const imageBytes = (pull && neededBytes(pull)) ?? 0;
  const weightBytes = from.kind === 'path' ? 0 : quantisation.bytes;
  const weights = { what: 'the weights', path: place.dataFolder ?? dataRoot, bytes: weightBytes };
  checkDisk([{ what: 'the image', path: dataRoot, bytes: imageBytes }, weights], place.fileSystems);
}

function requestOf({ wish, run, name, data }: LaunchDraft, port: number, changeId: string): LaunchRequest {
  const { model, context, slots, tokenFile, command } = wish;
  const { engine, image, weights, fit } = run;
  const { memoryShare, cacheRamMb } = fit?.settings ?? {};
  const quantisation = weights.quantisation.name;
  const asked = {
    model,
    quantisation,
    context,
    slots,
    port,
    memoryShare,
    cacheRamMb,
    tokenFile,
    command,
  };
  return { changeId, name, image, engine, from: weights.from, data, ...asked };
}

/** What ai_launch sets by itself need not be told. */
const setByUs = /--cache-ram|give it 0|drop caches first|recorded at launch/;

/** Plans the container and its job. Everything that can be seen beforehand to fail is refused here. */
export function madePlan(
  draft: LaunchDraft,
  around: RunSurroundings & { readonly pull: PullFacts | undefined },
  changeId: string,
): MadePlan {
  const { wish, look, run, name, replaces } = draft;
  const { engine, weights, fit, choice } = run;
  const port = portFor(wish.port, takenPorts(name, look, around));
  const request = requestOf(draft, port, changeId);
  const spec = engineSpec(request);
  checkPaths(spec, wish.tokenFile, around.host);
  const others = around.containers.filter((each) => !replaces || each.name !== name);
  checkSurroundings(spec, { ...around, containers: others });
  if (around.pull) checkOffer(around.pull);
  checkRoom(draft, around, around.pull);
  const { from, quantisation } = weights;
  const { needsRoot: asRoot } = around.facts;
  const { model } = wish;
  const asked = askedOf(engine, wish);
  const bound = decodeBound(look.board, quantisation.bytes);
  const command = runArgv(spec, cliOf(around.facts));
  const api = engine === 'ollama' ? 'ollama' : engine === 'llama.cpp' ? 'llama-server' : 'openai';
  const endpoint = {
    engine,
    api,
    model,
    quantisation: quantisation.name,
    ...asked,
    port,
    image: run.image,
  } as const;
  const served = engine === 'ollama' ? { served: ollamaModelName(from) } : {};
  const told = { name, ...asked, port, pull: around.pull, asRoot, replaces, bound };
  return {
    says: launchSays(run, { ...told, hasWeights: from.kind === 'path', token: wish.tokenFile !== undefined }),
    job: launchJob(name, command, { remove: replaces, ...(engine === 'ollama' && { ollama: from }) }),
    dropCaches: engine !== 'custom' && engineFacts(engine).reserves,
    state: {
      asRoot,
      name,
      pulls: around.pull !== undefined || from.kind !== 'path',
      endpoint: { ...endpoint, change: changeId, ...served },
      ...(bound !== undefined && { bound }),
      cautions: [...(choice?.cautions ?? []), ...(fit?.cautions ?? [])].filter((each) => !setByUs.test(each)),
    },
  };
}
