import { Failure } from '../src/core/errors.js';
import { launchCommand, stopCommand } from '../src/core/jobs/job-commands.js';
import { parsePointer, type ModelSource } from '../src/core/ai/model-files/model-source.js';
import { checkPlace, placeProbe } from '../src/core/ai/model-files/place.js';
import { offerProbe, pullProgram, type Offer, type PullOrder } from '../src/core/ai/model-files/pull.js';
import { isThere, orderOf, pullFileSays, wantedFile } from '../src/core/ai/model-files/pull-plan.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import type { JobSteps } from './engine-job.js';
import { judgedPath } from './judged-path.js';
import type { FileState } from './pull-file-end.js';

type UrlSource = ModelSource & { readonly kind: 'url' };

/** What this machine can see of the file; nothing where it cannot. */
async function seenFromHere(
  { url, pointer }: UrlSource,
  { web, signal }: Call,
): Promise<ReturnType<typeof parsePointer> | Offer | undefined> {
  try {
    const { bytes, totalBytes } = await web.range(pointer ?? url, 0, pointer === undefined ? 1 : 1024, signal);
    return (pointer !== undefined && parsePointer(new TextDecoder().decode(bytes))) || { sizeBytes: totalBytes };
  } catch (error) {
    if (!(error instanceof Failure) || signal.aborted) throw error;
    return undefined;
  }
}

/** Looks at all that a download depends on, the site included, and makes the job; no steps where the file is there. */
export async function preparePullFile(
  source: UrlSource,
  args: {
    readonly folder?: string | undefined;
    readonly sha256?: string | undefined;
    readonly tokenFile?: string | undefined;
    readonly parallel: number;
  },
  device: Device,
  call: Call,
): Promise<{
  readonly says: string;
  readonly steps: JobSteps | readonly [];
  readonly path: string;
  readonly state: FileState;
  readonly basis: Record<string, string | number | null>;
}> {
  const place = await device.ask(placeProbe(args.folder, source.name), call.signal);
  await judgedPath(place.path, place.base, device, call.signal);
  const guess: PullOrder = orderOf(source, place, {}, args.tokenFile);
  const here = await seenFromHere(source, call);
  const offer = here ?? (await device.ask(offerProbe(guess), call.signal));
  const wanted = wantedFile(args.sha256, undefined, offer);
  const { path, folder } = place;
  const { sizeBytes, sha256 } = wanted;
  const state = { folder, name: source.name, ...(sizeBytes !== undefined && { sizeBytes }) };
  const basis = { sha256: sha256 ?? null, sizeBytes: sizeBytes ?? null };
  const there = isThere(place, wanted);
  if (there === 'yes') return { says: `It is there already: ${path}.`, steps: [], path, state, basis };
  if (there === 'no') checkPlace(place, sizeBytes);
  const order = orderOf(source, place, wanted, args.tokenFile);
  const { changeId: id } = call;
  const steps: JobSteps = [launchCommand({ id, argv: pullProgram(order) }), stopCommand(id, false, 'if cancelled')];
  return { says: pullFileSays(order, place, there, args.parallel), steps, path, state, basis };
}
