import { dirname } from 'node:path';
import type { CommandName } from '../config/option-table.js';
import type { Options } from '../config/options.js';
import { defaultFleetFile, namedFile } from '../config/paths.js';
import { Failure } from './core/errors.js';
import type { Engine } from './engine.js';
import { closeWithinMs, engineOf, within, type Session } from './session.js';
import { systemClock } from './system-clock.js';

/** Every command but the server itself. */
export type TerminalCommand = Exclude<CommandName, 'serve'>;

const simulatedByDefault = 12;
/** The demo breaks one device, so that it needs another. */
const leastForDemo = 2;

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

/** As if that folder were the user's home: what is shown off there is bound by no policy of theirs, and no part of their records. */
function atHomeIn(home: string, session: Session): Session {
  const options = { ...session.options, policy: undefined, mockSsh: false };
  return { ...session, options, machine: { ...session.machine, home, env: {}, cwd: home } };
}

async function demo(session: Session): Promise<number> {
  const [{ demoCommand }, { tour }] = await Promise.all([
    import('./adapters/cli/demo.js'),
    import('./adapters/cli/tour.js'),
  ]);
  const { simulation, session: simulated } = await simulate(session, leastForDemo);
  const { simulator, config } = simulation;
  const { readOnly, disableDisruptive } = session.options;
  const changes = !readOnly && !disableDisruptive;
  try {
    const names = simulator.devices.map(({ name }) => name);
    const dead = names.at(-1) ?? '';
    await simulator.setFault(dead, { kind: 'refuse', at: 'tcp' });
    const screen = await terminal(session);
    screen.say(
      `${names.length} simulated Jetsons listen behind real SSH servers; the last one is broken on purpose.\n`,
    );
    const work = ({ runner }: Engine) =>
      demoCommand(runner, tour(names, dead, { changes }), screen, session.stop, () => performance.now());
    return await withEngine(withAllTools(atHomeIn(dirname(config), simulated)), work);
  } finally {
    await simulation.close();
  }
}

/** A person to ask, where one sits at the terminal. */
async function asking() {
  const { askOn } = await import('./adapters/cli/ask.js');
  return askOn(process.stdin, process.stderr);
}

async function approve(session: Session, code: string | undefined): Promise<number> {
  const [{ approveCommand }, { openState }, ask] = await Promise.all([
    import('./adapters/cli/approve.js'),
    import('./state.js'),
    asking(),
  ]);
  const parts = {
    ...openState(session.machine, session.logger),
    clock: systemClock,
    // The plan is read on stdout: whoever pipes that away has not seen it.
    ask: process.stdout.isTTY && ask ? (question: string) => ask(question, session.stop) : undefined,
  };
  return approveCommand(parts, { code }, await terminal(session));
}

async function policyTest(session: Session, [verb, tool, json]: readonly string[]): Promise<number> {
  if (verb !== 'test') return wrongVerb("policy test TOOL '{json}'");
  const { policyTestCommand } = await import('./adapters/cli/policy-test.js');
  const { readOnly, disableDisruptive, json: asJson, at } = session.options;
  const everything = withAllTools(session);
  const open = { ...everything, options: { ...everything.options, readOnly: false, disableDisruptive: false } };
  const screen = await terminal(session);
  return withEngine(open, (engine) =>
    policyTestCommand({ ...engine, readOnly, disableDisruptive }, { tool, json, asJson, at }, screen, session.stop),
  );
}

function wrongVerb(usage: string): never {
  throw new Failure('invalid_input', 'This is not a command.', { hint: `Write: jetfleet ${usage}` });
}

/** Does one command of the command line; the exit code. */
export async function perform(
  command: TerminalCommand,
  session: Session,
  positionals: readonly string[],
): Promise<number> {
  const { options, stop } = session;
  switch (command) {
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
      const request = { tool, json, asJson: options.json, yes: options.yes, ask: await asking() };
      return withEngine(withAllTools(session), ({ runner, watch }) =>
        callCommand(runner, { ...request, idle: () => watch.idle() }, screen, stop),
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
    case 'approve':
      return approve(session, positionals[0]);
    case 'policy':
      return policyTest(session, positionals);
    case 'audit': {
      if (positionals[0] !== 'verify') return wrongVerb('audit verify');
      const [{ auditVerifyCommand }, { openState }] = await Promise.all([
        import('./adapters/cli/audit.js'),
        import('./state.js'),
      ]);
      const { verify } = openState(session.machine, session.logger);
      return auditVerifyCommand(verify, { asJson: options.json }, await terminal(session));
    }
  }
}
