#!/usr/bin/env node
import { homedir } from 'node:os';
import { loadOptions } from '../config/options.js';
import { hasHome } from '../config/paths.js';
import { LazyLogger } from './adapters/logging/lazy-logger.js';
import { answerEarly } from './adapters/mcp/early-answer.js';
import { claimStdout, flushed } from './adapters/mcp/stdout-guard.js';
import { Failure } from './core/errors.js';
import { Redactor } from './core/redact.js';
import type { Engine } from './engine.js';
import type { TerminalCommand } from './commands.js';
import { closeWithinMs, engineOf, within, type Session } from './session.js';

/** The build writes the version of package.json here. */
declare const JETFLEET_VERSION: string;

/** MCP on stdin and stdout until the client goes. */
async function serve(session: Session): Promise<number> {
  const { logger, stop } = session;
  const stdout = claimStdout(process.stdout, process.stderr);
  const { input, output } = await answerEarly({ input: process.stdin, output: stdout }, JETFLEET_VERSION);
  const { serveMcp } = await import('./adapters/mcp/serve.js');
  let opened: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> =>
    (opened ??= engineOf(session).then((made) => {
      // What an earlier server was killed in the middle of is seen through by this one.
      made.watch.start();
      return made;
    }));
  const serving = serveMcp({ version: JETFLEET_VERSION, engine, log: logger, input, output });
  // The end may have been asked for while the SDK was loading.
  if (stop.aborted) await serving.close();
  stop.addEventListener('abort', () => void serving.close(), { once: true });
  await serving.closed;
  // A client that goes has cancelled its calls: that they were, and how far they got, is still to be recorded.
  await within(closeWithinMs, serving.idle());
  const closing = opened?.then((made) => made.close()) ?? Promise.resolve();
  await within(
    closeWithinMs,
    closing.catch((error: unknown) => logger.log('warn', 'closing', { error })),
  );
  await within(closeWithinMs, flushed(output));
  return 0;
}

async function command(name: TerminalCommand, session: Session, positionals: readonly string[]): Promise<number> {
  const { perform } = await import('./commands.js');
  return perform(name, session, positionals);
}

/** Prints what is wrong with the command line. Such a call has its own exit code, as is the custom. */
function refuse(lines: readonly string[]): number {
  process.stderr.write(`${lines.join('\n')}\n`);
  return 2;
}

async function main(): Promise<number> {
  const { argv, env, platform } = process;
  const loaded = loadOptions(argv.slice(2), env);
  if (!loaded.ok) return refuse(loaded.errors.map(({ message, fix }) => `${message} ${fix}`));
  const { options } = loaded;
  if (options.help || options.version) {
    const { usage } = await import('../config/usage.js');
    process.stdout.write(options.help ? usage() : `${JETFLEET_VERSION}\n`);
    return 0;
  }
  const redactor = new Redactor();
  const logger = new LazyLogger({
    level: options.logLevel,
    redact: (text) => redactor.redact(text),
    stream: process.stderr,
  });
  const crash = (error: unknown): void => {
    logger.lastWords('jetfleet crashed', error);
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  const stopper = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopper.abort());
  const reader = { gone: false };
  // Not at once: what was begun is still to be taken away.
  const readerGone = (): void => {
    reader.gone = true;
    stopper.abort();
  };
  try {
    const machine = { platform, env, home: homeFolder(), cwd: process.cwd() };
    if (!hasHome(machine)) throw noHome(platform);
    const session = { options, machine, logger, redactor, stop: stopper.signal, readerGone };
    const code =
      loaded.command === 'serve' ? await serve(session) : await command(loaded.command, session, loaded.positionals);
    return reader.gone ? 0 : code;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return refuse([error.message, ...(error.hint === undefined ? [] : [error.hint])]);
  } finally {
    await logger.flush();
  }
}

/** The user's home as the system has it; empty where it has none. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

function noHome(platform: string): Failure {
  const name = platform === 'win32' ? 'USERPROFILE' : 'HOME';
  return new Failure('invalid_input', `${name} is not the full path of a folder.`, {
    hint: `Set ${name} to your home folder; the fleet file and SSH keys are looked for below it.`,
  });
}

/** Ends the process once what was written is out; on Windows a pipe takes its time. */
function end(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

void main().then(end);
