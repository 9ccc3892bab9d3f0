import { renderArgv, type Argv } from '../command.js';
import { runArgv, type EngineCli } from '../docker/run-argv.js';
import type { ComposePlan, PlannedService } from './compose-plan.js';
import { composeLabels } from './project-state.js';
import type { Waiting } from './compose-specs.js';

/** A job's program with what it reads. */
export interface ScriptedJob {
  readonly argv: Argv;
  readonly stdin?: string;
}

const waitSeconds = 600;

/**
 * Waits for a container: arguments are the engine's command line, the container and for how many seconds; ends with 1 where it became
 * unhealthy or ended meanwhile, with 2 where the time is over.
 */
const untilHealthy =
  'i=0; while [ $i -lt $3 ]; do s=$("$1" inspect --format "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}" "$2") || exit 1; case $s in "running healthy") exit 0;; "running starting") ;; *) echo "jetfleet-wait: $2 $s"; exit 1;; esac; sleep 1; i=$((i+1)); done; echo "jetfleet-wait: $2 late"; exit 2';
const untilThrough =
  's=$("$1" wait "$2") || exit 1; if [ "$s" != 0 ]; then echo "jetfleet-wait: $2 ended $s"; exit 1; fi';

const waiting = (cli: EngineCli, { container, until }: Waiting): string =>
  renderArgv([
    ...['sh', '-c', until === 'service_healthy' ? untilHealthy : untilThrough],
    ...['jetfleet-wait', cli, container, String(waitSeconds)],
  ]);

/** Images that no service of this device has yet, each once: they come before anything is stopped. */
function pulls(cli: EngineCli, { services }: ComposePlan, missing: readonly string[]): string[] {
  const wanted = services.filter(
    ({ action, spec }) =>
      action !== 'left' &&
      action !== 'started' &&
      (spec.pull === 'always' || (spec.pull === 'missing' && missing.includes(spec.image))),
  );
  return [...new Set(wanted.map(({ spec }) => spec.image))].map((image) => renderArgv([cli, 'pull', image]));
}

/** One job that brings a project to its plan. Values of variables go by standard input, each container's lines to it alone. */
export function composeScript(cli: EngineCli, plan: ComposePlan, missingImages: readonly string[]): ScriptedJob {
  const { project, services, networks, volumes } = plan;
  const label = `--label=${composeLabels.project}=${project}`;
  const input: string[] = [];
  const started = (each: PlannedService): string[] => {
    const { action, spec, joins, waits } = each;
    if (action === 'left') return [];
    const before = waits.map((wait) => waiting(cli, wait));
    if (action === 'started') return [...before, renderArgv([cli, 'start', spec.name])];
    const { argv, stdin } = runArgv({ ...spec, pull: 'never' }, cli);
    const run = renderArgv(argv);
    const first = input.length + 1;
    input.push(...(stdin?.split('\n').slice(0, -1) ?? []));
    const lines = `${first},${input.length}p`;
    return [
      ...before,
      ...(action === 'remade' ? [renderArgv([cli, 'stop', spec.name]), renderArgv([cli, 'rm', spec.name])] : []),
      stdin === undefined ? run : `${renderArgv(['sed', '-n', lines, '/dev/stdin'])} | ${run}`,
      ...joins.map(({ network, aliases }) =>
        renderArgv([cli, 'network', 'connect', ...aliases.map((alias) => `--alias=${alias}`), network, spec.name]),
      ),
    ];
  };
  const commands = [
    ...pulls(cli, plan, missingImages),
    ...networks.map(({ key, name }) =>
      renderArgv([cli, 'network', 'create', label, `--label=${composeLabels.network}=${key}`, name]),
    ),
    ...volumes.map(({ key, name }) =>
      renderArgv([cli, 'volume', 'create', label, `--label=${composeLabels.volume}=${key}`, name]),
    ),
    ...services.flatMap(started),
  ];
  return {
    argv: ['sh', '-c', commands.join(' && ')],
    ...(input.length > 0 && { stdin: `${input.join('\n')}\n` }),
  };
}

/** What is taken down. */
export interface DownPlan {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** One job that takes a project down. */
export function downScript(cli: EngineCli, { containers, networks, volumes }: DownPlan): ScriptedJob {
  const each = (words: readonly string[], names: readonly string[]): string[] =>
    names.length === 0 ? [] : [renderArgv([cli, ...words, ...names])];
  const commands = [
    ...each(['stop'], containers),
    ...each(['rm'], containers),
    ...each(['network', 'rm'], networks),
    ...each(['volume', 'rm'], volumes),
  ];
  return { argv: ['sh', '-c', commands.join(' && ')] };
}
