import { z } from 'zod';
import { checkOllama, homeWords, ollamaHome, type OllamaHome } from '../src/core/ai/model-files/ollama.js';
import { lastPercent } from '../src/core/ai/model-files/progress.js';
import type { PulledModel } from '../src/core/ai/model-files/pull-plan.js';
import { endedJob } from '../src/core/docker/run-end.js';
import { cliOf } from '../src/core/docker/run-plan.js';
import { argv, defineProbe } from '../src/core/probe/probe.js';
import { makingProbe } from '../src/core/probes/container-making.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { engineJob, jobOfChange, type JobSteps } from './engine-job.js';
import { modelUsers } from './models-here.js';
import { needsRoot } from './needs-root.js';

/** What is kept of a model that Ollama loads. */
export const ollamaState = z.object({ ollama: z.string(), asRoot: z.boolean() });
export type OllamaState = z.output<typeof ollamaState>;

const hostProbe = defineProbe({
  name: 'ollama-on-host',
  reads: { version: argv(['ollama', '--version']) },
  parse: ({ version }) => version.status === 'ok',
});

/** The Ollama of a device. */
export async function ollamaOf(device: Device, { signal }: Pick<Call, 'signal'>): Promise<OllamaHome> {
  const users = (await modelUsers(device, signal)) ?? [];
  return ollamaHome(users, await device.ask(hostProbe, signal));
}

/** The words before those of Ollama's command line, and whether root has to say them. */
export async function ollamaWords(
  home: OllamaHome,
  device: Device,
  call: Call,
): Promise<{ readonly words: readonly [string, ...string[]]; readonly asRoot: boolean }> {
  if (home.kind === 'host') return { words: ['ollama'], asRoot: false };
  const making = await device.ask(makingProbe(), call.signal);
  if (making.needsRoot) await needsRoot(device, call);
  return { words: [cliOf(making), 'exec', home.name, 'ollama'], asRoot: making.needsRoot };
}

/** The job by which Ollama loads a model itself. */
export async function preparePullOllama(
  name: string,
  device: Device,
  call: Call,
): Promise<{ readonly says: string; readonly steps: JobSteps; readonly state: OllamaState }> {
  const home = await ollamaOf(device, call);
  const { words, asRoot } = await ollamaWords(home, device, call);
  return {
    says: `Has ${homeWords(home)} load ${name} as a job; it checks what it loads by itself. Layers that are there are kept.`,
    steps: engineJob({ argv: [...words, 'pull', name], sudo: asRoot }, call),
    state: { ollama: name, asRoot },
  };
}

/** How that stands; undefined while it goes on, `none` where it was not begun. */
export async function pullOllamaEnd(
  { ollama: name, asRoot }: OllamaState,
  device: Device,
  call: Call,
): Promise<PulledModel | 'none' | undefined> {
  const job = await jobOfChange(asRoot, device, call);
  if (job === undefined) return 'none';
  const ended = endedJob(job);
  if (ended === undefined) {
    const percent = lastPercent(job.text);
    call.progress(percent === undefined ? 'asks the library' : `${percent} % of the layer it loads`);
    return undefined;
  }
  checkOllama(ended);
  return { name, says: 'Ollama has it.' };
}
