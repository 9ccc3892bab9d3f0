import { z } from 'zod';
import { imageQuestion } from '../src/core/docker/image-state.js';
import type { PullFacts } from '../src/core/docker/pull-plan.js';
import { cliOf } from '../src/core/docker/run-plan.js';
import { makingProbe } from '../src/core/probes/container-making.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { engineJob, type JobSteps } from './engine-job.js';
import { engineFacts } from './surroundings.js';
import { needsRoot } from './needs-root.js';
import { pullFacts } from './pull-facts.js';

/** What is kept of a pull that goes on. */
export const pullState = z.object({
  asRoot: z.boolean(),
  image: z.string(),
  layers: z.record(z.string(), z.number()),
  compressedBytes: z.number().optional(),
  parallel: z.number(),
  before: z.string().optional(),
});

/** The same for a pull that begins. */
export function pullStateOf(
  { image, offer, present }: PullFacts,
  parallel: number,
  asRoot: boolean,
): z.output<typeof pullState> {
  const { layers = {}, compressedBytes } = offer?.manifest ?? {};
  return { asRoot, image, layers, compressedBytes, parallel, before: present?.id };
}

/** Looks at all that a pull depends on, the registry included, and makes the job. */
export async function preparePull(
  { image, always }: { readonly image: string; readonly always: boolean },
  device: Device,
  call: Call,
): Promise<{ readonly facts: PullFacts; readonly steps: JobSteps; readonly asRoot: boolean }> {
  const { signal } = call;
  const engine = await engineFacts(device, call);
  const [making, present] = await Promise.all([
    device.ask(makingProbe(), signal),
    device.docker.ask(imageQuestion(image), signal),
  ]);
  const cli = cliOf(making);
  const { needsRoot: asRoot } = making;
  if (asRoot) await needsRoot(device, call);
  return {
    facts: await pullFacts(image, { making, engine, present, always }, device, call),
    steps: engineJob({ argv: [cli, 'pull', image], sudo: asRoot }, call),
    asRoot,
  };
}
