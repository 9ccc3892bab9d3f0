import { z } from 'zod';
import type { Grant } from '../docker/spec-grants.js';
import { takesWords, type PullFacts } from '../docker/pull-plan.js';
import { warnings } from '../docker/run-plan.js';
import { containerStates } from '../docker/container-state.js';
import { serviceActions, type ComposePlan, type ServiceAction } from './compose-plan.js';
import { Failure } from '../errors.js';

/** What compose_up answers. */
export const composedData = z.object({
  project: z.string(),
  services: z.array(
    z.object({
      service: z.string(),
      container: z.string(),
      did: z.enum(serviceActions),
      state: z.enum(containerStates),
      health: z.string().optional(),
      exitCode: z.number().optional(),
    }),
  ),
  left: z.array(z.string()).optional().describe('Containers of the project whose service is not in the file.'),
  says: z.string(),
  output: z.string().optional().describe('Of the first that did not stay up, its last lines.'),
});
export type Composed = z.output<typeof composedData>;

const does: Readonly<Record<ServiceAction, string>> = {
  made: 'Makes',
  remade: 'Makes anew, as it is another in the file or was made by others:',
  started: 'Starts',
  left: 'Leaves as it is:',
};

/** What will happen, in a few sentences. */
export function composeSays(plan: ComposePlan, grants: readonly Grant[], pulls: readonly PullFacts[]): string {
  const { services, networks, volumes, orphans } = plan;
  const ports = services.flatMap(({ spec }) => spec.ports);
  const group = (action: ServiceAction): string[] => {
    const names = services.filter((each) => each.action === action).map(({ service }) => service);
    return names.length === 0 ? [] : [`${does[action]} ${names.join(', ')}.`];
  };
  const made = [...networks, ...volumes].map(({ name }) => name);
  return [
    ...warnings({ ports }, grants),
    ...(['made', 'remade', 'started', 'left'] as const).flatMap(group),
    ...(made.length === 0 ? [] : [`Makes the networks and volumes ${made.join(', ')}.`]),
    ...pulls.map((each) => `Pulls ${each.image} first: ${takesWords(each)}`),
    ...(orphans.length === 0 ? [] : [`Not in the file, and left: ${orphans.join(', ')}.`]),
  ].join(' ');
}

/** Why a service's wait for another did not end well, where that is what the job's output says. */
export function waitFailure(output: string): Failure | undefined {
  const [, container, how] = /^jetfleet-wait: ([A-Za-z0-9][A-Za-z0-9_.-]{0,127}) (.{1,60})$/m.exec(output) ?? [];
  if (container === undefined || how === undefined) return undefined;
  const why =
    how === 'late'
      ? 'was not healthy in time'
      : how.startsWith('ended')
        ? 'ended with an error'
        : 'did not become healthy';
  return new Failure(
    'command_failed',
    `${container}, which others wait for, ${why}. What comes after it was not started.`,
    {
      hint: `container_logs of ${container} tells why; compose_up again goes on from there.`,
      retry: 'check_first',
    },
  );
}
