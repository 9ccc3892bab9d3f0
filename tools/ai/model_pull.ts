import { z } from 'zod';
import { modelSource } from '../../src/core/ai/model-files/model-source.js';
import { pulledModelData, type PulledModel } from '../../src/core/ai/model-files/pull-plan.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { hashArg, pathArg } from '../args.js';
import { BaseChangeTool } from '../base-tool.js';
import type { JobSteps } from '../engine-job.js';
import { lookAtModel, modelThere, parallelArg, pullOverdue } from '../look-at-model.js';
import { fromArg } from '../model-from-arg.js';
import { preparePullFile } from '../pull-file.js';
import { preparePullOllama } from '../pull-ollama.js';
import { serverPulls } from '../pull-turns.js';

const input = z.strictObject({
  from: fromArg,
  folder: pathArg.optional().describe('/data/models or ~/models if absent.'),
  name: z.string().max(200).optional().describe('File name there.'),
  sha256: hashArg.optional(),
  tokenFile: pathArg.optional().describe("File on the device with the hub's token, for gated models."),
  parallel: parallelArg,
});
type Args = z.output<typeof input>;
type Plan = Omit<Prepared, 'steps'> & { readonly steps: JobSteps | readonly [] };

/** Loads a model file from the internet. */
export class ModelPull extends BaseChangeTool<typeof input, typeof pulledModelData, Plan> {
  override readonly spec = {
    name: 'model_pull',
    area: 'ai',
    title: 'Pull a model file',
    description:
      'Load one model file onto the device as a job that survives link and server: room counted beforehand, resumed where cut, named only when its SHA-256 is right. ' +
      'ai_launch loads repositories of many files by itself; model_copy takes it from a device that has it.',
    effect: 'change',
    idempotent: true,
    resolves: ['path'],
    input,
    output: pulledModelData,
    same: ['name', 'sizeBytes', 'sha256', 'verified', 'says'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const source = modelSource(args.from, args.name);
    const { parallel } = args;
    const plan =
      source.kind === 'ollama'
        ? await preparePullOllama(source.name, device, call)
        : await preparePullFile(source, args, device, call);
    const { says, steps, state } = plan;
    if (steps.length === 0) return { says, steps };
    return {
      says,
      steps,
      ...('basis' in plan && { basis: plan.basis, resolved: { path: { is: plan.path } } }),
      awaits: {
        state: { ...state, parallel },
        says: `loads ${source.name}`,
        patienceMs: 172_800_000,
        overdue: pullOverdue,
        afterwards: [steps[0]],
      },
    };
  }

  override async perform(args: Args, { awaits }: Plan, device: Device, call: Call): Promise<PulledModel | undefined> {
    return awaits === undefined ? modelThere(args, device, call) : lookAtModel(awaits, serverPulls, device, call);
  }

  async withdraw({ steps }: Plan, device: Device, call: Call): Promise<void> {
    serverPulls.giveUp(device, call);
    for (const stop of steps.slice(1)) await device.run(stop, call.signal);
  }

  settle(awaits: Awaits, device: Device, call: Call): Promise<PulledModel | undefined> {
    return lookAtModel(awaits, serverPulls, device, call);
  }
}
