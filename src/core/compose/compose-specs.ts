import { renderArgv } from '../command.js';
import type { ContainerSpec, Mount, PublishedPort } from '../docker/container-spec.js';
import { enginePattern } from '../docker/checked-spec.js';
import { mountOf, portOf } from '../docker/short-syntax.js';
import { Failure } from '../errors.js';
import type { ComposeFile, ComposeService } from './compose-file.js';
import { commandWords, megabytesOf, pairsOf, secondsOf } from './words.js';

/** A service that waits for another. */
export interface Waiting {
  readonly service: string;
  readonly container: string;
  readonly until: 'service_healthy' | 'service_completed_successfully';
}

/** One service, as its one container is made. */
export interface ServiceSpec {
  readonly service: string;
  readonly spec: ContainerSpec;
  /** Networks that it joins beside the spec's. */
  readonly joins: readonly { readonly network: string; readonly aliases: readonly string[] }[];
  readonly waits: readonly Waiting[];
}

/** A network or a volume that a project has by itself. */
export interface OwnThing {
  /** In the file. */
  readonly key: string;
  /** In the engine. */
  readonly name: string;
}

/** What a compose file comes out as. */
export interface Composition {
  readonly project: string;
  /** In the order in which they start. */
  readonly services: readonly ServiceSpec[];
  readonly networks: readonly OwnThing[];
  readonly volumes: readonly OwnThing[];
  /** Those that have to be there already. */
  readonly external: { readonly networks: readonly OwnThing[]; readonly volumes: readonly OwnThing[] };
}

/** What everybody else reads where a port says no address. */
const everywhere = '0.0.0.0';

/** Networks of the engine that are no networks: the device's own, and none. */
const alone = /^(?:host|none)$/;

function wrong(field: string, how: string): Failure {
  return new Failure('invalid_input', `${field}: ${how}`, { retry: 'yes' });
}

function inService<T>(service: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure) || error.message.startsWith('services.')) throw error;
    throw new Failure(error.kind, `services.${service}.${error.message}`, { hint: error.hint, retry: error.retry });
  }
}

const listOf = (given: string | readonly string[] | null | undefined, field: string): readonly string[] | undefined =>
  given === null || given === undefined ? undefined : typeof given === 'string' ? commandWords(given, field) : given;

function portsOf(ports: ComposeService['ports']): PublishedPort[] {
  return ports.map((port) =>
    typeof port === 'string'
      ? portOf(port, everywhere)
      : { address: port.host_ip ?? everywhere, host: port.published, container: port.target, protocol: port.protocol },
  );
}

function healthOf({ healthcheck }: ComposeService): ContainerSpec['health'] {
  if (healthcheck === undefined) return undefined;
  const { test, interval = '30s', timeout = '30s', start_period: start = '0s', retries = 3 } = healthcheck;
  const [kind, ...rest] = typeof test === 'string' ? ['CMD-SHELL', test] : test;
  const seconds = (field: string, text: string): number => {
    const found = secondsOf(text);
    if (found === undefined) throw wrong(`healthcheck.${field}`, 'write a duration such as 30s or 1m30s.');
    return found;
  };
  if (!(kind === 'CMD' || kind === 'CMD-SHELL') || rest.length === 0)
    throw wrong('healthcheck.test', 'begins with CMD or CMD-SHELL, and a command follows.');
  return {
    command: kind === 'CMD' ? renderArgv(rest) : rest.join(' '),
    intervalSeconds: seconds('interval', interval),
    startSeconds: seconds('start_period', start),
    timeoutSeconds: seconds('timeout', timeout),
    retries,
  };
}

function sizeOf(given: string | number | undefined, field: string): number | undefined {
  if (given === undefined) return undefined;
  const mb = megabytesOf(given);
  if (mb === undefined) throw wrong(field, 'write a size such as 512m or 2g.');
  return mb;
}

function hasGpu({ runtime, gpus, deploy }: ComposeService): boolean {
  const devices = deploy?.resources.reservations?.devices ?? [];
  return (
    runtime !== undefined || gpus !== undefined || devices.some(({ capabilities }) => capabilities.includes('gpu'))
  );
}

/** Of `depends_on`, which services and until when. */
function dependencies({ depends_on: given }: ComposeService): [string, 'service_started' | Waiting['until']][] {
  return Array.isArray(given)
    ? given.map((service) => [service, 'service_started'])
    : Object.entries(given).map(([service, { condition }]) => [service, condition]);
}

function checkedAliases(aliases: readonly string[]): string[] {
  if (aliases.every((alias) => enginePattern.test(alias))) return [...new Set(aliases)];
  throw wrong('networks', 'an alias has letters, digits and _ . - only.');
}

/** Services after those they depend on, else as they stand in the file. */
function inOrder(services: ComposeFile['services']): string[] {
  const done: string[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    if (done.includes(name)) return;
    const found = services[name];
    if (found === undefined)
      throw wrong(`services.${above.at(-1) ?? ''}.depends_on`, 'names a service that is not in the file.');
    if (above.includes(name)) throw wrong(`services.${name}.depends_on`, 'goes round in a circle.');
    for (const [next] of dependencies(found)) visit(next, [...above, name]);
    done.push(name);
  };
  for (const name of Object.keys(services)) visit(name, []);
  return done;
}

