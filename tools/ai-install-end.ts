import { installState, type InstallState } from '../src/core/ai/install/plan.js';
import { pipFailure, pipProgress } from '../src/core/ai/install/pip-job.js';
import { installProbe } from '../src/core/ai/install/probe.js';
import { servedJupyter } from '../src/core/ai/install/jupyter.js';
import { insideProbe, installedWheel, type InstallData } from '../src/core/ai/install/result.js';
import { wheelNames } from '../src/core/ai/install/wheels.js';
import { Failure } from '../src/core/errors.js';
import { jobProbe, type JobReport } from '../src/core/jobs/job-probe.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { aptEnded } from './apt-change.js';

async function pipEnd(
  state: InstallState,
  report: JobReport,
  device: Device,
  call: Call,
): Promise<InstallData | undefined> {
  const { what, environment = '/' } = state;
  if (report.state === 'running') {
    const says = pipProgress(report.text);
    if (says !== undefined) call.progress(says);
    if (what !== 'jupyter') return undefined;
    const { listeners } = await device.ask(installProbe, call.signal);
    return servedJupyter(call.changeId, state, listeners);
  }
  if (report.state === 'unknown') return undefined;
  const wheel = wheelNames.find((name) => name === what);
  if (report.exitCode !== 0 || wheel === undefined) throw pipFailure(report.text, report.exitCode);
  return installedWheel(wheel, environment, await device.ask(insideProbe(environment), call.signal));
}

/** How an installation stands; undefined while it goes on. Throws with the reason where it failed. */
export async function installEnd(given: unknown, device: Device, call: Call): Promise<InstallData | undefined> {
  const state = installState.parse(given);
  const { apt, aptJob = call.changeId, what } = state;
  if (apt !== undefined && !(await aptEnded(apt, device, { ...call, changeId: aptJob }))) return undefined;
  if (apt !== undefined && aptJob === call.changeId) {
    const [version] = Object.values(apt.installed);
    return { ...(version !== undefined && { version }), says: `${what} is installed.` };
  }
  const report = await device.ask(
    jobProbe({ id: call.changeId, asRoot: false, from: 'end', maxBytes: 8192 }),
    call.signal,
  );
  if (report === undefined && apt !== undefined)
    throw new Failure(
      'command_failed',
      'The packages are installed, and the rest was not begun: the work was cut off there.',
      {
        hint: 'Call ai_install again: it goes on from here.',
        retry: 'yes',
      },
    );
  return report && pipEnd(state, report, device, call);
}
