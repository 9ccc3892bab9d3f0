import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { dangerWords } from '../../src/core/danger/command-danger.js';
import { launched } from '../../src/core/jobs/job-commands.js';
import { jobData, jobDataOf, type JobData } from '../../src/core/jobs/job-data.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Look, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { commandArgs, launchOf, programOf, rootFlag } from '../command-args.js';
import { needsRoot } from '../needs-root.js';
import { justBegun, settlingJob } from '../settling-job.js';

const input = z.strictObject(commandArgs);
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly Command[]; readonly awaits: Awaits };

/** Starts a command that goes on by itself. */
export class JobStart extends BaseChangeTool<typeof input, typeof jobData, Plan> {
  override readonly spec = {
    name: 'job_start',
    area: 'system',
    title: 'Start a job',
    description:
      'Start a long command on the device and return at once. It survives the link, the server and the client; job_output reads its output and exit code, job_stop ends it. ' +
      'For what ends soon use command_run.',
    effect: 'disrupt',
    offByDefault: true,
    input,
    output: jobData,
    same: ['job', 'state', 'exitCode', 'says'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const { sudo, cwd } = args;
    const argv = programOf(args);
    const step = launchOf({ id: call.changeId, argv, sudo, cwd }, args);
    if (sudo) await needsRoot(device, call);
    const who = sudo ? 'root' : 'the login user';
    return {
      says: `${dangerWords(argv)}. Starts it as a job of ${who} that goes on by itself.`,
      steps: [step],
      awaits: {
        state: { asRoot: sudo },
        says: 'starts a job',
        patienceMs: 180_000,
        overdue: {
          message: `Whether the command was started is not known: jetfleet could not look at the job${sudo ? ' as root' : ''}.`,
          hint: 'job_output with the same id tells, once that can be looked at.',
        },
      },
    };
  }

  override async perform(
    _args: Args,
    { steps, awaits }: Plan,
    device: Device,
    call: Call,
  ): Promise<JobData | undefined> {
    for (const step of steps) launched(await device.run(step, call.signal));
    return this.settle(awaits, device, justBegun(call));
  }

  async settle(awaits: Awaits, device: Device, look: Look): Promise<JobData | undefined> {
    const id = look.changeId;
    const { asRoot } = rootFlag.parse(awaits.state);
    const report = await settlingJob({ id, asRoot, from: 0, maxBytes: 1 }, awaits, device, look);
    return report && jobDataOf(id, report);
  }
}
