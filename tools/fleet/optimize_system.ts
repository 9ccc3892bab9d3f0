import { z } from 'zod';
import { Failure } from '../../src/core/errors.js';
import { goals, levers } from '../../src/core/optimize/changes.js';
import { nothingToDo, optimizeData, type OptimizeData } from '../../src/core/optimize/verdict.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { containerArg } from '../container-args.js';
import { optimizePlan, type OptimizePlan } from '../optimize-plan.js';
import { optimizeRun } from '../optimize-run.js';
import { putBackLater } from '../put-back-later.js';
import { whileHeld } from '../while-held.js';

const input = z.strictObject({
  goal: z.enum(goals),
  endpoint: containerArg
    .optional()
    .describe('Served by ai_launch: measured by a benchmark before and after. performance and efficiency need one.'),
  allow: z
    .array(z.enum(levers))
    .min(1)
    .default(['power_mode', 'clocks', 'fan'])
    .describe('What may be changed; desktop only if named.'),
});
type Args = z.output<typeof input>;

/** Changes a board towards a goal, and keeps the change only where it measures better. */
export class OptimizeSystem extends BaseChangeTool<typeof input, typeof optimizeData, OptimizePlan> {
  override readonly spec = {
    name: 'optimize_system',
    area: 'fleet',
    title: 'Optimize a board',
    description:
      'Tune a board towards performance, efficiency, quiet, memory or thermal: measures, changes power mode (never by a reboot), clocks, fan or desktop, measures again, and undoes it where it is no better. ' +
      'The plan says each change; the answer has both measurements.',
    effect: 'disrupt',
    input,
    output: optimizeData,
    same: ['goal', 'kept', 'changes', 'skipped'],
    spread: ['before.decodeTokensPerSecond', 'after.decodeTokensPerSecond', 'before.watts', 'after.watts'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<OptimizePlan> {
    return optimizePlan(args, device, call);
  }

  override async perform({ goal }: Args, plan: OptimizePlan, device: Device, call: Call): Promise<OptimizeData> {
    if (plan.changes.length === 0) return nothingToDo(goal, [...plan.skipped]);
    const { result } = await whileHeld(plan.hold, device, call, () => optimizeRun(goal, plan, device, call));
    return result;
  }

  async settle(awaits: Awaits, device: Device, call: Call): Promise<never> {
    const restored = await putBackLater(awaits, device, call);
    throw new Failure(
      'command_failed',
      ['The server that measured has ended before the end; the steps that undo its changes ran.', restored]
        .filter(Boolean)
        .join(' '),
      { hint: 'Call again where it is still wanted.', retry: 'check_first' },
    );
  }
}
