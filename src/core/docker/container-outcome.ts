import { z } from 'zod';
import { Failure } from '../errors.js';
import { present } from '../linux/present.js';
import type { ContainerGoal } from './container-change.js';
import type { ContainerNow } from './container-inspect.js';
import { containerStates, exitMeaning } from './container-state.js';

/** What container_control answers. */
export const containerChangeData = z.object({
  container: z.string(),
  state: z.enum([...containerStates, 'removed']),
  exitCode: z.number().optional(),
  says: z.string(),
});
export type ContainerChange = z.output<typeof containerChangeData>;

/** The state of a container after it was changed; undefined stands for one that is gone. */
export function containerChange(name: string, now: ContainerNow | undefined, says: string): ContainerChange {
  if (now === undefined) return { container: name, state: 'removed', says };
  const { state, exitCode } = now;
  const ended = state === 'exited' || state === 'dead';
  return present({
    container: name,
    state,
    exitCode: ended ? exitCode : undefined,
    says,
  });
}

/** Whether the engine is through with it, as far as one look tells. */
export function isThrough({ action, id, startedAt }: ContainerGoal, now: ContainerNow | undefined): boolean {
  // Another one of that name came after it.
  if (now?.id !== id) return true;
  switch (action) {
    case 'start':
    case 'restart':
      return now.startedAt !== startedAt;
    case 'stop':
    case 'kill':
      return now.state === 'exited' || now.state === 'created' || now.startedAt !== startedAt;
    case 'pause':
      return now.state === 'paused' || now.state === 'exited';
    case 'unpause':
      return now.state !== 'paused';
    case 'remove':
      return false;
  }
}

function badEnd(message: string, now: ContainerNow | undefined): Failure {
  const why = now === undefined ? undefined : exitMeaning(now.exitCode, now.oomKilled);
  return new Failure('command_failed', why === undefined ? message : `${message} ${why}`, {
    hint: 'container_logs tells what it wrote, container_inspect the rest.',
    retry: 'check_first',
  });
}

const healthWords = {
  starting: ' Its health check has not passed yet.',
  healthy: ' It is healthy.',
  unhealthy: ' Its health check fails.',
} as const;

/** What came of it, from two looks a few seconds apart. Throws where it is not as it should be. */
export function containerOutcome(
  goal: ContainerGoal,
  first: ContainerNow | undefined,
  second: ContainerNow | undefined,
): ContainerChange {
  const { container: name, action, removes, id } = goal;
  const gone = second?.id !== id;
  const told = (says: string): ContainerChange => containerChange(name, gone ? undefined : second, says);
  if (action === 'remove') {
    if (gone) return told('It is gone.');
    throw badEnd('It was not removed.', undefined);
  }
  if (action === 'start' || action === 'restart') return started(goal, first, second, told);
  if (gone) {
    if (removes) return told('It ended, and is gone: it was made with --rm.');
    throw badEnd('It is gone: somebody removed it meanwhile.', undefined);
  }
  if (action === 'pause') {
    if (second.state === 'paused') return told('It is frozen, and keeps its memory.');
    throw badEnd(`It was not paused: it is ${second.state}.`, second);
  }
  if (action === 'unpause') {
    if (second.state === 'running') return told('It goes on.');
    throw badEnd(`It does not go on: it is ${second.state}.`, second);
  }
  if (second.state === 'exited' || second.state === 'created') return told('It is stopped and stayed so.');
  if (second.startedAt !== goal.startedAt)
    throw badEnd('It stopped and came back: something starts it again.', undefined);
  throw badEnd(`It was not stopped: it is ${second.state}.`, undefined);
}

function started(
  { id, startedAt }: ContainerGoal,
  first: ContainerNow | undefined,
  second: ContainerNow | undefined,
  told: (says: string) => ContainerChange,
): ContainerChange {
  if (second?.id !== id) throw badEnd('It was started, ended at once and is gone: it was made with --rm.', undefined);
  if (second.startedAt === startedAt) throw badEnd('It was not started.', second);
  if (second.state === 'running' && first?.startedAt === second.startedAt) {
    return told(`It is up and stayed up.${second.health === undefined ? '' : healthWords[second.health]}`);
  }
  if (second.state === 'exited' && second.exitCode === 0 && !second.oomKilled)
    return told('It ran once and ended well.');
  throw badEnd('It was started and did not stay up.', second);
}
