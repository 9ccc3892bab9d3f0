import { z } from 'zod';
import { containerActions, containerGoal, containerPlan } from '../../src/core/docker/container-change.js';
import type { ContainerPlan } from '../../src/core/docker/container-change.js';
import { containerNow, containerQuestion, type ContainerNow } from '../../src/core/docker/container-inspect.js';
import { containerChange, containerChangeData, containerOutcome } from '../../src/core/docker/container-outcome.js';
import { isThrough, type ContainerChange } from '../../src/core/docker/container-outcome.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Inverse, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { containerArg } from '../container-args.js';
import { containerNames, inspected } from '../container-now.js';
import { pause } from '../pause.js';

const input = z.strictObject({
  container: containerArg,
  action: z.enum(containerActions),
  force: z.boolean().optional().describe('remove: while it runs.'),
  volumes: z.boolean().optional().describe('remove: nameless volumes too.'),
});
type Args = z.output<typeof input>;
type Plan = ContainerPlan & Pick<Prepared, 'resolved'> & { readonly container: string };

/** Starts, stops and removes containers, and looks whether they stay up. */
export class ContainerControl extends BaseChangeTool<typeof input, typeof containerChangeData, Plan> {
  override readonly spec = {
    name: 'container_control',
    area: 'container',
    title: 'Control a container',
    description:
      'Start, stop or remove a container; a second look tells whether it stayed up. container_logs tells why one did not.',
    effect: 'disrupt',
    resolves: ['container'],
    input,
    output: containerChangeData,
    same: ['container', 'state', 'exitCode', 'says'],
  } as const;
  readonly #betweenLooksMs: number;

  constructor(betweenLooksMs = 3000) {
    super();
    this.#betweenLooksMs = betweenLooksMs;
  }

  override async prepare(args: Args, device: Device, { signal }: Call): Promise<Plan> {
    const now = containerNow(await inspected(args.container, device, signal));
    return { ...containerPlan(now, args), container: now.name, resolved: containerNames(now) };
  }

  override async perform(
    _args: Args,
    { steps, awaits, container, says }: Plan,
    device: Device,
    { signal }: Call,
  ): Promise<ContainerChange | undefined> {
    for (const step of steps) await device.docker.send(step, signal);
    return awaits ? undefined : containerChange(container, await look(container, device, signal), says);
  }

  async settle(awaits: Awaits, device: Device, { signal }: Call): Promise<ContainerChange | undefined> {
    const goal = containerGoal.parse(awaits.state);
    const first = await look(goal.id, device, signal);
    if (!isThrough(goal, first)) return undefined;
    await pause(this.#betweenLooksMs, signal);
    return containerOutcome(goal, first, await look(goal.id, device, signal));
  }

  inverse(_args: Args, { opposite, container }: Plan): Inverse | undefined {
    return opposite && { tool: this.spec.name, arguments: { container, action: opposite } };
  }
}

async function look(container: string, device: Device, signal: AbortSignal): Promise<ContainerNow | undefined> {
  const found = await device.docker.ask(containerQuestion(container), signal);
  return found && containerNow(found);
}
