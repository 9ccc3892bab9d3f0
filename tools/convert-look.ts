import { z } from 'zod';
import {
  convertedHash,
  convertProgress,
  parseTrtexec,
  type Converted,
} from '../src/core/ai/model-files/convert-end.js';
import { knownHash, placeProbe } from '../src/core/ai/model-files/place.js';
import { endedJob } from '../src/core/docker/run-end.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call } from '../src/ports/tool.js';
import { jobOfChange } from './engine-job.js';

const state = z.object({ asRoot: z.boolean(), folder: z.string(), name: z.string() });

/** How it stands; undefined while it goes on. */
export async function convertLook(awaits: Awaits, device: Device, call: Call): Promise<Converted | undefined> {
  const { asRoot, folder, name } = state.parse(awaits.state);
  const job = await jobOfChange(asRoot, device, call, 60_000);
  const ended = job && endedJob(job);
  if (ended === undefined) {
    const words = convertProgress(job?.text ?? '');
    if (words !== undefined) call.progress(words);
    return undefined;
  }
  const sha256 = convertedHash(ended);
  const place = await device.ask(placeProbe(folder, name), call.signal);
  if (typeof place.file !== 'object' || knownHash(place) !== sha256)
    throw new Failure('command_failed', 'The file was made, and is gone or changed since.', {
      hint: 'model_list shows what is there.',
      retry: 'check_first',
    });
  const { throughput, latencyMs } = parseTrtexec(ended.text);
  const { builtFor } = place.sidecar ?? {};
  return {
    path: place.path,
    sizeBytes: place.file.sizeBytes,
    sha256,
    ...(builtFor && { builtFor }),
    ...(throughput !== undefined && { throughput }),
    ...(latencyMs !== undefined && { latencyMs }),
    says: 'It was made.',
  };
}
