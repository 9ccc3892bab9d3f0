import { z } from 'zod';
import { modelSource } from '../src/core/ai/model-files/model-source.js';
import { placeProbe } from '../src/core/ai/model-files/place.js';
import { pulledFile, type PulledModel } from '../src/core/ai/model-files/pull-plan.js';
import { Failure } from '../src/core/errors.js';
import { launched } from '../src/core/jobs/job-commands.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call } from '../src/ports/tool.js';
import { fileState, pullFileEnd } from './pull-file-end.js';
import { ollamaState, pullOllamaEnd } from './pull-ollama.js';
import type { PullTurns } from './pull-turns.js';

/** How many devices of a site load at a time. */
export const parallelArg = z
  .number()
  .int()
  .min(1)
  .max(100)
  .default(2)
  .describe('Devices of a site (label `site`) that load at a time.');

/** Of a download whose end nobody saw. */
export const pullOverdue = {
  message: 'The model was not seen to be loaded within two days.',
  hint: 'job_output with the id of this change has what was printed.',
};

const state = z.intersection(z.union([fileState, ollamaState]), z.object({ parallel: z.number() }));

/** How a download stands. Begins it where its turn has come: by an approved step, which starts nothing where it ran before. */
export async function lookAtModel(
  awaits: Awaits,
  turns: PullTurns,
  device: Device,
  call: Call,
): Promise<PulledModel | undefined> {
  const kept = state.parse(awaits.state);
  const isOn = turns.isOn(device, call, kept.parallel);
  const leaving = async (): Promise<PulledModel | 'none' | undefined> => {
    try {
      return 'ollama' in kept ? await pullOllamaEnd(kept, device, call) : await pullFileEnd(kept, device, call);
    } catch (error) {
      turns.leave(device, call);
      throw error;
    }
  };
  const end = await leaving();
  if (end !== undefined && end !== 'none') {
    turns.leave(device, call);
    return end;
  }
  if (end === undefined) return undefined;
  const [launch] = awaits.afterwards ?? [];
  if (isOn && launch !== undefined && 'argv' in launch) launched(await device.run(launch, call.signal));
  else call.progress('waits: other devices of its site are loading');
  return undefined;
}

/** The answer on a file that was there before. */
export async function modelThere(
  {
    from,
    name,
    folder,
  }: { readonly from: string; readonly name?: string | undefined; readonly folder?: string | undefined },
  device: Device,
  { signal }: Call,
): Promise<PulledModel> {
  const source = modelSource(from, name);
  const place = await device.ask(placeProbe(folder, source.name), signal);
  if (typeof place.file === 'object') return pulledFile(place, source.name, 'It was there already.');
  throw new Failure('command_failed', 'The file was there and is gone.', { retry: 'yes' });
}
