import { z } from 'zod';
import { Failure } from '../errors.js';
import type { ContainerNow } from './container-inspect.js';
import type { ContainerState } from './container-state.js';
import { enginePath, type DockerRequest } from './request.js';

/** What can be done to a container. */
export const containerActions = ['start', 'stop', 'restart', 'pause', 'unpause', 'kill', 'remove'] as const;
export type ContainerAction = (typeof containerActions)[number];

export interface ContainerOrder {
  readonly action: ContainerAction;
  /** Remove it even while it runs. */
  readonly force?: boolean | undefined;
  /** Remove its anonymous volumes too. */
  readonly volumes?: boolean | undefined;
}

/** What is kept while a container is waited for. */
export const containerGoal = z.object({
  container: z.string(),
  id: z.string(),
  action: z.enum(containerActions),
  startedAt: z.string(),
  removes: z.boolean(),
});
export type ContainerGoal = z.output<typeof containerGoal>;

/** What will be done to a container. */
export interface ContainerPlan {
  readonly says: string;
  readonly steps: readonly DockerRequest[];
  readonly basis: Readonly<Record<string, string>>;
  readonly awaits?: {
    readonly state: ContainerGoal;
    readonly says: string;
    readonly patienceMs: number;
    readonly overdue: { readonly message: string; readonly hint: string };
  };
  /** The call that undoes it has this action. */
  readonly opposite?: ContainerAction;
}

const alive: readonly ContainerState[] = ['running', 'restarting', 'paused', 'stopping'];
const isAlive = ({ state }: Pick<ContainerNow, 'state'>): boolean => alive.includes(state);

function refuse(message: string, hint: string): Failure {
  return new Failure('unsupported', message, { hint, retry: 'no' });
}

/** Refuses what the engine would not do, with what to do instead. */
function check(now: ContainerNow, { action, force = false, volumes = false }: ContainerOrder): void {
  const { state } = now;
  if (action !== 'remove' && (force || volumes))
    throw new Failure('invalid_input', 'force and volumes are about remove only.', { retry: 'yes' });
  if (action === 'start' && state === 'paused') throw refuse('It is paused, not stopped.', 'Use unpause.');
  if ((action === 'pause' || action === 'unpause') && !['running', 'paused'].includes(state))
    throw refuse(`It does not run, so there is nothing to ${action}.`, 'container_list tells its state.');
  if (action === 'remove' && isAlive(now) && !force)
    throw refuse(
      'It is running, and only stopped containers are removed.',
      'Stop it first, or give force to kill and remove it.',
    );
  if (state === 'removing' && action !== 'remove')
    throw refuse('The engine is removing it.', 'container_list tells when it is gone.');
  if (state === 'dead' && action !== 'remove')
    throw refuse(
      'It is dead: the engine failed to remove it once.',
      'Only remove is left; docker_status may tell why.',
    );
}

const already: Readonly<Record<Exclude<ContainerAction, 'restart' | 'remove'>, readonly [ContainerState[], string]>> = {
  start: [['running', 'restarting'], 'runs'],
  stop: [['exited', 'created'], 'does not run'],
  kill: [['exited', 'created'], 'does not run'],
  pause: [['paused'], 'is paused'],
  unpause: [['running'], 'is not paused'],
};

const opposites: Readonly<Partial<Record<ContainerAction, ContainerAction>>> = {
  start: 'stop',
  stop: 'start',
  kill: 'start',
  pause: 'unpause',
  unpause: 'pause',
};

function requestOf(
  { name, stopSeconds }: ContainerNow,
  { action, force = false, volumes = false }: ContainerOrder,
): DockerRequest {
  if (action !== 'remove') {
    const path = enginePath('containers', name, action);
    return { docker: 'POST', path, timeoutMs: (stopSeconds + 60) * 1000 };
  }
  const query = { ...(force && { force: 'true' }), ...(volumes && { v: 'true' }) };
  const path = enginePath('containers', name);
  return { docker: 'DELETE', path, ...((force || volumes) && { query }), timeoutMs: 120_000 };
}

const doing: Readonly<Record<Exclude<ContainerAction, 'remove'>, string>> = {
  start: 'Starts',
  stop: 'Stops',
  restart: 'Restarts',
  pause: 'Freezes',
  unpause: 'Goes on with',
  kill: 'Kills (SIGKILL)',
};

function saysOf(now: ContainerNow, { action, force = false, volumes = false }: ContainerOrder): string {
  const { name, autoRemove, stopSeconds } = now;
  if (action === 'remove') {
    const what = volumes ? ', with its files and its volumes that have no name' : ', with its files';
    return `${force && isAlive(now) ? 'Kills and removes' : 'Removes'} container ${name}${what}. There is no way back.`;
  }
  const slow = action === 'stop' || action === 'restart' ? ` It has ${stopSeconds} s to end by itself.` : '';
  const gone =
    autoRemove && (action === 'stop' || action === 'kill') ? ' It was made with --rm: once it ends it is gone.' : '';
  return `${doing[action]} container ${name}, which is ${now.state} now.${slow}${gone}`;
}

/** The plan for one action on one container; without steps where it is so already. Throws where it cannot be done. */
export function containerPlan(now: ContainerNow, order: ContainerOrder): ContainerPlan {
  const { name, id, state, startedAt, autoRemove, stopSeconds } = now;
  const { action } = order;
  check(now, order);
  const basis = { id: id.slice(0, 12), state };
  const [states, words] = action === 'restart' || action === 'remove' ? [[], ''] : already[action];
  if (states.includes(state)) return { says: `Nothing to do: container ${name} ${words}.`, steps: [], basis };
  const removes = action === 'remove' || (autoRemove && (action === 'stop' || action === 'kill'));
  const goal: ContainerGoal = { container: name, id, action, startedAt, removes };
  const opposite = removes ? undefined : opposites[action];
  return {
    says: saysOf(now, order),
    steps: [requestOf(now, order)],
    basis,
    awaits: {
      state: goal,
      says: `${action === 'unpause' ? 'goes on with' : `${action}s`} container ${name}`,
      patienceMs: (stopSeconds + 90) * 1000,
      overdue: {
        message: 'The engine was not through with the container in time.',
        hint: 'container_inspect tells what state it is in; docker_status whether the engine answers.',
      },
    },
    ...(opposite && { opposite }),
  };
}
