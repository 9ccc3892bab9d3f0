import { z } from 'zod';
import { askedLoad } from '../../src/core/ai/benchmark/asked.js';
import {
  laterSteps,
  matrixData,
  matrixPicture,
  matrixSentence,
  type MatrixData,
} from '../../src/core/ai/benchmark/matrix.js';
import { Failure } from '../../src/core/errors.js';
import { present } from '../../src/core/linux/present.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { containerArg } from '../container-args.js';
import { matrixPlan, type MatrixPlan } from '../matrix-plan.js';
import { runMatrix } from '../matrix-run.js';
import { putBackLater } from '../put-back-later.js';
import { whileHeld } from '../while-held.js';

const mode = z.union([z.string().min(1).max(40), z.number().min(0).max(1000)]);
const input = z.strictObject({
  endpoints: z
    .array(containerArg)
    .min(1)
    .max(12)
    .optional()
    .describe('Of ai_launch, running or stopped; all if absent.'),
  modes: z.array(mode).min(1).max(8).optional().describe("The device's own power modes; the present one if absent."),
  ...askedLoad,
  again: z.boolean().default(false).describe('Measure cells of the last day anew.'),
});
type Args = z.output<typeof input>;

/** Measures several endpoints in several power modes, and puts the board back. */
export class AiBenchmarkMatrix extends BaseChangeTool<typeof input, typeof matrixData, MatrixPlan> {
  override readonly spec = {
    name: 'ai_benchmark_matrix',
    area: 'ai',
    title: 'Benchmark a matrix',
    description:
      'Benchmark endpoints (model x quantisation) in power modes on each device, one at a time; mode and endpoints are put back. ' +
      'Modes that take a reboot are not switched to here: the answer says which power_set_mode calls come between, with fewest reboots, and a repeat measures only what is missing. Results are kept for ai_benchmark_compare.',
    effect: 'disrupt',
    input,
    output: matrixData,
    same: ['cells.*.endpoint', 'cells.*.powerMode', 'cells.*.state', 'later', 'restored'],
    spread: ['cells.*.decode', 'cells.*.tokensPerJoule'],
    picture: matrixPicture,
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<MatrixPlan> {
    return matrixPlan(args, device, call);
  }

  override async perform(_: Args, plan: MatrixPlan, device: Device, call: Call): Promise<MatrixData> {
    const { steps, hold, later, skipped, mode } = plan;
    const { result: cells, restored } =
      steps.length === 0
        ? { result: [], restored: undefined }
        : await whileHeld(hold, device, call, () => runMatrix(plan, device, call));
    return present({
      says: matrixSentence(cells, later),
      cells,
      skipped: skipped === 0 ? undefined : skipped,
      later: later.length === 0 ? undefined : laterSteps(later, mode),
      restored: restored ?? 'Neither mode nor endpoints were changed.',
    });
  }

  async settle(awaits: Awaits, device: Device, call: Call): Promise<never> {
    const restored = await putBackLater(awaits, device, call);
    throw new Failure(
      'command_failed',
      ['The server that measured has ended before the end.', restored].filter(Boolean).join(' '),
      { hint: 'The cells that it measured are kept: the same call again measures the rest.', retry: 'check_first' },
    );
  }
}
