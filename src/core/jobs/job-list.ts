import { z } from 'zod';
import { present } from '../linux/present.js';
import { dataChars, firstThatFit, leftOut } from '../probes/fitting.js';
import { notReadData, whyNot, type NotRead } from '../probes/not-read.js';
import { jobStates, type JobList } from './job-probe.js';

/** What job_list answers. */
export const jobListData = z.object({
  total: z.number(),
  running: z.number(),
  jobs: z.array(
    z.object({
      job: z.string(),
      state: z.enum(jobStates),
      exitCode: z.number().optional(),
      asRoot: z.boolean().optional(),
      command: z.string().describe('Cut to 200 characters.'),
      startedAt: z.string().optional().describe("On the device's clock."),
      seconds: z.number().optional(),
      outputBytes: z.number(),
    }),
  ),
  notRead: notReadData.optional(),
});
export type JobListData = z.output<typeof jobListData>;

/** The newest jobs that fit into an answer. */
export function jobList({ jobs, rootHidden }: JobList, limit: number): JobListData {
  const rows = jobs.slice(0, limit).map(({ id, asRoot, totalBytes, state, exitCode, command, startedAt, seconds }) =>
    present({
      job: id,
      state,
      exitCode,
      asRoot: asRoot || undefined,
      command,
      startedAt,
      seconds,
      outputBytes: totalBytes,
    }),
  );
  const shown = firstThatFit(rows, dataChars);
  const notRead: NotRead = [
    ...(rootHidden ? [{ what: "root's jobs", why: whyNot('denied') }] : []),
    ...leftOut('jobs', rows.length, shown.length, 'ask with a smaller limit'),
  ];
  const running = jobs.filter(({ state }) => state === 'running').length;
  return { total: jobs.length, running, jobs: shown, ...(notRead.length > 0 && { notRead }) };
}
