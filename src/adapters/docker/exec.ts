import { randomBytes } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { engineFault } from '../../core/docker/engine-faults.js';
import { enginePath, type DockerExec, type DockerExecResult, type DockerPiece } from '../../core/docker/request.js';
import { abortFailure, Failure } from '../../core/errors.js';
import { chunksOf, readJson, refused } from './answers.js';
import { Frames, Pieces } from './frames.js';
import { maxAnswerBytes, within } from './limits.js';
import type { Way } from './way.js';

const defaultMaxOutputBytes = 1024 * 1024;
const killMs = 8_000;
const lookMs = 100;

/** Runs a program in a container to its end. On abort every process that bears its mark is killed, from inside the container. */
export async function runExec(
  way: Way,
  exec: DockerExec,
  signal: AbortSignal,
  onOutput: ((piece: DockerPiece) => void) | undefined,
): Promise<DockerExecResult> {
  const mark = `JETFLEET_EXEC=${randomBytes(12).toString('hex')}`;
  const id = await create(way, exec, [mark], signal);
  try {
    const output = await outputOf(way, id, exec.maxOutputBytes ?? defaultMaxOutputBytes, signal, onOutput);
    const exitCode = await exitCodeOf(way, id, signal);
    // Engines before 23 answer that a program is absent in its output.
    if ((exitCode === 126 || exitCode === 127) && output.stdout.startsWith('OCI runtime exec failed'))
      throw notStarted(output.stdout);
    return { exitCode, ...output };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw stopped(signal, await kill(way, exec, id, mark));
  }
}

async function create(
  { fresh, prefix }: Way,
  { container, argv, user, cwd }: Pick<DockerExec, 'container' | 'argv' | 'user' | 'cwd'>,
  env: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const body = {
    AttachStdout: true,
    AttachStderr: true,
    Cmd: argv,
    Env: env,
    ...(user !== undefined && { User: user }),
    ...(cwd !== undefined && { WorkingDir: cwd }),
  };
  const path = prefix + enginePath('containers', container, 'exec');
  const response = await fresh.request({ method: 'POST', path, body }, signal);
  await refused(response);
  const { Id: id } = (await readJson(response, maxAnswerBytes)) as { readonly Id?: unknown };
  if (typeof id !== 'string') throw new Failure('unparseable', 'The engine did not name the program it was to run.');
  return id;
}

async function outputOf(
  { fresh, prefix }: Way,
  id: string,
  maxBytes: number,
  signal: AbortSignal,
  onOutput: ((piece: DockerPiece) => void) | undefined,
): Promise<Omit<DockerExecResult, 'exitCode'>> {
  const kept = { stdout: new Kept(maxBytes), stderr: new Kept(maxBytes) };
  const bytes = new Frames((from, content) => kept[from].add(content));
  const lines = onOutput && new Pieces('frames', onOutput);
  const path = prefix + enginePath('exec', id, 'start');
  const reply = await fresh.hijack({ method: 'POST', path, body: { Detach: false, Tty: false } }, signal);
  // An engine that does not hand over its connection answers like any other.
  if (reply instanceof IncomingMessage) await refused(reply);
  const onAbort = (): void => void reply.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const chunks = reply instanceof IncomingMessage ? chunksOf(reply) : (reply as AsyncIterable<Buffer>);
    for await (const chunk of chunks) {
      bytes.add(chunk);
      lines?.add(chunk);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    reply.destroy();
  }
  if (signal.aborted) throw abortFailure(signal);
  lines?.end();
  const { stdout, stderr } = kept;
  return { stdout: stdout.text(), stderr: stderr.text(), truncated: stdout.truncated || stderr.truncated };
}

/** A program may close its output before it ends. */
async function exitCodeOf(way: Way, id: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    const { Running: running, ExitCode: code } = await look(way, id, signal);
    if (running !== true && typeof code === 'number') return code;
    await pause(lookMs, undefined, { signal });
  }
}

async function look(
  { kept, prefix }: Way,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly Running?: unknown; readonly ExitCode?: unknown }> {
  const response = await kept.get(prefix + enginePath('exec', id, 'json'), undefined, signal);
  await refused(response);
  return (await readJson(response, maxAnswerBytes)) as { readonly Running?: unknown; readonly ExitCode?: unknown };
}

/** The engine ends no program by itself, and its processes are another user's to the login user: so by one more program inside. */
const killer =
  'm=$1; k() { for p in /proc/[0-9]*; do if grep -qs "$m" $p/environ; then kill -$1 ${p#/proc/}; fi; done; }; k TERM; sleep 1; k KILL';

async function kill(way: Way, exec: DockerExec, id: string, mark: string): Promise<boolean> {
  const forAsLong = new AbortController().signal;
  try {
    return await within(killMs, forAsLong, async (limit) => {
      const { Running: running } = await look(way, id, limit);
      if (running === false) return true;
      const { container, user } = exec;
      const argv = ['sh', '-c', killer, 'jetfleet-kill', mark] as const;
      const killerId = await create(way, { container, argv, ...(user !== undefined && { user }) }, [], limit);
      await outputOf(way, killerId, 0, limit, undefined);
      await exitCodeOf(way, id, limit);
      return true;
    });
  } catch {
    return false;
  }
}

function stopped(signal: AbortSignal, ended: boolean): Failure {
  const { kind, message, hint } = abortFailure(signal);
  const how = ended
    ? 'It was stopped, with every process it had started.'
    : 'That it has ended could not be made sure: the container may have no shell.';
  return new Failure(kind, `${message} The program was running in the container. ${how}`, {
    hint: hint ?? 'What it did until then stays done: look at the state of the container first.',
    retry: 'check_first',
  });
}

function notStarted(output: string): Failure {
  const fault = engineFault(output);
  const message = fault?.message ?? 'The engine could not start the program in the container.';
  return new Failure('command_failed', message, { hint: fault?.hint, retry: 'no', cause: output });
}

/** The first bytes of a stream. */
class Kept {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  truncated = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    const room = this.#maxBytes - this.#length;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    this.#chunks.push(Buffer.from(chunk.subarray(0, room)));
    this.#length += Math.min(room, chunk.length);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
