import type { LoopbackMethod } from '../core/ai/loopback-method.js';
import type { Json } from '../core/docker/request.js';

/** One HTTP request to a port of the device's loopback address. */
export interface LoopbackRequest {
  readonly port: number;
  readonly method: LoopbackMethod;
  /** Path and query. */
  readonly path: string;
  readonly body?: Json;
  /** A file on the device whose content is sent as bearer token; it reaches no log and no argv. */
  readonly tokenFile?: string | undefined;
  /** Most bytes of the answer kept; 4 MiB where absent. */
  readonly maxBytes?: number;
}

export interface LoopbackAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Not to be trusted. */
  readonly body: string;
  readonly truncated: boolean;
}

/** HTTP to what runs on a device, through the link: nothing on the device is exposed. Rejects with `unreachable` where nobody listens. */
export interface LoopbackHttp {
  /** `onChunk` hears each piece of the body when it arrives, with this machine's monotonic time in milliseconds. */
  request(
    request: LoopbackRequest,
    signal: AbortSignal,
    onChunk?: (text: string, atMs: number) => void,
  ): Promise<LoopbackAnswer>;
}
