import { ownLabel, type ContainerSpec } from './container-spec.js';
import { mountOf, portOf } from './short-syntax.js';

/** A container as a caller asks for one, in Docker's short forms. */
export interface ContainerWish {
  readonly image: string;
  readonly name: string;
  readonly command?: readonly string[] | undefined;
  readonly entrypoint?: string | undefined;
  readonly gpu: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Files of the device by the name they have in `/run/secrets`. */
  readonly secretFiles: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly devices: readonly string[];
  readonly restart: ContainerSpec['restart'];
  readonly memoryMb?: number | undefined;
  readonly shmMb?: number | undefined;
  readonly network?: string | undefined;
  readonly privileged: boolean;
}

/** Nobody but the device itself reaches a port that says nothing else. */
const loopback = '127.0.0.1';

/** The spec of it. Throws `invalid_input` with the field's name for a form that is none. */
export function specOfWish(wish: ContainerWish, change: string): ContainerSpec {
  const { command, entrypoint, memoryMb, shmMb, network, privileged, secretFiles } = wish;
  const secrets = Object.entries(secretFiles).map(([name, source]) => mountOf(`${source}:/run/secrets/${name}:ro`));
  return {
    name: wish.name,
    image: wish.image,
    ...(command !== undefined && { command }),
    ...(entrypoint !== undefined && { entrypoint }),
    gpu: wish.gpu,
    env: wish.env,
    ports: wish.ports.map((port) => portOf(port, loopback)),
    mounts: [...wish.volumes.map(mountOf), ...secrets],
    devices: wish.devices,
    restart: wish.restart,
    ...(memoryMb !== undefined && { memoryMb }),
    ...(shmMb !== undefined && { shmMb }),
    labels: { [ownLabel]: change },
    ...(network !== undefined && network !== 'bridge' && { network }),
    ...(privileged && { privileged }),
    pull: 'missing',
  };
}
