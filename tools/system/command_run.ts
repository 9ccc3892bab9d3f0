import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { dangerWords } from '../../src/core/danger/command-danger.js';
import { commandData, type CommandData } from '../../src/core/jobs/command-result.js';
import { launched, stopCommand } from '../../src/core/jobs/job-commands.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Look, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { commandEnd, soonEnded } from '../command-end.js';
import { commandArgs, launchOf, programOf } from '../command-args.js';
import { needsRoot } from '../needs-root.js';

const input = z.strictObject({
  ...commandArgs,
  stdin: z.string().max(65_536).optional(),
  timeoutSeconds: z.number().int().min(1).max(86_400).default(600).describe('The device stops it then.'),
});
type Args = z.output<typeof input>;
/** The second step runs only where the client takes the call back. */
type Plan = Prepared & { readonly steps: readonly [launch: Command, stop: Command]; readonly awaits: Awaits };

const lateMs = 60_000;

/** Runs any command to its end. */
export class CommandRun extends BaseChangeTool<typeof input, typeof commandData, Plan> {
  override readonly spec = {
    name: 'command_run',
    area: 'system',
    title: 'Run a command',
    description:
      'Run any program or sh script, and return output and exit code (not zero is an answer, not a failure). It runs as a job: past 45 s the answer has an id for job_output. ' +
      'Prefer the tools made for a task; for what takes minutes use job_start.',
    effect: 'disrupt',
    offByDefault: true,
    input,
    output: commandData,
    same: ['state', 'exitCode', 'output', 'lastOutput'],
    spread: ['seconds'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const { sudo, cwd, stdin, timeoutSeconds: maxSeconds } = args;
    const argv = programOf(args);
    const step = launchOf({ id: call.changeId, argv, sudo, cwd, stdin, maxSeconds }, args);
    if (sudo) await needsRoot(device, call);
    const message = `The command was not seen to end within its ${maxSeconds} s.`;
    const overdue = {
      message,
      hint: 'job_output with the same id tells how it stands, once the device can be reached.',
    };
    return {
      says: `${dangerWords(argv)}. Runs it as ${sudo ? 'root' : 'the login user'}.`,
      steps: [step, stopCommand(call.changeId, sudo, 'if cancelled')],
      awaits: { state: { asRoot: sudo }, says: 'runs a command', patienceMs: maxSeconds * 1000 + lateMs, overdue },
    };
  }

  override async perform(
    _args: Args,
    { steps, awaits }: Plan,
    device: Device,
    call: Call,
  ): Promise<CommandData | undefined> {
    launched(await device.run(steps[0], call.signal));
    call.progress(`runs as job ${call.changeId}`);
    return soonEnded(awaits, device, call);
  }

  async withdraw({ steps }: Plan, device: Device, { signal }: Call): Promise<void> {
    await device.run(steps[1], signal);
  }

  async settle(awaits: Awaits, device: Device, look: Look): Promise<CommandData | undefined> {
    return commandEnd(awaits, device, look);
  }
}
