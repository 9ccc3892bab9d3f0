import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { Failure } from '../../src/core/errors.js';
import { noSuchJob, stopCommand, stopped } from '../../src/core/jobs/job-commands.js';
import { jobData, jobDataOf, jobSentence, type JobData } from '../../src/core/jobs/job-data.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { jobArg } from '../command-args.js';
import { findJob, type FoundJob } from '../find-job.js';

const input = z.strictObject({ job: jobArg });
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly Command[]; readonly data: JobData };

/** Ends a job with all it started. */
export class JobStop extends BaseChangeTool<typeof input, typeof jobData, Plan> {
  override readonly spec = {
    name: 'job_stop',
    area: 'system',
    title: 'Stop a job',
    description:
      'End a job and every process it started: politely, after 5 s by force. What it did until then stays done, and its output can still be read.',
    effect: 'disrupt',
    idempotent: true,
    input,
    output: jobData,
    same: ['job', 'state', 'exitCode', 'says'],
  } as const;

  override async prepare({ job }: Args, device: Device, call: Call): Promise<Plan> {
    const { report, asRoot } = await this.#look(job, device, call);
    const data = jobDataOf(job, report);
    const basis = { state: report.state };
    // One whose wrapper was killed may have left processes behind, and a start may be under way.
    const mayRun = report.state === 'running' || (['lost', 'unknown'].includes(report.state) && !report.bootChanged);
    if (!mayRun) return { says: `There is nothing to stop. ${jobSentence(report)}`, steps: [], basis, data };
    const says = `Stops job ${job}${asRoot ? ', which runs as root' : ''}, with every process it started.`;
    return { says, steps: [stopCommand(job, asRoot)], basis, data };
  }

  override async perform({ job }: Args, { steps, data }: Plan, device: Device, call: Call): Promise<JobData> {
    if (steps.length === 0) return data;
    for (const step of steps) stopped(await device.run(step, call.signal));
    const { report } = await this.#look(job, device, call);
    if (report.state !== 'running') return jobDataOf(job, report);
    throw new Failure('command_failed', 'The job is still running after it was stopped.', { retry: 'check_first' });
  }

  async #look(job: string, device: Device, call: Call): Promise<FoundJob> {
    const found = await findJob({ id: job, from: 'end', maxBytes: 1 }, device, call);
    if (found) return found;
    throw noSuchJob();
  }
}
