import { z } from 'zod';
import { Failure } from '../../src/core/errors.js';
import {
  outcomeWith,
  outputOf,
  jobOutputData,
  reportOf,
  type JobOutput as Output,
} from '../../src/core/jobs/job-output.js';
import { shownBytes } from '../../src/core/jobs/command-result.js';
import { noSuchJob } from '../../src/core/jobs/job-commands.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';
import { jobArg } from '../command-args.js';
import { findJob } from '../find-job.js';

const input = z.strictObject({
  job: jobArg,
  after: z.number().int().min(0).optional().describe('`after` of an earlier answer; else the end.'),
  maxBytes: z.number().int().min(16).max(65_536).default(shownBytes),
});

/** Tells how a job or an unfinished change stands, and reads its output. */
export class JobOutput extends BaseReadTool<typeof input, typeof jobOutputData> {
  override readonly spec = {
    name: 'job_output',
    area: 'system',
    title: 'Output of a job',
    description: 'State, exit code and output of a job, or how an unfinished change (a reboot, say) stands.',
    effect: 'read',
    input,
    output: jobOutputData,
    same: ['job', 'state', 'exitCode', 'says', 'output', 'after', 'outcome', 'missing'],
    spread: ['seconds'],
  } as const;

  override async read({ job, after, maxBytes }: z.output<typeof input>, device: Device, call: Call): Promise<Output> {
    const awaited = await call.awaited(job, device.name);
    const known = awaited && reportOf(job, awaited);
    // What is more than a job is told as what it is; the output of the job below it is for those who ask for that.
    if (known?.output === 'none' && after === undefined) return known.told;
    try {
      const found = await findJob({ id: job, from: after ?? 'end', maxBytes }, device, call);
      if (found && known?.output === 'below' && after === undefined) return outcomeWith(known.told, job, found.report);
      if (found) return outputOf(job, found.report);
    } catch (error) {
      if (!known || !(error instanceof Failure) || call.signal.aborted) throw error;
    }
    if (known) return known.told;
    throw noSuchJob();
  }
}
