import { z } from 'zod';
import type { DeviceEntry } from './device.js';

/** What a device reported of itself, as it is kept beyond this process. */
export const keptFacts = z.object({
  device: z.string(),
  /** Where it was reached, as `addressOf` writes it: a name may be another board's in another fleet file. */
  address: z.string(),
  facts: z.object({
    module: z.string().optional(),
    soc: z.string().optional(),
    l4t: z.string().optional(),
    jetpack: z.string().optional(),
    serial: z.string().optional(),
    hostname: z.string().optional(),
  }),
  /** Milliseconds since 1970 on this machine's clock. */
  atMs: z.number(),
});
export type KeptFacts = z.output<typeof keptFacts>;

/** Where a device is reached. What was learnt of it is of another device once that changes. */
export function addressOf({ host, settings, defaults }: DeviceEntry): string {
  return JSON.stringify([host, settings.port ?? defaults.port, settings.jump ?? defaults.jump]);
}