/** What the file's services, networks and volumes are in the engine. Throws `invalid_input` with the field's name. */
export function composition(file: ComposeFile, project: string): Composition {
  const nameOf = (kind: 'networks' | 'volumes', key: string): string => {
    const given = file[kind][key];
    const name = given?.name ?? (given?.external === true ? key : `${project}_${key}`);
    if (enginePattern.test(name) && enginePattern.test(key)) return name;
    throw wrong(kind, 'a name has letters, digits and _ . - only, and begins with a letter or digit.');
  };
  const containerOf = (service: string): string => file.services[service]?.container_name ?? `${project}-${service}-1`;
  const usesDefault = Object.values(file.services).some(
    ({ networks, network_mode: mode }) => networks === undefined && mode === undefined,
  );
  const things = (kind: 'networks' | 'volumes', keys: readonly string[], external: boolean): OwnThing[] =>
    keys
      .filter((key) => (file[kind][key]?.external === true) === external)
      .map((key) => ({ key, name: nameOf(kind, key) }));

  const networksOf = (service: ComposeService): [key: string, aliases: readonly string[]][] => {
    const { networks } = service;
    if (networks === undefined) return service.network_mode === undefined ? [['default', []]] : [];
    return Array.isArray(networks)
      ? networks.map((key) => [key, []])
      : Object.entries(networks).map(([key, more]) => [key, more?.aliases ?? []]);
  };
  const mount = (given: ComposeService['volumes'][number]): Mount => {
    const plain: Mount =
      typeof given === 'string'
        ? mountOf(given)
        : { kind: given.type, source: given.source, target: given.target, readOnly: given.read_only };
    if (plain.kind === 'bind') return plain;
    if (!Object.hasOwn(file.volumes, plain.source))
      throw wrong('volumes', `the volume ${plain.source} is not among the file's volumes.`);
    return { ...plain, source: nameOf('volumes', plain.source) };
  };

  const serviceSpec = (name: string): ServiceSpec => {
    const service = file.services[name];
    if (service === undefined) throw wrong('services', 'there is none.');
    const [entrypoint, ...rest] = listOf(service.entrypoint, 'entrypoint') ?? [];
    const command = listOf(service.command, 'command');
    if (service.network_mode !== undefined && service.networks !== undefined)
      throw wrong('network_mode', 'stands beside networks: leave one of the two out.');
    for (const [key] of networksOf(service))
      if (key !== 'default' && !Object.hasOwn(file.networks, key))
        throw wrong('networks', `the network ${key} is not among the file's networks.`);
    const [first, ...others] = networksOf(service).map(([key, aliases]) => ({
      network: nameOf('networks', key),
      aliases: checkedAliases([name, ...aliases]),
    }));
    if (others.some(({ network: other }) => alone.test(other)))
      throw wrong('networks', 'host and none cannot stand beside another network: write network_mode.');
    const memoryMb = sizeOf(service.deploy?.resources.limits?.memory ?? service.mem_limit, 'mem_limit');
    const shmMb = sizeOf(service.shm_size, 'shm_size');
    const health = healthOf(service);
    const mode = service.network_mode === 'bridge' ? undefined : service.network_mode;
    const network = first?.network ?? mode;
    const labels = pairsOf(service.labels, 'labels');
    if (Object.keys(labels).some((key) => /^(?:jetfleet|com\.docker\.compose)\./.test(key)))
      throw wrong('labels', 'jetfleet.* and com.docker.compose.* are kept for finding the containers again.');
    return {
      service: name,
      joins: others,
      waits: dependencies(service).flatMap(([on, until]) =>
        until === 'service_started' ? [] : [{ service: on, container: containerOf(on), until }],
      ),
      spec: {
        name: containerOf(name),
        image: service.image,
        ...(entrypoint !== undefined && { entrypoint }),
        ...((command !== undefined || rest.length > 0) && { command: [...rest, ...(command ?? [])] }),
        gpu: hasGpu(service),
        env: pairsOf(service.environment, 'environment'),
        ports: portsOf(service.ports),
        mounts: service.volumes.map(mount),
        devices: service.devices.map((device) => /^([^:]+):\1(?::rwm)?$/.exec(device)?.[1] ?? device),
        restart: service.restart,
        ...(memoryMb !== undefined && { memoryMb }),
        ...(shmMb !== undefined && { shmMb }),
        labels,
        ...(service.working_dir !== undefined && { cwd: service.working_dir }),
        ...(service.user !== undefined && { user: service.user }),
        ...(network !== undefined && { network }),
        ...(first !== undefined && { aliases: first.aliases }),
        ...(service.privileged && { privileged: true }),
        ...(service.pid !== undefined && { pid: service.pid }),
        ...(service.ipc !== undefined && { ipc: service.ipc }),
        ...(service.cap_add.length > 0 && { capAdd: service.cap_add }),
        ...(health !== undefined && { health }),
        pull: service.pull_policy === 'if_not_present' ? 'missing' : service.pull_policy,
      },
    };
  };
  const networkKeys = [
    ...(usesDefault && !Object.hasOwn(file.networks, 'default') ? ['default'] : []),
    ...Object.keys(file.networks),
  ];
  return {
    project,
    services: inOrder(file.services).map((name) => inService(name, () => serviceSpec(name))),
    networks: things('networks', networkKeys, false),
    volumes: things('volumes', Object.keys(file.volumes), false),
    external: {
      networks: things('networks', Object.keys(file.networks), true),
      volumes: things('volumes', Object.keys(file.volumes), true),
    },
  };
}
