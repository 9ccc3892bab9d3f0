import { Failure } from '../src/core/errors.js';
import { jobProbe } from '../src/core/jobs/job-probe.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** Rejects where somebody else measures on this device. */
export async function lockHolds(device: Device, { changeId: id, signal }: Call): Promise<void> {
  const report = await device.ask(jobProbe({ id, asRoot: false, from: 0, maxBytes: 1 }), signal);
  if (report === undefined || report.state === 'running') return;
  if (report.exitCode !== 1)
    throw new Failure('unsupported', 'The device could not be locked for a measurement (flock of util-linux).', {
      hint: 'job_output with the id of this change tells why.',
      retry: 'check_first',
    });
  throw new Failure('command_failed', 'Something else is being measured on this device, and both would be wrong.', {
    hint: 'job_list shows the job that holds the lock (flock). Call again when it has ended.',
    retry: 'check_first',
  });
}
