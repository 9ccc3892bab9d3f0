import { z } from 'zod';
import { modelsProbe } from '../../src/core/ai/model-files/list-probe.js';
import {
  modelListData,
  modelsFound,
  rowOf,
  shownModels,
  type ModelList as Models,
} from '../../src/core/ai/model-files/model-data.js';
import { modelFormats } from '../../src/core/ai/model-files/model-name.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { grepArg, limitArg, pathArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';
import { headersOf, modelUsers } from '../models-here.js';

const input = z.strictObject({
  folders: z.array(pathArg).max(10).default([]).describe('Further folders to look in.'),
  name: grepArg.optional().describe('Text in name or path.'),
  format: z.enum([...modelFormats, 'ollama']).optional(),
  limit: limitArg(20, 200),
});

/** Lists the model files of a device. */
export class ModelList extends BaseReadTool<typeof input, typeof modelListData> {
  override readonly spec = {
    name: 'model_list',
    area: 'ai',
    title: 'List model files',
    description:
      "Models on the disk, the largest first: GGUF, safetensors, ONNX, TensorRT engines, Ollama's; with source, hash, what uses them, and engines that no longer fit the board. " +
      'Looks in the usual folders (jetson-containers, caches of the hub and Ollama, the volume of ai_launch). model_pull and model_copy bring one, model_delete frees room.',
    effect: 'read',
    input,
    output: modelListData,
    same: ['models.*.name', 'models.*.sizeBytes', 'models.*.sha256', 'models.*.usedBy', 'models.*.unfit'],
    spread: ['total', 'totalBytes', 'freeBytes'],
  } as const;

  override async read(args: z.output<typeof input>, device: Device, { signal }: Call): Promise<Models> {
    const [disk, users] = await Promise.all([
      device.ask(modelsProbe(args.folders), signal),
      modelUsers(device, signal),
    ]);
    const found = modelsFound(disk, args);
    const headers = await headersOf(found.slice(0, args.limit), device, signal);
    const around = { users: users ?? [], board: disk.board };
    const rows = found.slice(0, args.limit).map((model, index) => rowOf(model, around, headers[index] ?? {}));
    return shownModels(disk, { found, rows, usersKnown: users !== undefined });
  }
}
