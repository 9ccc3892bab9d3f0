/** A container as jetfleet makes one: everything that `docker run` is told. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly entrypoint?: string;
  /** Words after the image. */
  readonly command?: readonly string[];
  /** `--runtime nvidia`, and the variables that give it the GPU. */
  readonly gpu: boolean;
  /** Values may be secret: they reach the device by standard input, never by argv. */
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
  readonly mounts: readonly Mount[];
  /** Device files, `/dev/video0`. */
  readonly devices: readonly string[];
  readonly restart: 'no' | 'on-failure' | 'always' | 'unless-stopped';
  /** MiB; memory and swap together are limited to it. */
  readonly memoryMb?: number;
  /** MiB of /dev/shm. */
  readonly shmMb?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly user?: string;
  /** A network of the engine's; its default bridge where absent. */
  readonly network?: string;
  /** Names by which the other containers of that network reach it. */
  readonly aliases?: readonly string[];
  readonly privileged?: boolean;
  /** The device's own processes, or shared memory, instead of its own. */
  readonly pid?: 'host';
  readonly ipc?: 'host';
  readonly capAdd?: readonly string[];
  readonly health?: {
    readonly command: string;
    readonly intervalSeconds: number;
    readonly startSeconds: number;
    readonly timeoutSeconds?: number;
    readonly retries?: number;
  };
  readonly pull: 'missing' | 'always' | 'never';
}

export interface PublishedPort {
  /** An address of the device, `127.0.0.1` unless asked otherwise. */
  readonly address: string;
  readonly host: number;
  readonly container: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface Mount {
  readonly kind: 'volume' | 'bind';
  /** A volume's name, or an absolute path on the device. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Labels by which any later server finds what jetfleet made. */
export const ownLabel = 'jetfleet.change';
