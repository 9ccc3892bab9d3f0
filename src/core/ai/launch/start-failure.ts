import { checkEnded } from '../../docker/run-end.js';
import { pullProgress, pullWords } from '../../docker/pull-lines.js';
import { Failure } from '../../errors.js';
import type { JobReport } from '../../jobs/job-probe.js';
import { endWords, logReasons, type ContainerEnd, type LogReason } from './log-reasons.js';

/** A failed start in our words: what was said of it first, and what besides. */
function failed(what: string, [reason, ...more]: readonly LogReason[], otherwise: string): Failure {
  const also = more.filter(({ harmless }) => !harmless).map(({ message }) => message);
  const told = reason === undefined || reason.harmless ? otherwise : reason.message;
  const besides = also.length === 0 ? [] : [`Besides: ${also.join(' ')}`];
  return new Failure('command_failed', [what, told, ...besides].join(' '), {
    hint: reason?.harmless === false ? reason.hint : 'ai_logs shows what it wrote; job_output what the engine printed.',
    retry: 'check_first',
  });
}

/** Ollama runs before its model comes. */
const withRest = (reason: LogReason): LogReason => ({
  ...reason,
  hint: `${reason.hint} ai_stop with remove takes away what was begun, where ai_list shows it.`,
});

/** Throws where the job did not come to a good end: by what the engines' tools say, else by its exit code. */
export function checkJob(job: JobReport, title: string): void {
  if (job.state === 'exited' && job.exitCode === 0) return;
  const reasons = logReasons(job.text.split('\n')).filter(({ harmless }) => !harmless);
  if (job.state === 'exited' && reasons.length > 0)
    throw failed(`${title} was not started.`, reasons.map(withRest), '');
  checkEnded(`${title} was not started.`, job);
}

/** Why an engine ended while it started, by its log and its end. */
export function endedAtStart(title: string, lines: readonly string[], end: ContainerEnd): Failure {
  return failed(`${title} ended while it started.`, logReasons(lines, end), endWords(end));
}

/** How far a launch is, by what its job printed. */
export function launchProgress({ text }: Pick<JobReport, 'text'>): string {
  const layers = pullWords(pullProgress(text));
  const model = /(\d{1,3})%[^%]*$/.exec(text)?.[1];
  if (model !== undefined) return `downloads the model, ${model} %`;
  return layers === undefined ? 'starts the container' : `pulls the image: ${layers}`;
}
