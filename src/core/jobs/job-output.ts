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
  /** What the server said last of work that it does itself. */
  readonly progress?: string | undefined;
  readonly outcome?: { readonly data: unknown } | { readonly failure: Omit<ReplyFailure, 'devices'> } | undefined;
}

/** Tools whose unfinished changes are jobs on the device. */
const jobTools: readonly string[] = [
  ...['command_run', 'job_start', 'image_pull', 'container_run', 'compose_up', 'compose_down', 'gpu_test'],
  ...['ai_launch', 'ai_scale', 'ai_install', 'model_pull', 'model_convert'],
];
/** Those that are their job and nothing more: what it printed is all that there is to say. */
const plainJobTools: readonly string[] = ['command_run', 'job_start'];

/** An ended change together with what its job printed. */
export function outcomeWith(told: JobOutput, job: string, report: JobReport): JobOutput {
  const {
    startedAt: _begun,
    command: _command,
    job: _job,
    state: _state,
    says: _says,
    ...rest
  } = outputOf(job, report);
  return { ...told, ...rest };
}

/**
 * A change that the server watches: how it stands, and what to show of a job on the device: `all` where it is nothing else, `below` the
 * outcome where it has ended and was done by one.
 */
export function reportOf(
  job: string,
  { tool, state, startedAtMs, outcome, progress }: Standing,
): { told: JobOutput; output: 'all' | 'below' | 'none' } {
  const hasJob = jobTools.includes(tool);
  const ended = outcome !== undefined && state === 'ended';
  const output = plainJobTools.includes(tool) ? 'all' : hasJob && ended ? 'below' : 'none';
  const startedAt = isoOfMs(startedAtMs);
  if (outcome === undefined || state !== 'ended') {
    const says = `${tool} is not finished: ${progress ?? 'the device is being watched'}. Ask again in a while.`;
    return { output, told: present({ job, state: 'waiting' as const, startedAt, says }) };
  }
  if ('failure' in outcome) {
    const { message, hint } = outcome.failure;
    const says = `${tool} failed. ${message}${hint === undefined ? '' : ` ${hint}`}`;
    return { output, told: present({ job, state: 'failed' as const, startedAt, says }) };
  }
  return {
    output,
    told: present({
      job,
      state: 'done' as const,
      startedAt,
      says: `${tool} is done.`,
      outcome: { ...(outcome.data as object) },
    }),
  };
}
