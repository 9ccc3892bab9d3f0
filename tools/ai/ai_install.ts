import { z } from 'zod';
import { installNames } from '../../src/core/ai/install/plan.js';
import { plainFolder } from '../../src/core/ai/install/probe.js';
import { installData, type InstallData } from '../../src/core/ai/install/result.js';
import { allowArg } from '../../src/core/apt/request.js';
import { launched } from '../../src/core/jobs/job-commands.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call } from '../../src/ports/tool.js';
import { aiInstallPlan, type AiInstallPlan } from '../ai-install.js';
import { installEnd } from '../ai-install-end.js';
import { aptEnded } from '../apt-change.js';
import { refreshArg, refreshed, refreshPlan, refreshState } from '../apt-refresh.js';
import { BaseChangeTool } from '../base-tool.js';
import { until } from '../until.js';

const input = z.strictObject({
  what: z.enum(installNames),
  environment: z
    .string()
    .refine((path) => plainFolder.test(path) && !/\/\.{0,2}(?:\/|$)/.test(path), 'Write an absolute path of a folder.')
    .optional()
    .describe('Python environment; ~/venvs/ai if absent.'),
  port: z.int().min(1024).max(65_535).default(8888).describe('Of jupyter.'),
  refresh: refreshArg,
  allow: allowArg,
});
type Args = z.output<typeof input>;

/** Installs AI frameworks as they fit the board. */
export class AiInstall extends BaseChangeTool<typeof input, typeof installData, AiInstallPlan> {
  override readonly spec = {
    name: 'ai_install',
    area: 'ai',
    title: 'Install an AI framework',
    description:
      'Install torch, torchvision, tensorflow, onnxruntime or jax from wheels built for this JetPack into a Python environment of their own; parts of JetPack (tensorrt, cuda, ...) by apt; ' +
      'jupyter, reached by an SSH forward. Runs as a job; afterwards it proves that the build has CUDA. See ai_frameworks first; containers (ai_launch) need none of it.',
    effect: 'disrupt',
    idempotent: true,
    input,
    output: installData,
    same: ['version', 'package.version', 'package.gpu', 'missingLibraries', 'says'],
  } as const;
  readonly #betweenLooksMs: number;

  constructor(betweenLooksMs = 2000) {
    super();
    this.#betweenLooksMs = betweenLooksMs;
  }

  override async prepare({ refresh, allow, ...wish }: Args, device: Device, call: Call): Promise<AiInstallPlan> {
    return refresh ? refreshPlan(device, call) : aiInstallPlan(wish, allow, device, call);
  }

  override async perform(
    { what }: Args,
    { steps, awaits, state }: AiInstallPlan,
    device: Device,
    call: Call,
  ): Promise<InstallData | undefined> {
    if (awaits === undefined) return { says: `${what} is installed already.` };
    for (const [index, step] of steps.entries()) {
      const { apt, aptJob = '' } = state ?? {};
      if (index > 0 && apt)
        await until(() => aptEnded(apt, device, { ...call, changeId: aptJob }), this.#betweenLooksMs, call.signal);
      launched(await device.run(step, call.signal));
    }
    return awaits.outlives === true
      ? until(() => this.settle(awaits, device, call), this.#betweenLooksMs, call.signal)
      : undefined;
  }

  async settle({ state }: Awaits, device: Device, call: Call): Promise<InstallData | undefined> {
    return refreshState.safeParse(state).success ? refreshed(device, call) : installEnd(state, device, call);
  }
}
