import { z } from 'zod';
import { isoOfMs } from '../iso-time.js';
import { present } from '../linux/present.js';
import type { ReplyFailure } from '../reply/reply.js';
import { jobDataOf, lossOf } from './job-data.js';
import { jobStates, type JobReport } from './job-probe.js';

/** What job_output answers: of a job its output, of a change that was not finished its outcome. */
export const jobOutputData = z.object({
  job: z.string(),
  state: z.enum([...jobStates, 'waiting', 'done', 'failed']),
  exitCode: z.number().optional(),
  seconds: z.number().optional(),
  startedAt: z.string().optional(),
  says: z.string(),
  command: z.string().optional(),
  output: z.string().optional(),
  after: z.number().optional(),
  totalBytes: z.number().optional(),
  missing: z.string().optional(),
  outcome: z.record(z.string(), z.unknown()).optional(),
});
export type JobOutput = z.output<typeof jobOutputData>;

/** A job with a piece of its output. */
export function outputOf(job: string, report: JobReport): JobOutput {
  const { startedAt, command, text, nextOffset, totalBytes } = report;
  const output = { output: text, after: nextOffset, totalBytes, missing: lossOf(report) };
  return present({ ...jobDataOf(job, report), startedAt, command, ...output });
}

/** How the server says that a change stands. */
export interface Standing {
  readonly tool: string;
  readonly state: 'planned' | 'acting' | 'awaiting' | 'ended';
  readonly startedAtMs: number;
  readonly outcome?: { readonly data: unknown } | { readonly failure: Omit<ReplyFailure, 'devices'> } | undefined;
}

/** Tools whose unfinished changes are jobs on the device. */
const jobTools: readonly string[] = ['command_run', 'job_start'];

/** A change that the server watches: how it stands, and whether the device has a job with output of it. */
export function reportOf(
  job: string,
  { tool, state, startedAtMs, outcome }: Standing,
): { told: JobOutput; isJob: boolean } {
  const isJob = jobTools.includes(tool);
  const startedAt = isoOfMs(startedAtMs);
  if (outcome === undefined || state !== 'ended') {
    const says = `${tool} is not finished: the device is being watched. Ask again in a while.`;
    return { isJob, told: present({ job, state: 'waiting' as const, startedAt, says }) };
  }
  if ('failure' in outcome) {
    const { message, hint } = outcome.failure;
    const says = `${tool} failed. ${message}${hint === undefined ? '' : ` ${hint}`}`;
    return { isJob, told: present({ job, state: 'failed' as const, startedAt, says }) };
  }
  return {
    isJob,
    told: present({
      job,
      state: 'done' as const,
      startedAt,
      says: `${tool} is done.`,
      outcome: { ...(outcome.data as object) },
    }),
  };
}
