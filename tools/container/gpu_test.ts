import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { checkEnded, endedJob } from '../../src/core/docker/run-end.js';
import { gpuTestArgv, gpuTestData, gpuTestOf, type GpuTest as Tested } from '../../src/core/docker/gpu-test.js';
import { cliOf } from '../../src/core/docker/run-plan.js';
import { launchCommand, launched, stopCommand } from '../../src/core/jobs/job-commands.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { jobOfChange } from '../engine-job.js';
import { gpuTestSurroundings } from '../gpu-test-image.js';
import { imageArg } from '../run-args.js';

const input = z.strictObject({
  image: imageArg.optional().describe('One that is there; else the likeliest of those is taken.'),
});
const state = z.object({ asRoot: z.boolean(), image: z.string() });
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly [launch: Command, stop: Command]; readonly awaits: Awaits };

const maxSeconds = 180;

/** Runs a container that uses the GPU, and says how far it came. */
export class GpuTest extends BaseChangeTool<typeof input, typeof gpuTestData, Plan> {
  override readonly spec = {
    name: 'gpu_test',
    area: 'container',
    title: 'Test the GPU in a container',
    description:
      'Start a short-lived container with the NVIDIA runtime that works on the GPU: device files, driver, memory, a kernel. Says what is proven, what is not, and whether programs would fall back to the CPU. ' +
      'Pulls nothing: it uses an image that is there.',
    effect: 'change',
    idempotent: true,
    input,
    output: gpuTestData,
    same: ['level', 'usesGpu', 'cuda', 'says'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const { image, facts } = await gpuTestSurroundings(args.image, device, call);
    const { needsRoot: asRoot } = facts;
    const argv = gpuTestArgv(image, call.changeId, cliOf(facts));
    return {
      says: `Runs a container of ${image} on the GPU for some seconds${asRoot ? ', by sudo' : ''}; nothing of it stays.`,
      steps: [
        launchCommand({ id: call.changeId, argv, sudo: asRoot, maxSeconds }),
        stopCommand(call.changeId, asRoot, 'if cancelled'),
      ],
      awaits: {
        state: { asRoot, image },
        says: 'tests the GPU',
        patienceMs: (maxSeconds + 60) * 1000,
        overdue: {
          message: 'The test was not seen to end.',
          hint: 'job_output with the id of this change tells more.',
        },
      },
    };
  }

  override async perform(_args: Args, { steps }: Plan, device: Device, call: Call): Promise<undefined> {
    launched(await device.run(steps[0], call.signal));
  }

  async withdraw({ steps }: Plan, device: Device, { signal }: Call): Promise<void> {
    await device.run(steps[1], signal);
  }

  async settle(awaits: Awaits, device: Device, call: Call): Promise<Tested | undefined> {
    const { asRoot, image } = state.parse(awaits.state);
    const job = endedJob(await jobOfChange(asRoot, device, call));
    if (job === undefined) return undefined;
    // A driver that crashes ends the program, and what it printed before tells how far it came.
    if (!/^jetfleet /m.test(job.text)) checkEnded('The test did not run.', job);
    return gpuTestOf(image, job.text);
  }
}
