import { Failure } from '../errors.js';
import type { JobReport } from '../jobs/job-probe.js';
import { jobSentence } from '../jobs/job-data.js';
import { cliFailure } from './cli-failure.js';

/** A job of the engine's command line that is through; undefined while it runs, or where nothing is known of it yet. */
export function endedJob(job: JobReport | undefined): JobReport | undefined {
  return job === undefined || job.state === 'running' || job.state === 'unknown' ? undefined : job;
}

/** Throws where the job did not come to a good end, with what its output says in our words. */
export function checkEnded(what: string, { state, exitCode, text, ...job }: JobReport): void {
  if (state === 'exited' && exitCode === 0) return;
  if (state === 'exited') throw cliFailure(what, text, exitCode);
  throw new Failure('command_failed', `${what} ${jobSentence({ state, exitCode, ...job })}`, {
    hint: 'What the engine had begun may be there in part: container_list and image_list show it.',
    retry: 'check_first',
  });
}
