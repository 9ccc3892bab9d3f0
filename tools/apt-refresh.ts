import { z } from 'zod';
import { aptPatienceMs, aptRefreshStep } from '../src/core/apt/job.js';
import type { Command } from '../src/core/command.js';
import { aptFailure } from '../src/core/apt/troubles.js';
import { jobProbe } from '../src/core/jobs/job-probe.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../src/ports/tool.js';
import { needsRoot } from './needs-root.js';

/** The argument of tools that install packages. */
export const refreshArg = z.boolean().default(false).describe('Only fetch the package lists anew (apt-get update).');

/** What is kept while apt fetches lists. */
export const refreshState = z.object({ refresh: z.literal(true) });

/** Plans it: a change of packages is planned from lists that are there, so that what was approved is what is done. */
export async function refreshPlan(
  device: Device,
  call: Call,
): Promise<Prepared & { readonly steps: readonly Command[]; readonly awaits: Awaits }> {
  await needsRoot(device, call);
  return {
    says: 'Fetches the package lists anew. Installs nothing.',
    steps: [aptRefreshStep(call.changeId)],
    awaits: {
      state: { refresh: true },
      says: 'fetches package lists',
      patienceMs: aptPatienceMs,
      overdue: {
        message: 'The package lists were not fetched in time.',
        hint: 'job_output with the same id tells how it stands.',
      },
    },
  };
}

/** What came of it; undefined while it runs. Throws with the reason where the lists are not whole. */
export async function refreshed(device: Device, { changeId: id, signal }: Call): Promise<{ says: string } | undefined> {
  const report = await device.ask(jobProbe({ id, asRoot: true, from: 'end', maxBytes: 16_384 }), signal);
  if (report === undefined || report.state === 'running' || report.state === 'unknown') return undefined;
  // Sources that cannot be reached are a warning to apt-get, which goes on with the old lists.
  if (report.exitCode !== 0 || /^W: (?:Failed to fetch|Some index files failed)/m.test(report.text))
    throw aptFailure(report.text, report.exitCode ?? 1);
  return { says: 'The package lists are up to date. Call again without refresh.' };
}
