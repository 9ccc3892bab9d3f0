import { z } from 'zod';
import { present } from '../../linux/present.js';
import { engineFacts, engineNames } from '../engines.js';
import { apiKinds } from '../http/api-kind.js';

/** Engines, and `custom`: an image that was launched with a command of its own. */
export const servedBy = [...engineNames, 'custom'] as const;
export type ServedBy = (typeof servedBy)[number];

/** An engine's name for a reader. */
export const titleOf = (engine: ServedBy): string =>
  engine === 'custom' ? 'its own command' : engineFacts(engine).title;

/** What does the arithmetic of a model. `partly`: some layers are left to the CPU. */
export const processors = ['gpu', 'partly', 'cpu', 'unknown'] as const;
export type Processor = (typeof processors)[number];

/** An endpoint as it was asked for: what its container's labels tell any later server. */
export interface EndpointLabels {
  readonly engine: ServedBy;
  readonly api: ApiOf;
  /** As it was asked for: a name of the catalog, a reference of a hub, a path. */
  readonly model: string;
  readonly quantisation?: string | undefined;
  /** Tokens for each slot. */
  readonly context?: number | undefined;
  readonly slots?: number | undefined;
  /** Port of the device's loopback address. */
  readonly port: number;
}
type ApiOf = (typeof apiKinds)[number];

/** What is kept of an endpoint in the store, beside device and name. */
export const endpointData = z.object({
  engine: z.enum(servedBy),
  api: z.enum(apiKinds),
  model: z.string(),
  /** As requests have to name it. */
  served: z.string().optional(),
  quantisation: z.string().optional(),
  context: z.number().optional(),
  slots: z.number().optional(),
  port: z.number(),
  image: z.string(),
  /** `sha256:...` of the image's manifest, or of the image where it came from no registry. */
  digest: z.string().optional(),
  processor: z.enum(processors),
  /** Of the self test at launch. */
  decodeTokensPerSecond: z.number().optional(),
  change: z.string(),
});
export type EndpointData = z.output<typeof endpointData>;

const prefix = 'jetfleet.';
/** What can be told of an endpoint's model in a label and in arguments of programs. */
export const modelPattern = /^[\w.:/@+-]{1,400}$/;
const text = z.string().regex(modelPattern);
const whole = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const labels = z.object({
  engine: z.enum(servedBy),
  api: z.enum(apiKinds),
  model: text,
  quantisation: text.optional().catch(undefined),
  context: whole.optional().catch(undefined),
  slots: whole.optional().catch(undefined),
  port: whole.refine((port) => port >= 1 && port <= 65_535),
});

/** The labels of an endpoint's container, `jetfleet.change` apart. */
export function labelsOf(endpoint: EndpointLabels): Record<string, string> {
  const { engine, api, model, quantisation, context, slots, port } = endpoint;
  const fields = present({ engine, api, model, quantisation, context, slots, port });
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [`${prefix}${key}`, String(value)]));
}

/**
 * The endpoint that the `jetfleet.*` labels of a container tell of, without their prefix; undefined for a container that is none. Anyone can
 * write labels: only what fits counts.
 */
export function endpointOf(found: Readonly<Record<string, string>> | undefined): EndpointLabels | undefined {
  const parsed = labels.safeParse(found);
  return parsed.success ? present(parsed.data) : undefined;
}
