import { z } from 'zod';
import { present } from '../linux/present.js';
import { containerNow, type ContainerNow, type InspectedContainer } from './container-inspect.js';
import { containerStates, exitMeaning, healthStates } from './container-state.js';
import { sha256Pattern } from './image-reference.js';

/** What is answered about a container that was made. */
export const madeData = z.object({
  name: z.string(),
  id: z.string(),
  state: z.enum(containerStates),
  health: z.enum(healthStates).optional(),
  exitCode: z.number().optional(),
  oomKilled: z.boolean().optional(),
  restarts: z.number().optional(),
  imageId: z.string().optional(),
  digest: z.string().optional().describe("Of the image, the registry's."),
  says: z.string(),
  output: z.string().optional().describe('Of one that did not stay up, its last lines.'),
});
export type Made = z.output<typeof madeData>;

/** Whether it runs, and has not been started anew since it was made. */
export const staysUp = ({ state, restarts }: ContainerNow): boolean => state === 'running' && restarts === 0;

/** Whether what is answered of it is well: it runs, or did what it was for. */
export const staysWell = ({ state, restarts, exitCode, oomKilled, health }: Made): boolean =>
  health !== 'unhealthy' &&
  restarts === undefined &&
  oomKilled === undefined &&
  (state === 'running' || (state === 'exited' && exitCode === 0));

function sentence(now: ContainerNow): string {
  const { state, exitCode, oomKilled, restarts, health } = now;
  const why = exitMeaning(exitCode, oomKilled);
  if (staysUp(now)) return health === undefined ? 'It runs.' : `It runs; its health check says ${health}.`;
  if (state === 'running' || state === 'restarting')
    return `It ended and was started again, ${restarts} ${restarts === 1 ? 'time' : 'times'} so far. ${why ?? ''}`.trim();
  if (state === 'exited' || state === 'dead')
    return why === undefined ? 'It did what it was for and ended, with exit code 0.' : `It did not stay up. ${why}`;
  return state === 'created' ? 'It was made and not started.' : `It is ${state}.`;
}

/** The answer on a container; `output` where it did not stay up. */
export function madeOf(
  container: InspectedContainer,
  more: { readonly digest?: string | undefined; readonly output?: string | undefined } = {},
): Made {
  const now = containerNow(container);
  const { name, id, state, health, exitCode, oomKilled, restarts } = now;
  return present({
    name,
    id: id.slice(0, 12),
    state,
    health,
    exitCode: staysUp(now) ? undefined : exitCode,
    oomKilled: oomKilled ? true : undefined,
    restarts: restarts > 0 ? restarts : undefined,
    imageId: sha256Pattern.test(container.Image ?? '') ? container.Image : undefined,
    digest: more.digest,
    says: sentence(now),
    output: more.output,
  });
}
