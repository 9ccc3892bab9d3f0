import { z } from 'zod';
import { stopData, type StopData } from '../../src/core/ai/launch/stop-data.js';
import { stopPlan, type StopPlan } from '../../src/core/ai/launch/stop-steps.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Inverse, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { containerArg } from '../container-args.js';
import { containerNames, inspected } from '../container-now.js';
import { stopEndpoint } from '../stop-endpoint.js';

const input = z.strictObject({
  endpoint: containerArg.describe('Name as ai_list has it.'),
  remove: z.boolean().default(false).describe('Its container too; models stay on the disk.'),
});
type Args = z.output<typeof input>;
type Plan = Prepared & StopPlan;

/** Stops serving a model. */
export class AiStop extends BaseChangeTool<typeof input, typeof stopData, Plan> {
  override readonly spec = {
    name: 'ai_stop',
    area: 'ai',
    title: 'Stop serving a model',
    description:
      'Stop an endpoint that ai_launch made, and with remove its container. Frees its memory; models stay on the disk (model_delete). ' +
      'For other containers use container_control.',
    effect: 'disrupt',
    idempotent: true,
    resolves: ['endpoint'],
    input,
    output: stopData,
    same: ['name', 'state', 'model', 'port', 'says'],
  } as const;

  override async prepare({ endpoint: asked, remove }: Args, device: Device, { signal }: Call): Promise<Plan> {
    const plan = stopPlan(await inspected(asked, device, signal), remove);
    const { container: resolved } = containerNames(plan);
    return { ...plan, steps: plan.requests, ...(resolved && { resolved: { endpoint: resolved } }) };
  }

  override async perform({ remove }: Args, plan: Plan, device: Device, call: Call): Promise<StopData> {
    return stopEndpoint(plan, remove, device, call);
  }

  inverse({ remove }: Args, { name }: Plan): Inverse | undefined {
    return remove ? undefined : { tool: 'container_control', arguments: { container: name, action: 'start' } };
  }
}
