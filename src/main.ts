#!/usr/bin/env node
import { homedir } from 'node:os';
import { type LoadedOptions, loadOptions, type Options } from '../config/options.js';
import { defaultFleetFile, hasHome, type Machine, namedFile } from '../config/paths.js';
import { answerEarly } from './adapters/mcp/early-answer.js';
import { claimStdout, flushed } from './adapters/mcp/stdout-guard.js';
import { LazyLogger } from './adapters/logging/lazy-logger.js';
import { Failure } from './core/errors.js';
import { Redactor } from './core/redact.js';
import type { Engine } from './engine.js';

/** The build writes the version of package.json here. */
declare const JETFLEET_VERSION: string;

/** After this long what still hangs is left behind: a client that has gone must not keep the process. */
const closeWithinMs = 2000;
const simulatedByDefault = 12;
/** The demo breaks one device, so that it needs another. */
const leastForDemo = 2;

interface Session {
  readonly options: Options;
  readonly machine: Machine;
  readonly logger: LazyLogger;
  /** Aborts on Ctrl-C and when the process is asked to end. */
  readonly stop: AbortSignal;
  /** Whoever read stdout has seen enough: `jetfleet tools | head -1`. */
  readonly readerGone: () => void;
}

const redactor = new Redactor();

async function engineOf({ options, machine, logger }: Session): Promise<Engine> {
  const { openEngine } = await import('./engine.js');
  return openEngine({ options, machine, redactor, logger });
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

/** MCP on stdin and stdout until the client goes. */
async function serve(session: Session): Promise<number> {
  const { logger, stop } = session;
  const stdout = claimStdout(process.stdout, process.stderr);
  const { input, output } = await answerEarly({ input: process.stdin, output: stdout }, JETFLEET_VERSION);
  const { serveMcp } = await import('./adapters/mcp/serve.js');
  let opened: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => (opened ??= engineOf(session));
  const serving = serveMcp({ version: JETFLEET_VERSION, engine, log: logger, input, output });
  // The end may have been asked for while the SDK was loading.
  if (stop.aborted) await serving.close();
  stop.addEventListener('abort', () => void serving.close(), { once: true });
  await serving.closed;
  const closing = opened?.then((made) => made.close()) ?? Promise.resolve();
  await within(
    closeWithinMs,
    closing.catch((error: unknown) => logger.log('warn', 'closing', { error })),
  );
  await within(closeWithinMs, flushed(output));
  return 0;
}

/** Does the work with an engine, and closes it. */
async function withEngine(session: Session, work: (engine: Engine) => number | Promise<number>): Promise<number> {
  const engine = await engineOf(session);
  try {
    return await work(engine);
  } finally {
    await within(closeWithinMs, engine.close());
  }
}

/** A person at a terminal has asked for a tool by its name, so the default toolset is no limit. */
function withAllTools(session: Session): Session {
  return { ...session, options: { ...session.options, toolsets: ['all'] } };
}

async function terminal({ readerGone }: Session) {
  const { terminalOn } = await import('./adapters/cli/terminal.js');
  process.stdout.on('error', readerGone);
  return terminalOn(process.stdout, process.stderr, process.env);
}

async function init(session: Session): Promise<number> {
  const { options, machine } = session;
  const [{ initCommand }, { clientSnippets, launchOf }, { default: template }] = await Promise.all([
    import('./adapters/cli/init.js'),
    import('./adapters/cli/client-snippets.js'),
    import('../config/fleet.example.yaml'),
  ]);
  const { platform } = process;
  const launch = launchOf(process.execPath, process.argv[1] ?? '', platform);
  const named = options.config === undefined ? undefined : namedFile(options.config, machine);
  const args = named === undefined ? launch.args : [...launch.args, '--config', named];
  const snippets = clientSnippets({ ...launch, args }, { platform, home: machine.home, env: machine.env });
  return initCommand({ path: named ?? defaultFleetFile(machine), template, snippets }, await terminal(session));
}

/** A simulated fleet, and a session that reaches it. */
async function simulate(session: Session, least: number, place: Pick<Options, 'listen' | 'port'> = {}) {
  const { openSimulation } = await import('./adapters/simulator/open-simulation.js');
  const count = Math.max(least, session.options.devices ?? simulatedByDefault);
  const simulation = await openSimulation({ count, listen: place.listen, port: place.port });
  const { config } = simulation;
  return { simulation, session: { ...session, options: { ...session.options, config } } };
}

async function sim(session: Session): Promise<number> {
  const { simCommand } = await import('./adapters/cli/sim.js');
  const { simulation } = await simulate(session, 1, session.options);
  const { simulator, config } = simulation;
  try {
    return await simCommand({ devices: simulator.devices, config }, await terminal(session), session.stop);
  } finally {
    await simulation.close();
  }
}

async function demo(session: Session): Promise<number> {
  const [{ demoCommand }, { tour }] = await Promise.all([
    import('./adapters/cli/demo.js'),
    import('./adapters/cli/tour.js'),
  ]);
  const { simulation, session: simulated } = await simulate(session, leastForDemo);
  const { simulator } = simulation;
  try {
    const names = simulator.devices.map(({ name }) => name);
    const dead = names.at(-1) ?? '';
    await simulator.setFault(dead, { kind: 'refuse', at: 'tcp' });
    const screen = await terminal(session);
    screen.say(
      `${names.length} simulated Jetsons listen behind real SSH servers; the last one is broken on purpose.\n`,
    );
    const work = ({ runner }: Engine) =>
      demoCommand(runner, tour(names, dead), screen, session.stop, () => performance.now());
    return await withEngine(withAllTools(simulated), work);
  } finally {
    await simulation.close();
  }
}

async function perform({ command, positionals }: LoadedOptions & { ok: true }, session: Session): Promise<number> {
  const { options, stop } = session;
  switch (command) {
    case 'serve':
      return serve(session);
    case 'demo':
      return demo(session);
    case 'sim':
      return sim(session);
    case 'init':
      return init(session);
    case 'call': {
      const { callCommand } = await import('./adapters/cli/call.js');
      const [tool = '', json] = positionals;
      const screen = await terminal(session);
      return withEngine(withAllTools(session), ({ runner }) =>
        callCommand(runner, { tool, json, asJson: options.json }, screen, stop),
      );
    }
    case 'tools': {
      const { toolsCommand } = await import('./adapters/cli/tools.js');
      const screen = await terminal(session);
      return withEngine(session, ({ catalog }) => toolsCommand(catalog, options.json, screen));
    }
    case 'doctor': {
      const { doctorCommand } = await import('./adapters/cli/doctor.js');
      const screen = await terminal(session);
      const nodeVersion = process.versions.node;
      const request = { selector: positionals[0], asJson: options.json };
      return withEngine(withAllTools(session), (engine) =>
        doctorCommand({ ...engine, nodeVersion }, request, screen, stop),
      );
    }
  }
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
    const code = await perform(loaded, { options, machine, logger, stop: stopper.signal, readerGone });
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
