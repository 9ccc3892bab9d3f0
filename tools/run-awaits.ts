import { z } from 'zod';
import type { Awaits } from '../src/ports/tool.js';

/** What is kept of a container that is being made. */
export const runState = z.object({ asRoot: z.boolean(), name: z.string(), pulls: z.boolean().optional() });

const minute = 60_000;

/** How long is waited for it; a pull over a slow line takes hours, and others of the site may come first. */
export function runAwaits(name: string, how: { readonly asRoot: boolean; readonly pulls: boolean }): Awaits {
  return {
    queues: how.pulls,
    state: { asRoot: how.asRoot, name, pulls: how.pulls },
    says: `starts the container ${name}`,
    patienceMs: how.pulls ? 1440 * minute : 10 * minute,
    overdue: {
      message: 'The container was not seen to start in time.',
      hint: 'job_output with the id of this change has what the engine printed; container_list shows whether it runs.',
    },
  };
}
