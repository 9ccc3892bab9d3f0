import { z } from 'zod';
import { argvBytes, maxArgvBytes, type Argv, type Command } from '../src/core/command.js';
import { Failure } from '../src/core/errors.js';
import { jobIdPattern, launchCommand, type JobStart } from '../src/core/jobs/job-commands.js';
import { pathArg } from './args.js';

/** What to run: one of `argv` and `script`; where, and as whom. */
export const commandArgs = {
  argv: z.array(z.string().max(60_000)).min(1).max(500).optional().describe('Program and arguments; no shell.'),
  script: z.string().min(1).max(60_000).optional().describe('For sh, instead of argv.'),
  sudo: z.boolean().default(false).describe('As root.'),
  cwd: pathArg.optional().describe('Folder to work in; home if absent.'),
};

/** What is kept while a job is waited for. */
export const rootFlag = z.object({ asRoot: z.boolean() });

/** Id of a job, or of a change that is not finished. */
export const jobArg = z
  .string()
  .refine((text) => jobIdPattern.test(text), 'Write the sixteen hex digits that an answer gave as `job`.')
  .describe('`job` of an earlier answer.');

/** The program of `commandArgs`. Throws where there is none, or two. */
export function programOf({ argv, script }: { argv?: string[] | undefined; script?: string | undefined }): Argv {
  const [program, ...rest] = argv ?? [];
  if ((program === undefined) === (script === undefined))
    throw new Failure('invalid_input', 'Give either argv or script: what is to run.', { retry: 'yes' });
  return program === undefined ? ['sh', '-c', script ?? ''] : [program, ...rest];
}

/** The step that starts what `commandArgs` say. Throws where it does not fit on a command line: nobody is asked for what cannot be sent. */
export function launchOf(start: JobStart, { script }: { script?: string | undefined }): Command {
  const launch = launchCommand(start);
  const bytes = argvBytes(launch.argv);
  if (bytes <= maxArgvBytes) return launch;
  const what = script === undefined ? 'argv' : 'script';
  throw new Failure(
    'invalid_input',
    `${what} is too long: quoted for the device it makes a command line of ${bytes} bytes, and ${maxArgvBytes} is the most.`,
    { hint: 'Write it to a file with file_write, and run that.', retry: 'yes' },
  );
}
