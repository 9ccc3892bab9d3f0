import { Failure } from '../src/core/errors.js';
import { jobProbe, type JobQuestion, type JobReport } from '../src/core/jobs/job-probe.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call, Look } from '../src/ports/tool.js';

/** A launch that was sent arrives and takes this long at most, on a slow board under load. */
const graceMs = 30_000;
/** Jobs are removed after a week, or once a hundred newer ones are there: for so long at least an absent one never was. */
const surelyKeptMs = 10 * 60_000;

/** As `settle` gets it, for a look while the call that began is still under way. */
export const justBegun = (call: Call): Look => ({ ...call, beganAgoMs: 0, reachedForMs: 0 });

/**
 * A job that was to be started, as `settle` sees it: undefined where it is not there yet, or could not be seen. Throws where it is
 * known that no start is under way any more and none was seen.
 */
export async function settlingJob(
  question: JobQuestion,
  { patienceMs }: Awaits,
  device: Device,
  { signal, beganAgoMs, reachedForMs }: Look,
): Promise<JobReport | undefined> {
  const report = await seen(question, device, signal);
  if (report === 'hidden') return undefined;
  if (report !== undefined && report.state !== 'unknown') return report;
  if (reachedForMs < graceMs && beganAgoMs < patienceMs) return undefined;
  if (report === undefined) throw beganAgoMs < surelyKeptMs ? neverStarted() : goneSince();
  throw new Failure('command_failed', 'The device claimed the id, and gave no sign that the command was started.', {
    hint: 'job_output with the same id tells how it stands.',
    retry: 'check_first',
  });
}

/** `hidden`: nothing is known, also not that there is none. */
async function seen(
  question: JobQuestion,
  device: Device,
  signal: AbortSignal,
): Promise<JobReport | 'hidden' | undefined> {
  try {
    return await device.ask(jobProbe(question), signal);
  } catch (error) {
    if (error instanceof Failure && ['not_allowed', 'unparseable'].includes(error.kind)) return 'hidden';
    throw error;
  }
}

const neverStarted = (): Failure =>
  new Failure('command_failed', 'The device has no job of this id: the command was not started.', {
    hint: 'Nothing ran. Call again where it is still wanted.',
    retry: 'yes',
  });

const goneSince = (): Failure =>
  new Failure('command_failed', 'The device has no job of this id any more: whether the command ran is not known.', {
    hint: 'Ended jobs are removed after a week, or where a hundred newer ones are kept.',
    retry: 'check_first',
  });
