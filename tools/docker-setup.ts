import { aptGoal, aptPatienceMs } from '../src/core/apt/job.js';
import type { AptRisk } from '../src/core/apt/request.js';
import { allowedFor, daemonPlan, dockerGoal, missingPackages } from '../src/core/docker/setup-data.js';
import type { DockerGoal } from '../src/core/docker/setup-data.js';
import { dockerHostProbe } from '../src/core/docker/setup-probe.js';
import { setupSentence } from '../src/core/docker/setup-words.js';
import type { FileWrite } from '../src/core/step.js';
import type { Command } from '../src/core/command.js';
import { daemonSteps, joinSteps } from '../src/core/docker/setup-steps.js';
import { infoOf, runningNames } from './docker-daemon.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { guardedApt, type GuardedApt } from './apt-change.js';
import { needsRoot } from './needs-root.js';

/** What is kept while packages are installed. */
export const setupState = dockerGoal.extend({ apt: aptGoal });

export interface SetupPlan extends Prepared {
  /** The step that is a job of apt. */
  readonly aptStep?: Command | undefined;
  readonly steps: readonly (Command | FileWrite)[];
}

/** What is missing for containers with the GPU, as steps: packages, settings, the daemon, the group. */
export async function setupPlan(
  goal: DockerGoal,
  { replaceDocker, allow: allowed }: { readonly replaceDocker: boolean; readonly allow: readonly AptRisk[] },
  device: Device,
  call: Call,
): Promise<SetupPlan> {
  await needsRoot(device, call);
  const host = await device.ask(dockerHostProbe, call.signal);
  const info = host.version === undefined ? undefined : await infoOf(device, call.signal);
  const { packages, holdAfter } = missingPackages(host, goal, replaceDocker);
  const apt: GuardedApt | undefined =
    packages.length === 0
      ? undefined
      : await guardedApt(
          { action: 'install', packages, allow: allowedFor(allowed, replaceDocker), holdAfter },
          device,
          call,
        );
  const plan = daemonPlan(host, goal, info);
  const running = info === undefined || plan.act !== 'restart' ? [] : await runningNames(device, call.signal);
  const joins = joinSteps(host, goal);
  const step = apt?.step;
  const steps = [...(step === undefined ? [] : [step]), ...(await daemonSteps(host, plan)), ...joins];
  return {
    says: setupSentence(plan, goal, { apt: apt?.says, info, running, joins: joins.length > 0 }),
    steps,
    aptStep: step,
    basis: {
      docker: host.version ?? null,
      settings: host.settingsHash,
      apt: apt?.transaction ?? null,
      answers: info !== undefined,
    },
    ...(plan.settings !== undefined && { preview: plan.settings }),
    ...(joins.length > 0 && { person: true }),
    ...(step !== undefined &&
      apt !== undefined && {
        awaits: {
          state: { ...goal, apt: apt.goal },
          says: 'installs packages for Docker',
          outlives: true,
          patienceMs: aptPatienceMs,
          overdue: {
            message: 'The packages were not installed in time.',
            hint: 'job_output with the same id tells how apt stands.',
          },
        },
      }),
  };
}
