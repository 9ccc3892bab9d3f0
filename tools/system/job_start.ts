import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { dangerWords } from '../../src/core/danger/command-danger.js';
import { launchCommand, launched } from '../../src/core/jobs/job-commands.js';
import { jobData, jobDataOf, type JobData } from '../../src/core/jobs/job-data.js';
import { jobProbe } from '../../src/core/jobs/job-probe.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { commandArgs, programOf } from '../command-args.js';
import { needsRoot } from '../needs-root.js';

const input = z.strictObject(commandArgs);
const state = z.object({ asRoot: z.boolean() });
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
    const step = launchCommand({ id: call.changeId, argv, sudo, cwd });
    if (sudo) await needsRoot(device, call);
    const who = sudo ? 'root' : 'the login user';
    return {
      says: `${dangerWords(argv)}. Starts it as a job of ${who} that goes on by itself.`,
      steps: [step],
      awaits: {
        state: { asRoot: sudo },
        says: 'starts a job',
        patienceMs: 60_000,
        overdue: {
          message: 'The device has no job of this id: the command was not started.',
          hint: 'Nothing ran. Call again where it is still wanted.',
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
    return this.settle(awaits, device, call);
  }

  async settle(awaits: Awaits, device: Device, { changeId: id, signal }: Call): Promise<JobData | undefined> {
    const { asRoot } = state.parse(awaits.state);
    const report = await device.ask(jobProbe({ id, asRoot, from: 0, maxBytes: 1 }), signal);
    return report && jobDataOf(id, report);
  }
}
