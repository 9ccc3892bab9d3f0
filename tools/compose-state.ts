import { z } from 'zod';
import { serviceActions, type ComposePlan } from '../src/core/compose/compose-plan.js';
import type { Awaits } from '../src/ports/tool.js';

/** What is kept of a project that is being brought up. */
export const composeState = z.object({
  asRoot: z.boolean(),
  project: z.string(),
  services: z.array(z.object({ service: z.string(), container: z.string(), did: z.enum(serviceActions) })),
  left: z.array(z.string()),
  pulls: z.boolean().optional(),
});
export type ComposeState = z.output<typeof composeState>;

/** What is kept of a plan. */
export function stateOf({ project, services, orphans }: ComposePlan, asRoot: boolean): ComposeState {
  const rows = services.map(({ service, spec, action }) => ({ service, container: spec.name, did: action }));
  return { asRoot, project, services: rows, left: [...orphans] };
}

/** How long is waited for it; pulls over a slow line take hours. */
export function composeAwaits(plan: ComposePlan, asRoot: boolean, pulls: boolean): Awaits {
  return {
    queues: pulls,
    state: { ...stateOf(plan, asRoot), pulls },
    says: `brings ${plan.project} up`,
    patienceMs: pulls ? 86_400_000 : 21_600_000,
    overdue: {
      message: 'The project was not seen to come up in time.',
      hint: 'job_output with the id of this change has what the engine printed; container_list shows what runs.',
    },
  };
}
