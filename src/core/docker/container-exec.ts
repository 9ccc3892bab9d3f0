import { z } from 'zod';
import { dangerWords } from '../danger/command-danger.js';
import { Failure } from '../errors.js';
import { present } from '../linux/present.js';
import { cleanText } from '../untrusted.js';
import type { ContainerNow } from './container-inspect.js';
import type { DockerExec, DockerExecResult } from './request.js';

/** What container_exec answers. */
export const execData = z.object({
  exitCode: z.number(),
  seconds: z.number(),
  stdout: z.string().describe('Of a long one beginning and end.'),
  stderr: z.string().optional(),
  truncated: z.literal(true).optional().describe('More was written than is kept.'),
});
export type ExecData = z.output<typeof execData>;

export interface ExecOrder {
  readonly argv: readonly string[];
  readonly user?: string | undefined;
  readonly cwd?: string | undefined;
  readonly timeoutSeconds: number;
}

/** What will be run in a container. */
export interface ExecPlan {
  readonly says: string;
  readonly steps: readonly [DockerExec];
  readonly basis: Readonly<Record<string, string>>;
  readonly awaits: {
    readonly state: Readonly<Record<string, never>>;
    readonly says: string;
    readonly patienceMs: number;
    readonly outlives: true;
    readonly overdue: { readonly message: string; readonly hint: string };
  };
}

/** The plan for one program. `reaches`: what of the device itself the container has. Throws where the container does not run. */
export function execPlan(
  { name, id, state }: ContainerNow,
  reaches: readonly string[],
  { argv, user, cwd, timeoutSeconds }: ExecOrder,
): ExecPlan {
  if (state !== 'running')
    throw new Failure('unsupported', `The container is ${state}: programs run only in one that runs.`, {
      hint: 'container_control starts it.',
      retry: 'no',
    });
  const [program = '', ...rest] = argv;
  if (program === '') throw new Failure('invalid_input', 'argv: the first word is the program.', { retry: 'yes' });
  if (argv.some((word) => word.includes('\0')))
    throw new Failure('invalid_input', 'argv: a word cannot hold a NUL character.', { retry: 'yes' });
  const words = [program, ...rest] as const;
  const who = user === undefined ? "the container's own user" : `user ${user}`;
  const reach =
    reaches.length === 0
      ? ''
      : ` The container reaches the device itself (${reaches.join(', ')}), and so does the program.`;
  return {
    says: `${dangerWords(words)}. Runs it in container ${name} as ${who}.${reach}`,
    steps: [{ docker: 'exec', container: name, argv: words, ...(user && { user }), ...(cwd && { cwd }) }],
    basis: { id: id.slice(0, 12) },
    awaits: {
      state: {},
      says: `runs a program in container ${name}`,
      patienceMs: timeoutSeconds * 1000,
      outlives: true,
      overdue: {
        message: `The program did not end within its ${timeoutSeconds} s.`,
        hint: 'Give it more timeoutSeconds, or see with system_processes what it does.',
      },
    },
  };
}

const mostChars = 3000;

/** Beginning and end of a long text. */
function shortened(text: string): string {
  const clean = cleanText(text, Infinity);
  if (clean.length <= mostChars) return clean;
  const head = clean.slice(0, mostChars / 3);
  const tail = clean.slice(-(2 * mostChars) / 3);
  return `${head}\n[... ${clean.length - head.length - tail.length} characters left out ...]\n${tail}`.toWellFormed();
}

/** What a program left behind, as an answer tells it. */
export function execResult({ exitCode, stdout, stderr, truncated }: DockerExecResult, seconds: number): ExecData {
  return present({
    exitCode,
    seconds,
    stdout: shortened(stdout),
    stderr: stderr === '' ? undefined : shortened(stderr),
    truncated: truncated ? (true as const) : undefined,
  });
}
