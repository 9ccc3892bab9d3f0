import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { downScript } from '../../src/core/compose/compose-script.js';
import { launched } from '../../src/core/jobs/job-commands.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { engineJob, usableCli } from '../engine-job.js';
import { projectPattern } from '../read-compose.js';
import { downByJob, downData, downPlan, downState, namesOf, type Down } from '../project-down.js';

const input = z.strictObject({
  project: z.string().refine((text) => projectPattern.test(text), 'Write small letters, digits, _ and - only.'),
  volumes: z.boolean().default(false).describe('Its volumes too, with all data in them.'),
});
type Args = z.output<typeof input>;
/** None, or the job and what ends it where the client takes the call back. */
type Plan = Prepared & { readonly steps: readonly Command[] };

/** Takes a compose project down. */
export class ComposeDown extends BaseChangeTool<typeof input, typeof downData, Plan> {
  override readonly spec = {
    name: 'compose_down',
    area: 'container',
    title: 'Take a compose project down',
    description:
      'Stop and remove the containers and networks of a compose project, whoever made it; its volumes only where asked for.',
    effect: 'disrupt',
    idempotent: true,
    input,
    output: downData,
    same: ['project', 'removed', 'says'],
  } as const;

  override async prepare({ project, volumes }: Args, device: Device, call: Call): Promise<Plan> {
    const plan = await downPlan(project, volumes, device, call);
    const removed = namesOf(plan);
    if (removed.length === 0) return { says: `Nothing of the project ${project} is there.`, steps: [] };
    const { cli, asRoot } = await usableCli(device, call);
    const data = plan.volumes.length === 0 ? '' : ` All data in the volumes ${plan.volumes.join(', ')} is lost.`;
    return {
      says: `Stops and removes ${removed.join(', ')}.${data}`,
      steps: engineJob({ ...downScript(cli, plan), sudo: asRoot }, call),
      awaits: {
        state: { asRoot, project, removed, volumes },
        says: `takes ${project} down`,
        patienceMs: 1_800_000,
        overdue: { message: 'The project was not seen to go in time.', hint: 'container_list shows what is left.' },
      },
    };
  }

  override async perform(
    { project }: Args,
    { steps: [launch] }: Plan,
    device: Device,
    call: Call,
  ): Promise<Down | undefined> {
    if (launch === undefined) return { project, removed: [], says: 'Nothing of it was there.' };
    launched(await device.run(launch, call.signal));
    return undefined;
  }

  settle({ state }: Awaits, device: Device, call: Call): Promise<Down | undefined> {
    return downByJob(downState.parse(state), device, call);
  }
}
