import { Failure } from '../errors.js';
import { isTaken } from '../linux/listening.js';
import type { MakingFacts } from '../probes/container-making.js';
import type { ListedContainer } from './container-rows.js';
import type { ContainerSpec, PublishedPort } from './container-spec.js';
import type { EngineFacts } from './engine-facts.js';
import { sizeWords, type ImageState } from './image-state.js';
import { takesWords, type PullFacts } from './pull-plan.js';
import { published, type EngineCli } from './run-argv.js';
import type { Grant, HostPaths } from './spec-grants.js';

/** What was found of a device on which a container is to be made. */
export interface RunSurroundings {
  readonly facts: MakingFacts;
  readonly host: HostPaths;
  readonly engine: EngineFacts;
  readonly containers: readonly ListedContainer[];
  readonly image: ImageState | undefined;
}

/** The command line that makes containers here. Throws where there is none. */
export function cliOf({ cli }: Pick<MakingFacts, 'cli'>): EngineCli {
  if (cli !== undefined) return cli;
  throw new Failure('unsupported', 'The device has neither the docker nor the podman command.', {
    hint: 'docker_setup installs what is missing.',
    retry: 'no',
  });
}

function refused(message: string, hint: string): Failure {
  return new Failure('invalid_input', message, { hint, retry: 'yes' });
}

/** Refuses what cannot come to a good end, before anything runs. */
export function checkSurroundings(
  spec: ContainerSpec,
  { facts, engine, containers, image }: Omit<RunSurroundings, 'host'>,
): void {
  const cli = cliOf(facts);
  const before = containers.find(({ name }) => name === spec.name);
  if (before !== undefined)
    throw refused(
      `name: the device has a container ${spec.name} already; it is ${before.state}.`,
      before.state === 'created'
        ? 'It was made and never started, as after a start that failed. Remove it (container_control), or choose another name.'
        : 'Choose another name, or remove that container (container_control).',
    );
  checkPorts(spec, facts, containers);
  if (spec.gpu && !(engine.hasNvidiaRuntime || (cli === 'podman' && facts.hasCdi)))
    throw new Failure(
      'unsupported',
      'gpu: the engine does not know the NVIDIA runtime, so no container can have the GPU.',
      {
        hint: 'docker_setup installs and registers it; docker_status shows what is there.',
        retry: 'no',
      },
    );
  const { architecture } = image ?? {};
  if (architecture !== undefined && engine.architecture !== undefined && architecture !== engine.architecture)
    throw refused(
      `image: it is for ${architecture} and the device is ${engine.architecture}.`,
      'Pull an image for linux/arm64; ai_match names images that fit.',
    );
}

/** Refuses ports that something listens on, or that a container has. */
export function checkPorts(
  { ports }: Pick<ContainerSpec, 'ports'>,
  { listeners }: Pick<MakingFacts, 'listeners'>,
  containers: readonly ListedContainer[],
): void {
  for (const { address, host, protocol } of ports) {
    const owner = containers.find(
      ({ state, ports: theirs = [] }) =>
        state === 'running' && theirs.some((each) => portIn(each, address, host, protocol)),
    );
    if (owner === undefined && !isTaken({ address, port: host, protocol }, listeners)) continue;
    const by = owner === undefined ? 'a program on the device listens there' : `container ${owner.name} has it`;
    throw refused(
      `ports: ${host}/${protocol} is taken: ${by}.`,
      'Choose another port of the device, the number before the last colon.',
    );
  }
}

/** Whether a row of the list, `127.0.0.1:8080:80/tcp`, holds the port. */
function portIn(row: string, address: string, host: number, protocol: string): boolean {
  const [, theirs = '', port] = /^(.*):(\d+):\d+\/(?:tcp|udp)$/.exec(row) ?? [];
  if (Number(port) !== host || !row.endsWith(`/${protocol}`)) return false;
  return theirs === '*' || theirs === address || /^(?:0\.0\.0\.0|::)$/.test(address);
}

const isOpen = ({ address }: PublishedPort): boolean => !/^(?:127\.|::1$)/.test(address);

const grantWords: Readonly<Record<string, string>> = {
  privileged: 'every right of root on the device (privileged)',
  'docker-socket': "the engine's socket, so the whole device",
  'host-services': "the system's services, which do anything as root",
  'host-root': 'folders that rule the device, writable',
  'host-secrets': 'files of the device that hold secrets',
  'host-network': "the device's own network, all its ports with it",
  'host-pid': "the device's processes",
  'host-ipc': "the device's shared memory",
  'raw-device': 'disks or other raw devices',
};

/** What a person must not overlook, most dangerous first. */
export function warnings(spec: Pick<ContainerSpec, 'ports'>, grants: readonly Grant[]): string[] {
  const open = spec.ports.filter(isOpen);
  return [
    ...(grants.length === 0
      ? []
      : [`Gives it ${grants.map((grant) => grantWords[grant] ?? `the capability ${grant.slice(4)}`).join('; ')}.`]),
    ...(open.length === 0
      ? []
      : [`Open to whoever reaches the device: port ${open.map(({ host }) => host).join(', ')}.`]),
  ];
}

/** What will happen, in a few sentences. */
export function runSays(
  spec: ContainerSpec,
  grants: readonly Grant[],
  { image, facts }: RunSurroundings,
  pull?: PullFacts,
): string {
  const { name, ports, gpu, restart } = spec;
  const size = image?.sizeBytes === undefined ? '' : ` (${sizeWords(image.sizeBytes)})`;
  const inside = ports.filter((port) => !isOpen(port)).map(published);
  return [
    ...warnings(spec, grants),
    `Makes and starts the container ${name}${gpu ? ' with the GPU' : ''}${facts.needsRoot ? ', by sudo' : ''}.`,
    image !== undefined
      ? `Its image is there${size}.`
      : pull === undefined
        ? 'Its image is not there, and is not pulled.'
        : `Its image is not there, and is pulled first: ${takesWords(pull)}`,
    ...(inside.length === 0 ? [] : [`Only the device itself reaches ${inside.join(', ')}.`]),
    ...(restart === 'no' ? [] : [`Started again by the engine: ${restart}.`]),
  ].join(' ');
}
