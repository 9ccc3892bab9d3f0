import { Failure } from '../errors.js';
import { jobSentence } from '../jobs/job-data.js';
import type { JobReport } from '../jobs/job-probe.js';
import type { AptOutcome } from './job.js';
import { packageName } from './request.js';
import { aptFailure } from './troubles.js';

/** How far apt is, read from the end of what it printed. */
export function aptProgress(text: string): string | undefined {
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  if (last.startsWith('jetfleet: waits')) return 'another program holds the lock of apt: waiting';
  const [, doing, name = ''] = /^(Unpacking|Setting up|Removing|Preparing to unpack) (\S+)/.exec(last) ?? [];
  if (doing !== undefined && packageName.test(name)) return `${doing.toLowerCase()} ${name}`;
  return /^Get:\d{1,6} /.test(last) ? 'downloading packages' : undefined;
}

const listed = (names: readonly string[]): string => names.slice(0, 8).join(', ');

/** True where dpkg has the packages as planned; throws with the reason where it has not. */
export function aptDone(report: JobReport, { missing, halfDone, stillThere, stillHeld }: AptOutcome): true {
  const wrong = [
    ...(missing.length === 0 ? [] : [`not installed as planned: ${listed(missing)}`]),
    ...(halfDone.length === 0 ? [] : [`not set up to the end: ${listed(halfDone)}`]),
    ...(stillThere.length === 0 ? [] : [`still there: ${listed(stillThere)}`]),
    ...(stillHeld.length === 0 ? [] : [`still held: ${listed(stillHeld)}`]),
  ];
  if (report.exitCode === 0 && wrong.length === 0) return true;
  const why = report.state === 'exited' && report.exitCode !== 0 ? aptFailure(report.text, report.exitCode) : undefined;
  // Apt may end well in spite of an unfinished package, and badly with all of them there: what dpkg says counts, the reason is apt's.
  const now = wrong.length === 0 ? 'All packages are as planned nevertheless.' : `Packages ${wrong.join('; ')}.`;
  throw new Failure('command_failed', `${why?.message ?? jobSentence(report)} ${now}`, {
    hint: why?.hint ?? 'job_output with the id of this change and after: 0 shows what apt printed.',
    retry: why?.retry ?? 'check_first',
  });
}
