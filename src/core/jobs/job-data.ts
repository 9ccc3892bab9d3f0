import { z } from 'zod';
import { present } from '../linux/present.js';
import { jobStates, type JobHead, type JobReport } from './job-probe.js';

/** What an answer tells of a job. */
export const jobData = z.object({
  job: z.string(),
  state: z.enum(jobStates),
  exitCode: z.number().optional(),
  seconds: z.number().optional(),
  says: z.string(),
});
export type JobData = z.output<typeof jobData>;

const tiedWords =
  'This device ends whatever its user runs when he logs out (KillUserProcesses of logind): jobs last where root, or `loginctl enable-linger USER`, lets them.';
/** HUP, TERM and KILL, as a shell tells of them. */
const bySignal: readonly number[] = [129, 143, 137];

/** How it stands, in a sentence of ours. */
export function jobSentence({ state, exitCode, bootChanged, tied }: JobHead): string {
  const code = exitCode === undefined ? 'without an exit code' : `with exit code ${exitCode}`;
  switch (state) {
    case 'running':
      return tied ? `It is running. ${tiedWords}` : 'It is running.';
    case 'exited':
      return tied && exitCode !== undefined && bySignal.includes(exitCode)
        ? `It ended ${code}. ${tiedWords}`
        : `It ended ${code}.`;
    case 'stopped':
      return `It was stopped and ended ${code}.`;
    case 'timed_out':
      return `Its time was over: it was stopped and ended ${code}.`;
    case 'lost':
      return bootChanged
        ? 'The device restarted while it ran: how far it came is not known.'
        : 'It is gone without an exit code: it was killed, perhaps for want of memory (system_logs tells), and how far it came is not known.';
    case 'unknown':
      return 'Its id was claimed, and nothing tells that it was started: its start was cut short, or is under way.';
  }
}

/** A job without its output. */
export function jobDataOf(job: string, report: JobHead): JobData {
  const { state, exitCode, seconds } = report;
  return present({ job, state, exitCode, seconds, says: jobSentence(report) });
}

const losses = {
  too_much: 'Output past 64 MiB was dropped.',
  no_room: 'The disk was full: output was dropped.',
} as const;

/** Of what was kept of its output, what is missing; nothing where nothing is. */
export function lossOf({ loss }: JobReport): string | undefined {
  return loss && losses[loss];
}
