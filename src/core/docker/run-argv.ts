import type { Argv } from '../command.js';
import { Failure } from '../errors.js';
import { checkedSpec } from './checked-spec.js';
import type { ContainerSpec, Mount, PublishedPort } from './container-spec.js';

/** A `docker run` that returns when the container has started. */
export interface RunCommand {
  readonly argv: Argv;
  /** The container's variables, as `--env-file` reads them; absent where there are none. */
  readonly stdin?: string;
}

/** The command line that makes containers. Podman takes the same words but for the GPU. */
export type EngineCli = 'docker' | 'podman';

/**
 * The `docker run --detach` of a container. Values of variables go by standard input, so that no list of processes shows them.
 * Throws `invalid_input` with the field's name for what Docker would not take, or would take for something else.
 */
export function runArgv(spec: ContainerSpec, cli: EngineCli = 'docker'): RunCommand {
  const {
    name,
    image,
    entrypoint,
    command = [],
    gpu,
    env,
    ports,
    mounts,
    devices,
    restart,
    labels,
    pull,
  } = checkedSpec(spec);
  const stdin = envFile(env);
  return {
    argv: [
      cli,
      'run',
      '--detach',
      ...option('name', name),
      ...option('pull', pull),
      ...(gpu ? gpuWords(cli, env) : []),
      ...option('restart', restart),
      ...ports.flatMap((port) => option('publish', published(port))),
      ...mounts.flatMap((mount) => option('mount', mounted(mount))),
      ...devices.flatMap((device) => option('device', device)),
      ...limits(spec),
      ...surroundings(spec),
      ...health(spec),
      ...Object.entries(labels).flatMap(([key, value]) => option('label', `${key}=${value}`)),
      ...(stdin === '' ? [] : option('env-file', '/dev/stdin')),
      ...option('entrypoint', entrypoint),
      image,
      ...command,
    ],
    ...(stdin !== '' && { stdin }),
  };
}

/** One word, so that no value can be taken for an option of its own. */
const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`--${name}=${value}`];
const megabytes = (size: number | undefined): string | undefined => (size === undefined ? undefined : `${size}m`);

/** Images that are not NVIDIA's own ask for nothing, and then the runtime gives nothing. */
function gpuWords(cli: EngineCli, env: ContainerSpec['env']): string[] {
  const asked = { NVIDIA_VISIBLE_DEVICES: 'all', NVIDIA_DRIVER_CAPABILITIES: 'all' };
  const variables = Object.entries(asked).filter(([key]) => !Object.hasOwn(env, key));
  const how = cli === 'podman' ? option('device', 'nvidia.com/gpu=all') : option('runtime', 'nvidia');
  return [...how, ...variables.flatMap(([key, value]) => option('env', `${key}=${value}`))];
}

/** `127.0.0.1:8080:80/tcp` */
export function published({ address, host, container, protocol }: PublishedPort): string {
  return `${address.includes(':') ? `[${address}]` : address}:${host}:${container}/${protocol}`;
}

/** Of `--mount` and not of `-v`, which makes a missing folder, as root. */
function mounted({ kind, source, target, readOnly }: Mount): string {
  return `type=${kind},source=${source},target=${target}${readOnly ? ',readonly' : ''}`;
}

function limits({ memoryMb, shmMb }: ContainerSpec): string[] {
  const memory = megabytes(memoryMb);
  return [...option('memory', memory), ...option('memory-swap', memory), ...option('shm-size', megabytes(shmMb))];
}

function surroundings(spec: ContainerSpec): string[] {
  const { network, aliases = [], privileged = false, pid, ipc, capAdd = [], cwd, user } = spec;
  return [
    ...option('network', network),
    ...aliases.flatMap((alias) => option('network-alias', alias)),
    ...(privileged ? ['--privileged'] : []),
    ...option('pid', pid),
    ...option('ipc', ipc),
    ...capAdd.flatMap((capability) => option('cap-add', capability)),
    ...option('workdir', cwd),
    ...option('user', user),
  ];
}

function health({ health: check }: ContainerSpec): string[] {
  if (check === undefined) return [];
  return [
    ...option('health-cmd', check.command),
    ...option('health-interval', `${check.intervalSeconds}s`),
    ...option('health-start-period', `${check.startSeconds}s`),
    ...option('health-timeout', check.timeoutSeconds === undefined ? undefined : `${check.timeoutSeconds}s`),
    ...option('health-retries', check.retries === undefined ? undefined : String(check.retries)),
  ];
}

/** A scanner of Docker's own stops at longer lines. */
const longestLine = 60_000;

/** Lines `NAME=value`. The format knows neither quotes nor escapes: a value is what stands there to the line's end. */
function envFile(env: ContainerSpec['env']): string {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
  const long = Object.keys(env).find((_, index) => (lines[index]?.length ?? 0) > longestLine);
  if (long !== undefined)
    throw new Failure('invalid_input', `env: the value of ${long} is longer than an env file can hold.`, {
      hint: 'Put it into a file on the device (file_write) and mount that.',
      retry: 'yes',
    });
  return lines.join('');
}
