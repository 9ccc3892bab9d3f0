import type { DockerPresence } from '../probes/docker-presence.js';

/** What matching an image and fitting a model need of a device. What is absent is not known, never assumed. */
export interface AiBoard {
  /** `36.4.7` */
  readonly l4t?: string | undefined;
  readonly jetpack?: string | undefined;
  /** CUDA toolkit on the host, `12.6.11`; engines in containers bring their own. */
  readonly cudaToolkit?: string | undefined;
  /** CUDA version of the driver, `12.6`: what bounds images. By the L4T release, or by the driver's own version. */
  readonly cudaDriver?: string | undefined;
  readonly soc?: string | undefined;
  /** `8.7` */
  readonly sm?: string | undefined;
  /** `orin-nano-8gb` */
  readonly module?: string | undefined;
  readonly arch?: 'arm64' | 'amd64' | undefined;
  /** `22.04` */
  readonly ubuntu?: string | undefined;
  readonly memory: BoardMemory;
  /** A graphical session runs; undefined where that could not be seen. */
  readonly desktop?: boolean | undefined;
  /** Absent where Docker is not installed. */
  readonly docker?: DockerPresence | undefined;
}

/** MiB. */
export interface BoardMemory {
  readonly totalMb?: number | undefined;
  /** MemAvailable: what CPU and GPU could have together, page cache included. */
  readonly availableMb?: number | undefined;
  /** MemFree: what cudaMemGetInfo takes for free, page cache not included. */
  readonly freeMb?: number | undefined;
  readonly swapMb?: number | undefined;
  /** The part of swap that is compressed memory: no gain for GPU allocations. */
  readonly zramMb?: number | undefined;
}
