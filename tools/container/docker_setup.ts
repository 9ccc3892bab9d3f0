import { z } from 'zod';
import { allowArg } from '../../src/core/apt/request.js';
import { dockerGoal, dockerSetupData, type DockerSetupData } from '../../src/core/docker/setup-data.js';
import { launched } from '../../src/core/jobs/job-commands.js';
import { isFileWrite } from '../../src/core/step.js';
import { runSteps } from '../run-steps.js';
import { until } from '../until.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call } from '../../src/ports/tool.js';
import { aptEnded } from '../apt-change.js';
import { refreshArg, refreshed, refreshPlan, refreshState } from '../apt-refresh.js';
import { BaseChangeTool } from '../base-tool.js';
import { setupEnd } from '../docker-daemon.js';
import { setupPlan, setupState, type SetupPlan } from '../docker-setup.js';

const input = z.strictObject({
  nvidiaRuntime: z.boolean().default(true).describe('Containers can have the GPU.'),
  defaultRuntime: z.enum(['nvidia', 'runc']).optional().describe('As it is if absent.'),
  logMaxMb: z.int().min(1).max(10_000).optional().describe('Size limit of a log file; three are kept.'),
  addUserToGroup: z.boolean().default(false).describe('Login user into group docker: as good as root.'),
  replaceDocker: z
    .boolean()
    .default(false)
    .describe('One that is too old, or known not to work on this kernel; stops containers.'),
  refresh: refreshArg,
  allow: allowArg,
});
type Args = z.output<typeof input>;

/** Makes containers with the GPU work: packages from the device's own sources, daemon.json, the daemon. */
export class DockerSetup extends BaseChangeTool<typeof input, typeof dockerSetupData, SetupPlan> {
  override readonly spec = {
    name: 'docker_setup',
    area: 'container',
    title: 'Set up Docker for the GPU',
    description:
      'Make GPU containers work: install Docker and the NVIDIA runtime where missing, register it, start the daemon; on request default runtime, log limit, group docker. ' +
      'Changes only what is missing; the plan says which containers stop. Then gpu_test.',
    effect: 'disrupt',
    idempotent: true,
    input,
    output: dockerSetupData,
    same: ['docker', 'nvidiaRuntime', 'defaultRuntime', 'says'],
  } as const;
  readonly #betweenLooksMs: number;

  constructor(betweenLooksMs = 2000) {
    super();
    this.#betweenLooksMs = betweenLooksMs;
  }

  override async prepare(args: Args, device: Device, call: Call): Promise<SetupPlan> {
    if (args.refresh) return refreshPlan(device, call);
    return setupPlan(dockerGoal.parse(args), args, device, call);
  }

  override async perform(
    args: Args,
    prepared: SetupPlan,
    device: Device,
    call: Call,
  ): Promise<DockerSetupData | undefined> {
    for (const step of prepared.steps) {
      if (isFileWrite(step)) await device.files.write(step, call.signal);
      else if (step === prepared.aptStep || args.refresh) launched(await device.run(step, call.signal));
      // What came of it is for the device to say: more than an exit code does.
      else await runSteps([step], device, call.signal);
      if (step !== prepared.aptStep) continue;
      const { apt } = setupState.parse(prepared.awaits?.state);
      await until(() => aptEnded(apt, device, call), this.#betweenLooksMs, call.signal);
    }
    return args.refresh ? undefined : setupEnd(dockerGoal.parse(args), device, call);
  }

  async settle(awaits: Awaits, device: Device, call: Call): Promise<DockerSetupData | undefined> {
    if (refreshState.safeParse(awaits.state).success) return refreshed(device, call);
    const { apt, ...goal } = setupState.parse(awaits.state);
    return (await aptEnded(apt, device, call)) && setupEnd(goal, device, call);
  }
}
