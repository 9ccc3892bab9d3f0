import { z } from 'zod';
import type { DownPlan } from '../src/core/compose/compose-script.js';
import {
  networksQuestion,
  projectContainers,
  volumesQuestion,
  type NamedThing,
} from '../src/core/compose/project-state.js';
import { checkEnded, endedJob } from '../src/core/docker/run-end.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { jobOfChange } from './engine-job.js';

/** What compose_down answers. */
export const downData = z.object({ project: z.string(), removed: z.array(z.string()), says: z.string() });
export type Down = z.output<typeof downData>;

/** What is kept of a project that is being taken down. */
export const downState = z.object({
  asRoot: z.boolean(),
  project: z.string(),
  removed: z.array(z.string()),
  volumes: z.boolean(),
});

/** Everything that goes. */
export const namesOf = ({ containers, networks, volumes }: DownPlan): string[] => [
  ...containers,
  ...networks,
  ...volumes,
];

/** What the engine has of a project. */
export async function downPlan(
  project: string,
  withVolumes: boolean,
  device: Device,
  { signal }: Call,
): Promise<DownPlan> {
  const [containers = [], networks = [], volumes = []] = await Promise.all([
    device.docker.ask(projectContainers(project), signal),
    device.docker.ask(networksQuestion, signal),
    withVolumes ? device.docker.ask(volumesQuestion, signal) : [],
  ]);
  const own = (things: readonly NamedThing[]): string[] =>
    things.filter((each) => each.project === project).map(({ name }) => name);
  return { containers: containers.map(({ name }) => name), networks: own(networks), volumes: own(volumes) };
}

/** How the job that takes a project down stands; undefined while it runs. */
export async function downByJob(
  { asRoot, project, removed, volumes }: z.output<typeof downState>,
  device: Device,
  call: Call,
): Promise<Down | undefined> {
  const job = endedJob(await jobOfChange(asRoot, device, call));
  if (job === undefined) return undefined;
  const left = namesOf(await downPlan(project, volumes, device, call));
  if (left.length > 0) checkEnded('The project is not down.', job);
  return {
    project,
    removed: removed.filter((name) => !left.includes(name)),
    says: left.length === 0 ? 'It is down.' : `Left: ${left.join(', ')}.`,
  };
}
