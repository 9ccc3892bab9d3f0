import { z } from 'zod';
import { engineName } from '../engines.js';

const moreDevices = z.number().optional().describe('Devices of this row that are not named.');

const imageRow = z.object({
  image: z.string(),
  digest: z.string().optional(),
  local: z.boolean().optional().describe('On the device already.'),
  downloadMb: z.number().optional(),
  why: z.array(z.string()),
  cautions: z.array(z.string()).optional(),
  others: z.array(z.string()).optional().describe('Fit too.'),
});
export type ImageRow = z.output<typeof imageRow>;

/** Images of the engines for devices that are alike. */
export const imagesRow = z.object({
  devices: z.array(z.string()),
  moreDevices,
  l4t: z.string().optional(),
  cuda: z.string().optional(),
  sm: z.string().optional(),
  engines: z.record(
    z.string(),
    z.union([imageRow, z.object({ none: z.string(), hint: z.string(), notKnown: z.array(z.string()).optional() })]),
  ),
});
export type ImagesRow = z.output<typeof imagesRow>;

/** How the model runs on devices that are alike; the numbers are of the one with the least to spare. */
export const runRow = z.object({
  devices: z.array(z.string()),
  moreDevices,
  verdict: z.enum(['fits_now', 'fits_after_stopping', 'not_known']),
  says: z.string(),
  engine: engineName,
  quantisation: z.string(),
  image: imageRow,
  needMb: z.number().describe('MiB: weights, KV cache, engine, headroom.'),
  availableMb: z.number().optional(),
  sum: z.array(z.object({ what: z.string(), mb: z.number(), from: z.string() })),
  stop: z.array(z.object({ kind: z.string(), name: z.string(), mb: z.number() })).optional(),
  expect: z
    .object({ tokensPerSecond: z.number(), from: z.string() })
    .optional()
    .describe('Decode rate to expect, one request; not measured here.'),
  cautions: z.array(z.string()).optional(),
  settings: z.record(z.string(), z.union([z.number(), z.boolean()])).optional(),
});
export type RunRow = z.output<typeof runRow>;

/** Devices on which it does not run, and why. */
export const refusalRow = z.object({
  devices: z.array(z.string()),
  moreDevices,
  says: z.string(),
  hint: z.string().optional(),
  reasons: z
    .array(z.object({ engine: z.string(), quantisation: z.string(), why: z.string() }))
    .optional()
    .describe('Of each engine and stored form.'),
});
export type RefusalRow = z.output<typeof refusalRow>;

export const matchData = z.object({
  runs: z.array(runRow).optional().describe('The best device first.'),
  no: z.array(refusalRow).optional(),
  images: z.array(imagesRow).optional().describe('Without a model: the best image of each engine.'),
  notes: z.array(z.string()).optional(),
  more: z.number().optional().describe('Rows left out; select fewer devices.'),
});
export type MatchData = z.output<typeof matchData>;
