import { z } from 'zod';
import { containerState, ownName, type ContainerState } from '../docker/container-state.js';
import { enginePattern } from '../docker/checked-spec.js';
import { labels, listOf, number, readAnswer, text } from '../docker/lenient.js';
import type { DockerQuestion } from '../docker/request.js';

/** The labels by which Compose finds what is a project's. */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  hash: 'com.docker.compose.config-hash',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
} as const;

/** A container of a project. */
export interface ProjectContainer {
  readonly name: string;
  readonly service: string;
  readonly state: ContainerState;
  /** Of what it was made by; undefined where nothing says. */
  readonly hash?: string | undefined;
  /** Ports of the device that it has. */
  readonly ports: readonly number[];
}

const row = z.object({
  Id: z.string(),
  Names: listOf(z.string()),
  State: text,
  Labels: labels,
  Ports: listOf(z.object({ PublicPort: number })),
});

const ofProject = (project: string): Record<string, string> => ({
  filters: JSON.stringify({ label: [`${composeLabels.project}=${project}`] }),
});

/** A project's containers, whoever made them. */
export function projectContainers(project: string): DockerQuestion<ProjectContainer[]> {
  return {
    name: 'project-containers',
    path: '/containers/json',
    query: { all: 'true', ...ofProject(project) },
    parse: (answer) =>
      listOf(row)
        .parse(readAnswer(z.array(z.unknown()), answer))
        // A fake engine, or an old one, may not know the filter.
        .filter(({ Labels }) => Labels[composeLabels.project] === project)
        .map(({ Id, Names, State, Labels, Ports }) => ({
          name: ownName(Names.find((name) => !name.slice(1).includes('/')) ?? Names[0], Id),
          service: enginePattern.test(Labels[composeLabels.service] ?? '') ? (Labels[composeLabels.service] ?? '') : '',
          state: containerState(State),
          hash: Labels[composeLabels.hash],
          ports: Ports.flatMap(({ PublicPort }) => (PublicPort === undefined ? [] : [PublicPort])),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const named = z.object({ Name: z.string(), Labels: labels });

/** Something of the engine's with a name. */
export interface NamedThing {
  readonly name: string;
  /** The project that it is of. */
  readonly project?: string | undefined;
}

const things = (list: unknown): NamedThing[] =>
  listOf(named)
    .parse(list)
    .filter(({ Name }) => enginePattern.test(Name))
    .map(({ Name, Labels }) => ({ name: Name, project: Labels[composeLabels.project] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The engine's networks. */
export const networksQuestion: DockerQuestion<NamedThing[]> = { name: 'networks', path: '/networks', parse: things };

/** The engine's volumes. */
export const volumesQuestion: DockerQuestion<NamedThing[]> = {
  name: 'volumes',
  path: '/volumes',
  parse: (answer) => things((answer as { readonly Volumes?: unknown } | null)?.Volumes ?? []),
};
