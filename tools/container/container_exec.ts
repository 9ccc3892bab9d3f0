import { z } from 'zod';
import { reached } from '../../src/core/docker/container-details.js';
import { containerNow } from '../../src/core/docker/container-inspect.js';
import { execData, execResult, execPlan, type ExecData, type ExecPlan } from '../../src/core/docker/container-exec.js';
import { Failure } from '../../src/core/errors.js';
import { cleanName } from '../../src/core/untrusted.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { pathArg } from '../args.js';
import { containerArg } from '../container-args.js';
import { containerNames, inspected } from '../container-now.js';

const input = z.strictObject({
  container: containerArg,
  argv: z.array(z.string().max(60_000)).min(1).max(500).describe('Program and arguments; no shell.'),
  user: z
    .string()
    .refine(
      (text) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$/.test(text),
      'Write a name or number, or user:group.',
    )
    .optional()
    .describe('user or user:group in the container.'),
  cwd: pathArg.optional().describe('Folder in the container.'),
  timeoutSeconds: z.int().min(1).max(3600).default(300).describe('It is killed then.'),
});
type Args = z.output<typeof input>;
type Plan = ExecPlan & Pick<Prepared, 'resolved'>;

/** Runs a program in a container. */
export class ContainerExec extends BaseChangeTool<typeof input, typeof execData, Plan> {
  override readonly spec = {
    name: 'container_exec',
    area: 'container',
    title: 'Run a program in a container',
    description:
      'Run any program in a container that runs, and return its output and exit code (not zero is an answer, not a failure). Lines come as progress; ' +
      'past 45 s the answer has an id for job_output. It ends with the server, or when the call is cancelled.',
    effect: 'disrupt',
    offByDefault: true,
    resolves: ['container'],
    input,
    output: execData,
    same: ['exitCode', 'stdout', 'stderr'],
    spread: ['seconds'],
  } as const;

  override async prepare(args: Args, device: Device, { signal }: Call): Promise<Plan> {
    const container = await inspected(args.container, device, signal);
    const now = containerNow(container);
    return { ...execPlan(now, reached(container), args), resolved: containerNames(now) };
  }

  override async perform(_args: Args, { steps }: Plan, device: Device, call: Call): Promise<ExecData> {
    const startedMs = call.now();
    const result = await device.docker.exec(steps[0], call.signal, ({ from, text }) =>
      call.progress(cleanName(from === 'stderr' ? `stderr: ${text}` : text, 200)),
    );
    return execResult(result, Math.round((call.now() - startedMs) / 1000));
  }

  /** Only asked where the server that ran it has ended. */
  async settle(): Promise<ExecData | undefined> {
    await Promise.resolve();
    throw new Failure(
      'command_failed',
      'The jetfleet server that ran the program ended; how the program ended is not known.',
      {
        hint: 'system_processes tells whether it still runs; container_logs does not have its output.',
        retry: 'check_first',
      },
    );
  }
}
