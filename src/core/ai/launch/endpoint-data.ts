import { z } from 'zod';
import type { ListedContainer } from '../../docker/container-rows.js';
import { containerStates, healthStates } from '../../docker/container-state.js';
import { imageNameOf } from '../image-name.js';
import { apiKinds, type ApiKind } from '../http/api-kind.js';
import type { EngineName } from '../engines.js';
import { endpointOf, processors, servedBy, type EndpointLabels, type ServedBy } from './endpoint.js';

/** One endpoint of a device as ai_list tells of it. */
export const endpointRow = z.object({
  name: z.string().describe('Of its container.'),
  engine: z.enum(servedBy),
  api: z.enum(apiKinds).optional(),
  model: z.string().optional().describe('As asked for.'),
  served: z.string().optional().describe('As requests name it.'),
  state: z.enum(['ready', 'loading', 'no_answer', 'not_running']),
  container: z.enum(containerStates),
  health: z.enum(healthStates).optional(),
  port: z.number().optional(),
  quantisation: z.string().optional(),
  context: z.number().optional().describe('Tokens for each slot.'),
  slots: z
    .object({ busy: z.number().optional(), total: z.number().optional(), waiting: z.number().optional() })
    .optional(),
  memoryMb: z.number().optional().describe('Of the container; GPU memory may be missing.'),
  processor: z.enum(processors).optional(),
  tokensPerSecond: z.number().optional().describe('Mean of all it generated since its start.'),
  generatedTokens: z.number().optional(),
  cacheUsedPercent: z.number().optional().describe('Of the KV cache.'),
  image: z.string(),
  digest: z.string().optional(),
  launchedByJetfleet: z.boolean(),
  reach: z.string().optional(),
});
export type EndpointRow = z.output<typeof endpointRow>;

export const endpointsData = z.object({
  endpoints: z.array(endpointRow),
  more: z.number().optional().describe('That did not fit in the answer.'),
  gone: z.array(z.string()).optional().describe('Launched by jetfleet, and no longer on the device.'),
});
export type Endpoints = z.output<typeof endpointsData>;

/** A container that serves a model, by its labels or by what it is. */
export interface FoundEndpoint {
  readonly container: ListedContainer;
  readonly engine: ServedBy;
  readonly api: ApiKind;
  /** Port of the device that leads to it; undefined where it publishes none. */
  readonly port?: number | undefined;
  /** Present where jetfleet launched it. */
  readonly labels?: EndpointLabels | undefined;
}

const engineApi: Readonly<Partial<Record<EngineName, ApiKind>>> = { 'llama.cpp': 'llama-server', ollama: 'ollama' };
const enginePorts: Readonly<Record<number, EngineName>> = { 11_434: 'ollama', 30_000: 'sglang' };
/** Where an engine listens unless told otherwise: containers in the device's own network, as jetson-containers makes them, publish nothing. */
const usualPorts: Readonly<Record<EngineName, number>> = {
  'llama.cpp': 8080,
  'tensorrt-llm': 8000,
  'tensorrt-edge-llm': 8000,
  vllm: 8000,
  ollama: 11_434,
  sglang: 30_000,
  mlc: 8000,
};

/** The endpoints among the containers of a device: those that jetfleet launched, and others by the name of their image. */
export function endpointsAmong(containers: readonly ListedContainer[]): FoundEndpoint[] {
  return containers.flatMap((container): FoundEndpoint[] => {
    const labels = endpointOf(container.jetfleet);
    if (labels) return [{ container, labels, engine: labels.engine, api: labels.api, port: labels.port }];
    const ports = (container.ports ?? []).map((row) => /:(\d+):(\d+)\/tcp$/.exec(row)?.slice(1).map(Number) ?? []);
    const known = ports.flatMap(([, inside]) => enginePorts[inside ?? 0] ?? []);
    const engine = imageNameOf(container.image)?.engine ?? known[0];
    if (engine === undefined) return [];
    return [{ container, engine, api: engineApi[engine] ?? 'openai', port: ports[0]?.[0] ?? usualPorts[engine] }];
  });
}
