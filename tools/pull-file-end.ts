import { z } from 'zod';
import { endedJob } from '../src/core/docker/run-end.js';
import { Failure } from '../src/core/errors.js';
import { placeProbe } from '../src/core/ai/model-files/place.js';
import { progressWords } from '../src/core/ai/model-files/progress.js';
import { isHashing, pulledHash } from '../src/core/ai/model-files/pull.js';
import { pulledFile, type PulledModel } from '../src/core/ai/model-files/pull-plan.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { jobOfChange } from './engine-job.js';

/** What is kept of a file that is being loaded. */
export const fileState = z.object({ folder: z.string(), name: z.string(), sizeBytes: z.number().optional() });
export type FileState = z.output<typeof fileState>;

/** How a download stands; undefined while it goes on, `none` where it was not begun. */
export async function pullFileEnd(
  { folder, name, sizeBytes }: FileState,
  device: Device,
  call: Call,
): Promise<PulledModel | 'none' | undefined> {
  const job = await jobOfChange(false, device, call);
  if (job === undefined) return 'none';
  const place = await device.ask(placeProbe(folder, name), call.signal);
  const ended = endedJob(job);
  if (ended === undefined) {
    call.progress(isHashing(job.text) ? 'checks its SHA-256' : progressWords('loaded', place.partBytes, sizeBytes));
    return undefined;
  }
  const sha256 = pulledHash(ended);
  const pulled = pulledFile(
    place,
    name,
    place.sidecar?.verified === true
      ? 'It is there, with the SHA-256 it has to have.'
      : 'It is there; its SHA-256 was not known before.',
  );
  if (pulled.sha256 === sha256) return pulled;
  throw new Failure('command_failed', 'The file was loaded, and is gone or changed since.', {
    hint: 'model_list shows what is there.',
    retry: 'check_first',
  });
}
