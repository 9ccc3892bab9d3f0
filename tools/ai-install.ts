import { aptPatienceMs } from '../src/core/apt/job.js';
import type { AptRisk } from '../src/core/apt/request.js';
import { aptJobOf, installPlan, type InstallState, type InstallWish } from '../src/core/ai/install/plan.js';
import { pipSeconds } from '../src/core/ai/install/pip-job.js';
import { environmentProbe, installProbe } from '../src/core/ai/install/probe.js';
import type { Command } from '../src/core/command.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../src/ports/tool.js';
import { guardedApt, type GuardedApt } from './apt-change.js';
import { needsRoot } from './needs-root.js';

export interface AiInstallPlan extends Prepared {
  readonly steps: readonly Command[];
  readonly state?: InstallState;
}

async function checkEnvironment(path: string | undefined, device: Device, signal: AbortSignal): Promise<void> {
  if (path === undefined || (await device.ask(environmentProbe(path), signal)) !== 'other') return;
  throw new Failure('invalid_input', 'environment is a folder that holds something else than a Python environment.', {
    hint: 'Give a folder that does not exist yet, or an environment made by python3 -m venv.',
    retry: 'yes',
  });
}

/** The steps for one wish: a job of apt where packages are missing, and a job of pip. */
export async function aiInstallPlan(
  wish: InstallWish,
  allow: readonly AptRisk[],
  device: Device,
  call: Call,
): Promise<AiInstallPlan> {
  const host = await device.ask(installProbe, call.signal);
  const { packages, step, environment, says } = installPlan(call.changeId, wish, host);
  await checkEnvironment(environment, device, call.signal);
  let apt: GuardedApt | undefined;
  const aptJob = step === undefined ? call.changeId : aptJobOf(call.changeId);
  if (packages.length > 0) {
    await needsRoot(device, call);
    apt = await guardedApt({ action: 'install', packages, allow }, device, { ...call, changeId: aptJob });
  }
  const steps = [...(apt?.step === undefined ? [] : [apt.step]), ...(step === undefined ? [] : [step])];
  const awaited = apt?.step === undefined ? {} : { apt: apt.goal, aptJob };
  const { what, port } = wish;
  const { home, user } = host;
  const state: InstallState = { what, port, environment, home, user, ...awaited };
  const awaits: Awaits = {
    state: JSON.parse(JSON.stringify(state)) as InstallState,
    says: `installs ${what}`,
    outlives: apt?.step !== undefined && step !== undefined,
    patienceMs: (step === undefined ? 0 : pipSeconds * 1000) + aptPatienceMs,
    overdue: {
      message: 'The installation did not end in time.',
      hint: 'job_output with the same id tells how it stands.',
    },
  };
  return {
    says: [apt?.says, says].filter((each) => each !== undefined && each !== '').join(' '),
    steps,
    basis: { apt: apt?.transaction ?? null, environment: environment ?? null },
    ...(steps.length > 0 && { awaits, state }),
  };
}
