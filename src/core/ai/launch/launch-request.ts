import type { ServedBy } from './endpoint.js';
import type { ModelFrom } from './model-from.js';

/** Where models and caches are kept: jetson-containers' `/data`, on a volume of jetfleet's or in its folder on the device. */
export interface DataPlace {
  readonly kind: 'volume' | 'bind';
  readonly source: string;
}

/** The volume that holds the models of every engine. */
export const modelVolume = 'jetfleet-models';

/** Everything that one endpoint is made of. */
export interface LaunchRequest {
  readonly changeId: string;
  /** Name of the container. */
  readonly name: string;
  readonly image: string;
  readonly engine: ServedBy;
  readonly from: ModelFrom | undefined;
  /** The model as it was asked for, for the labels. */
  readonly model: string;
  readonly quantisation?: string | undefined;
  /** Tokens for each slot. */
  readonly context: number;
  readonly slots: number;
  /** Port of the device's loopback address. */
  readonly port: number;
  /** Of all memory, 0 to 1, for engines that reserve it at start. */
  readonly memoryShare?: number | undefined;
  /** MiB of host memory for prompts that llama-server keeps. */
  readonly cacheRamMb?: number | undefined;
  readonly data: DataPlace;
  /** A file on the device with the hub's token. */
  readonly tokenFile?: string | undefined;
  /** For `custom`: the words after the image. It listens on the same port inside. */
  readonly command?: readonly string[] | undefined;
  readonly entrypoint?: string | undefined;
}
