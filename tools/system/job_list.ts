import { z } from 'zod';
import { jobList, jobListData, type JobListData } from '../../src/core/jobs/job-list.js';
import { jobListProbe } from '../../src/core/jobs/job-probe.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { limitArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({ limit: limitArg(20, 100) });

/** Lists the jobs that a device keeps. */
export class JobList extends BaseReadTool<typeof input, typeof jobListData> {
  override readonly spec = {
    name: 'job_list',
    area: 'system',
    title: 'Jobs',
    description:
      'Jobs of each device, newest first: command, state, exit code, bytes of output. Ended ones are kept for a week, 100 at most.',
    effect: 'read',
    input,
    output: jobListData,
    spread: ['total', 'running'],
  } as const;

  override async read({ limit }: z.output<typeof input>, device: Device, { signal }: Call): Promise<JobListData> {
    return jobList(await device.ask(jobListProbe, signal), limit);
  }
}
