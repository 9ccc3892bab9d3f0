import { canonicalJson } from '../canonical-json.js';
import { ownLabel, type ContainerSpec } from '../docker/container-spec.js';
import { Failure } from '../errors.js';
import { sha256 } from '../sha256.js';
import type { Composition, ServiceSpec } from './compose-specs.js';
import { composeLabels, type NamedThing, type ProjectContainer } from './project-state.js';

/** What becomes of a service: nothing, or its container is started, made, or made anew. */
export const serviceActions = ['left', 'started', 'made', 'remade'] as const;
export type ServiceAction = (typeof serviceActions)[number];

/** A service and what is to be done for it. */
export interface PlannedService extends ServiceSpec {
  readonly action: ServiceAction;
  /** With every label. */
  readonly spec: ContainerSpec;
}

/** What brings a project to what its file says. */
export interface ComposePlan {
  readonly project: string;
  readonly services: readonly PlannedService[];
  /** Missing ones, by key in the file and name in the engine. */
  readonly networks: Composition['networks'];
  readonly volumes: Composition['volumes'];
  /** Containers of the project whose service is not in the file: they are left. */
  readonly orphans: readonly string[];
}

/** What the engine has of it. */
export interface ProjectState {
  readonly containers: readonly ProjectContainer[];
  readonly networks: readonly NamedThing[];
  readonly volumes: readonly NamedThing[];
}

/** A hash of everything that a container is made by, so that a change of it is seen. */
async function hashOf({ spec, joins }: ServiceSpec): Promise<string> {
  return sha256(canonicalJson([spec, joins]));
}

function actionFor(before: ProjectContainer | undefined, hash: string): ServiceAction {
  if (before === undefined) return 'made';
  if (before.hash !== hash) return 'remade';
  return before.state === 'running' ? 'left' : 'started';
}

/** Refuses networks and volumes that are said to be there already and are not: the engine would make a volume, empty. */
export function checkExternal(
  { external }: Pick<Composition, 'external'>,
  now: Pick<ProjectState, 'networks' | 'volumes'>,
): void {
  for (const kind of ['networks', 'volumes'] as const)
    for (const { key, name } of external[kind])
      if (!now[kind].some((each) => each.name === name))
        throw new Failure('invalid_input', `${kind}.${key}: it is external, and the device has none of that name.`, {
          hint: 'Make it first, correct its name, or take external away, and it is made.',
          retry: 'yes',
        });
}

/** Compares what is asked for with what is there. `change` is the id that new containers bear. */
export async function composePlan(wanted: Composition, now: ProjectState, change: string): Promise<ComposePlan> {
  const { project } = wanted;
  const services: PlannedService[] = [];
  for (const each of wanted.services) {
    const before = now.containers.find(({ name }) => name === each.spec.name);
    const hash = await hashOf(each);
    const labels = {
      ...each.spec.labels,
      [composeLabels.project]: project,
      [composeLabels.service]: each.service,
      [composeLabels.number]: '1',
      [composeLabels.oneOff]: 'False',
      [composeLabels.hash]: hash,
      [ownLabel]: change,
    };
    services.push({ ...each, action: actionFor(before, hash), spec: { ...each.spec, labels } });
  }
  const has = (things: readonly NamedThing[], name: string): boolean => things.some((each) => each.name === name);
  const names = services.map(({ spec }) => spec.name);
  return {
    project,
    services,
    networks: wanted.networks.filter(({ name }) => !has(now.networks, name)),
    volumes: wanted.volumes.filter(({ name }) => !has(now.volumes, name)),
    orphans: now.containers.map(({ name }) => name).filter((name) => !names.includes(name)),
  };
}

/** Whether everything is there as the file says. */
export function isAsWanted({ services, networks, volumes }: ComposePlan): boolean {
  return services.every(({ action }) => action === 'left') && networks.length + volumes.length === 0;
}
