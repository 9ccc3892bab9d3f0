import { jobProbe, type JobQuestion, type JobReport } from '../src/core/jobs/job-probe.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

export interface FoundJob {
  readonly report: JobReport;
  /** It is root's: only root may look at it and stop it. */
  readonly asRoot: boolean;
}

/** A job of the login user, else one of root's; undefined where the device has none of that id. Throws where only root could tell. */
export async function findJob(
  question: Omit<JobQuestion, 'asRoot'>,
  device: Device,
  { signal }: Call,
): Promise<FoundJob | undefined> {
  const own = await device.ask(jobProbe({ ...question, asRoot: false }), signal);
  if (own) return { report: own, asRoot: false };
  const kind = await device.sudoKind(signal);
  if (kind === 'root') return undefined;
  const report = await device.ask(jobProbe({ ...question, asRoot: true }), signal);
  return report && { report, asRoot: true };
}
