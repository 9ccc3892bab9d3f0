import { z } from 'zod';
import { engineNames } from '../engines.js';
import { decodeRate, prefillRate, type Figures } from '../http/figures.js';
import { present } from '../../linux/present.js';
import { endpointData, processors, servedBy, type EndpointData } from './endpoint.js';

/** What is kept of a launch while it is under way. JSON, without any secret. */
export const launchState = z.object({
  asRoot: z.boolean(),
  name: z.string(),
  endpoint: endpointData.omit({ processor: true, digest: true, decodeTokensPerSecond: true }),
  /** Tokens a second at most, by the memory's bandwidth. */
  bound: z.number().optional(),
  cautions: z.array(z.string()),
  /** Image or weights may have to be downloaded. */
  pulls: z.boolean().optional(),
});
export type LaunchState = z.output<typeof launchState>;

/** What ai_launch answers. */
export const launchData = z.object({
  name: z.string(),
  endpoint: z.object({
    engine: z.enum(servedBy),
    model: z.string().describe('As asked for.'),
    served: z.string().optional().describe('As requests name it.'),
    quantisation: z.string().optional(),
    context: z.number().optional(),
    slots: z.number().optional(),
    port: z.number(),
    image: z.string(),
    digest: z.string().optional(),
  }),
  processor: z.enum(processors).describe('partly: some layers are left to the CPU.'),
  test: z
    .object({ decodeTokensPerSecond: z.number().optional(), firstTokenMs: z.number().optional() })
    .describe('A short one; ai_benchmark measures.'),
  says: z.string(),
  reach: z.string().describe('How to reach it from another machine.'),
  cautions: z.array(z.string()).optional(),
});
export type LaunchData = z.output<typeof launchData>;

/** What a short test of an endpoint showed. */
export interface SelfTest {
  readonly figures: Figures;
  /** Tokens a second by the pieces that came, for engines that tell no times. */
  readonly seenRate?: number | undefined;
}

const round = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;

/** Tokens a second of a self test: by the engine's own clock, else as they came. */
export function testedRate({ figures, seenRate }: SelfTest): number | undefined {
  return round(decodeRate(figures) ?? seenRate);
}

const where: Readonly<Record<EndpointData['processor'], string>> = {
  gpu: 'on the GPU',
  partly: 'partly on the GPU: some layers did not fit and are left to the CPU',
  cpu: 'on the CPU: the GPU is not used',
  unknown: 'on what could not be seen',
};

/** How to reach a port of the device's loopback address: nothing else leads to it. */
export const reachWords = (device: string, port: number): string =>
  `ssh -L ${port}:127.0.0.1:${port} ${device}, then http://127.0.0.1:${port}`;

/** The answer on an endpoint that works. */
export function launched(
  device: string,
  name: string,
  endpoint: EndpointData,
  test: SelfTest,
  cautions: readonly string[],
): LaunchData {
  const { engine, model, served, quantisation, context, slots, port, image, digest, processor } = endpoint;
  const rate = testedRate(test);
  const speed = rate === undefined ? '' : ` at ${rate} tok/s`;
  const prefill = round(prefillRate(test.figures));
  const { promptSeconds } = test.figures;
  return present({
    name,
    endpoint: present({ engine, model, served, quantisation, context, slots, port, image, digest }),
    processor,
    test: present({
      decodeTokensPerSecond: rate,
      firstTokenMs: promptSeconds === undefined ? undefined : Math.round(promptSeconds * 1000),
    }),
    says: `It answers, ${where[processor]}${speed}${prefill === undefined ? '' : ` (prompt ${prefill} tok/s)`}.`,
    reach: reachWords(device, port),
    cautions: cautions.length === 0 ? undefined : [...cautions],
  });
}

/** Engines that do not divide the layers of a model between GPU and CPU: where the GPU works for them, all of it is there. */
export const undivided: readonly string[] = engineNames.filter((name) => !['llama.cpp', 'ollama'].includes(name));
