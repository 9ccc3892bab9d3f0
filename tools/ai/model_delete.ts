import { z } from 'zod';
import { deletedData, deleteProbe, type Deleted } from '../../src/core/ai/model-files/delete-plan.js';
import { isOllamaName } from '../../src/core/ai/launch/model-from.js';
import type { Command } from '../../src/core/command.js';
import type { DockerExec } from '../../src/core/docker/request.js';
import { Failure } from '../../src/core/errors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Prepared } from '../../src/ports/tool.js';
import { pathArg } from '../args.js';
import { BaseChangeTool } from '../base-tool.js';
import { prepareOllamaDelete } from '../ollama-delete.js';
import { prepareDelete } from '../prepare-model-delete.js';

const input = z.strictObject({
  path: pathArg.optional().describe('One model file, or the folder of one model.'),
  ollama: z
    .string()
    .refine(isOllamaName, 'Write a name as model_list shows it, qwen3:4b.')
    .optional()
    .describe("Instead: one of Ollama's models."),
});
type Args = z.output<typeof input>;
type Plan = Prepared & {
  readonly steps: readonly (Command | DockerExec)[];
  readonly bytes?: number;
  readonly asRoot?: boolean;
};

/** Removes one model. There is no inverse: it has to be loaded again. */
export class ModelDelete extends BaseChangeTool<typeof input, typeof deletedData, Plan> {
  override readonly spec = {
    name: 'model_delete',
    area: 'ai',
    title: 'Delete a model',
    description:
      'Delete one model file, the folder of one model, or a model of Ollama, and say how much that frees. Refuses what a container or a process uses. ' +
      'model_list has the paths; image_prune frees room of images.',
    effect: 'disrupt',
    idempotent: false,
    input,
    output: deletedData,
    same: ['what', 'says'],
    spread: ['freedBytes'],
  } as const;

  override async prepare({ path, ollama }: Args, device: Device, call: Call): Promise<Plan> {
    if ((path === undefined) === (ollama === undefined))
      throw new Failure('invalid_input', 'Give either path or ollama.', { retry: 'yes' });
    return ollama === undefined ? prepareDelete(path ?? '', device, call) : prepareOllamaDelete(ollama, device, call);
  }

  override async perform(
    { path, ollama }: Args,
    { steps, bytes, asRoot = false }: Plan,
    device: Device,
    { signal }: Call,
  ): Promise<Deleted> {
    for (const step of steps) await run(step, device, signal);
    if (path === undefined) return { what: ollama ?? '', says: 'Ollama has removed it.' };
    if ((await device.ask(deleteProbe(path, asRoot), signal)).kind !== 'nothing')
      throw new Failure('command_failed', 'Something is still there, or again.', {
        hint: 'model_list shows it.',
        retry: 'check_first',
      });
    return { what: path, ...(bytes !== undefined && { freedBytes: bytes }), says: 'It is gone.' };
  }
}

async function run(step: Command | DockerExec, device: Device, signal: AbortSignal): Promise<void> {
  if (!('docker' in step)) {
    await device.run(step, signal);
    return;
  }
  const { exitCode } = await device.docker.exec(step, signal);
  if (exitCode === 0) return;
  throw new Failure('command_failed', 'Ollama did not remove the model: it has none of that name.', {
    hint: 'model_list shows what it has.',
    retry: 'no',
  });
}
