import { z } from 'zod';
import { convertedData, type Converted } from '../../src/core/ai/model-files/convert-end.js';
import { precisions, quantisations } from '../../src/core/ai/model-files/convert-request.js';
import { launched } from '../../src/core/jobs/job-commands.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { matching, pathArg } from '../args.js';
import { BaseChangeTool } from '../base-tool.js';
import { convertLook } from '../convert-look.js';
import { prepareConvert } from '../prepare-convert.js';
import type { JobSteps } from '../engine-job.js';
import { imageArg } from '../run-args.js';

const shapeArg = matching(
  /^[\w./:-]{1,100}:\d{1,6}(?:x\d{1,6})*(?:,[\w./:-]{1,100}:\d{1,6}(?:x\d{1,6})*){0,19}$/,
  'Write shapes as trtexec takes them: input:1x3x224x224, several by commas.',
);
const input = z.strictObject({
  path: pathArg.describe('ONNX or GGUF file; what is made lies beside it.'),
  name: z.string().max(200).optional().describe('File name of what is made.'),
  quantisation: z.enum(quantisations).optional().describe('GGUF: to what.'),
  requantise: z.boolean().default(false).describe('GGUF: although it is quantised already.'),
  precision: z.enum(precisions).default('fp16').describe('ONNX.'),
  shapes: z
    .strictObject({ min: shapeArg.optional(), opt: shapeArg.optional(), max: shapeArg.optional() })
    .optional()
    .describe('ONNX with inputs of open size: input:1x3x224x224.'),
  workspaceMb: z.number().int().min(16).max(131_072).optional(),
  image: imageArg.optional().describe('Do it in a container of this image.'),
});
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: JobSteps; readonly awaits: Awaits };

/** Makes a TensorRT engine of an ONNX file, or quantises a GGUF file. */
export class ModelConvert extends BaseChangeTool<typeof input, typeof convertedData, Plan> {
  override readonly spec = {
    name: 'model_convert',
    area: 'ai',
    title: 'Convert a model',
    description:
      'Build a TensorRT engine of an ONNX file (trtexec), or quantise a GGUF file (llama-quantize), as a job with progress; on the host or in an image. ' +
      'An engine is tied to L4T, TensorRT and GPU of the board: model_list tells when it no longer fits.',
    effect: 'disrupt',
    idempotent: false,
    input,
    output: convertedData,
    same: ['path', 'builtFor', 'says'],
    spread: ['sizeBytes', 'throughput', 'latencyMs'],
  } as const;

  override prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    return prepareConvert(args, device, call);
  }

  override async perform(_: Args, { steps }: Plan, device: Device, { signal }: Call): Promise<undefined> {
    launched(await device.run(steps[0], signal));
  }

  async withdraw({ steps }: Plan, device: Device, { signal }: Call): Promise<void> {
    await device.run(steps[1], signal);
  }

  settle(awaits: Awaits, device: Device, call: Call): Promise<Converted | undefined> {
    return convertLook(awaits, device, call);
  }
}
