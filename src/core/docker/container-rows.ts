import { z } from 'zod';
import { isoOfMs } from '../iso-time.js';
import { present } from '../linux/present.js';
import { dataChars, firstThatFit, jsonChars } from '../probes/fitting.js';
import { cleanName } from '../untrusted.js';
import { ownLabel } from './container-spec.js';
import { containerState, containerStates, healthState, healthStates, ownName, statusWords } from './container-state.js';
import { labels, listOf, number, part, readAnswer, text } from './lenient.js';
import type { DockerQuestion } from './request.js';

export const containerRow = z.object({
  name: z.string(),
  id: z.string(),
  image: z.string(),
  state: z.enum(containerStates),
  for: z.string().optional().describe('How long it has been so.'),
  health: z.enum(healthStates).optional(),
  exitCode: z.number().optional(),
  createdAt: z.string().optional(),
  ports: z.array(z.string()).optional().describe('address:port on the device:port in it; * is every address.'),
  gpu: z.boolean().optional(),
  jetfleet: z.record(z.string(), z.string()).optional().describe('Made by jetfleet: its labels.'),
});
export type ContainerRow = z.output<typeof containerRow>;

/** One container of the engine's list. */
export interface ListedContainer extends ContainerRow {
  /** The whole id. */
  readonly fullId: string;
  readonly imageId: string;
}

const row = z.object({
  Id: z.string(),
  Names: listOf(z.string()),
  Image: text,
  ImageID: text,
  Created: number,
  Ports: listOf(z.object({ IP: text, PrivatePort: number, PublicPort: number, Type: text })),
  Labels: labels,
  State: text,
  Status: text,
  Health: part({ Status: text }),
});
type Row = z.output<typeof row>;

function portsOf(ports: Row['Ports']): string[] | undefined {
  const words = ports.flatMap(({ IP = '', PrivatePort, PublicPort, Type = 'tcp' }) => {
    if (PrivatePort === undefined) return [];
    const inside = `${PrivatePort}/${cleanName(Type, 4)}`;
    if (PublicPort === undefined || PublicPort === 0) return [inside];
    const open = IP === '' || IP === '0.0.0.0' || IP === '::';
    return [`${open ? '*' : cleanName(IP, 39)}:${PublicPort}:${inside}`];
  });
  return words.length === 0 ? undefined : [...new Set(words)].sort().slice(0, 20);
}

const ownPrefix = 'jetfleet.';
const mostLabels = 8;
/** Paths of models are kept in them, by which an endpoint is known again. */
const labelChars = 400;

/** The labels that jetfleet gives its containers, without their prefix; undefined where it is none of jetfleet's. */
export function ownLabels(all: Readonly<Record<string, string>>): Record<string, string> | undefined {
  if (!Object.hasOwn(all, ownLabel)) return undefined;
  const own = Object.entries(all).filter(([key]) => key.startsWith(ownPrefix));
  return Object.fromEntries(
    own
      .slice(0, mostLabels)
      .map(([key, value]) => [cleanName(key.slice(ownPrefix.length), 32), cleanName(value, labelChars)]),
  );
}

function listed({ Id, Names, Image, ImageID, Created, Ports, Labels, State, Status, Health }: Row): ListedContainer {
  const words = statusWords(Status);
  const state = containerState(State);
  return present({
    name: ownName(Names.find((name) => !name.slice(1).includes('/')) ?? Names[0], Id),
    id: cleanName(Id, 12),
    fullId: Id,
    image: cleanName(Image ?? '', 200),
    imageId: ImageID ?? '',
    state,
    for: words.since,
    health: healthState(Health.Status) ?? words.health,
    exitCode: state === 'running' ? undefined : words.exitCode,
    createdAt: Created === undefined ? undefined : isoOfMs(Created * 1000),
    ports: portsOf(Ports),
    jetfleet: ownLabels(Labels),
  });
}

/** Every container, also those that do not run, by name. */
export const containersQuestion: DockerQuestion<ListedContainer[]> = {
  name: 'containers',
  path: '/containers/json',
  query: { all: 'true' },
  parse: (answer) =>
    readAnswer(z.array(z.unknown()), answer)
      .flatMap((each) => row.safeParse(each).data ?? [])
      .map(listed)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
};

export const containersData = z.object({
  counts: z.record(z.string(), z.number()).describe('Of all containers, by state.'),
  troubled: z.array(z.string()).optional().describe('Unhealthy, restarting, dead or ended with an error, of all.'),
  containers: z.array(containerRow),
  more: z.number().optional().describe('That fit and follow.'),
  next: z.string().optional().describe('Give it as `after` for them.'),
});
export type Containers = z.output<typeof containersData>;

export interface ContainersWish {
  readonly state: ContainerRow['state'] | 'all';
  /** Text in the name or the image, in any case. */
  readonly name?: string | undefined;
  readonly limit: number;
  /** Only containers whose name comes after this one. */
  readonly after?: string | undefined;
}

const isTroubled = ({ state, health, exitCode }: ContainerRow): boolean =>
  health === 'unhealthy' ||
  ['restarting', 'dead'].includes(state) ||
  (state === 'exited' && exitCode !== undefined && ![0, 130, 137, 143].includes(exitCode));

/** The containers that are asked for, as many as fit, with what is counted over all. */
export function containersPage(
  all: readonly ListedContainer[],
  { state, name, limit, after }: ContainersWish,
): Omit<Containers, 'containers'> & { readonly containers: readonly ListedContainer[] } {
  const counts: Record<string, number> = { running: 0 };
  for (const each of all) counts[each.state] = (counts[each.state] ?? 0) + 1;
  const wanted = name?.toLowerCase();
  const matching = all
    .filter((each) => state === 'all' || each.state === state)
    .filter((each) => wanted === undefined || `${each.name}\n${each.image}`.toLowerCase().includes(wanted))
    .filter((each) => after === undefined || each.name > after);
  const troubled = all.filter(isTroubled).map((each) => each.name);
  const around = { counts, ...(troubled.length > 0 && { troubled: troubled.slice(0, 20) }) };
  // The whole ids stand for what is added later.
  const containers = firstThatFit(matching.slice(0, limit), dataChars - jsonChars(around));
  const more = matching.length - containers.length;
  return { ...around, containers, ...(more > 0 && { more, next: containers.at(-1)?.name ?? '' }) };
}
