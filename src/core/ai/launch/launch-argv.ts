import { renderArgv, type Argv } from '../../command.js';
import type { RunCommand } from '../../docker/run-argv.js';
import { baseName, type ModelFrom } from './model-from.js';
import { modelTarget } from './engine-words.js';

/** Waits for the server inside, has the model unless it is there, and loads it. */
export const ollamaPullScript =
  'i=0; until ollama list >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 120 ] || { echo "ollama did not start" >&2; exit 70; }; sleep 1; done; ' +
  'ollama show "$1" >/dev/null 2>&1 || ollama pull "$1" || exit 71; ollama run "$1" "" || exit 72';
/** The same for a GGUF file of the device, which becomes a model of that name. */
export const ollamaCreateScript =
  'i=0; until ollama list >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 120 ] || { echo "ollama did not start" >&2; exit 70; }; sleep 1; done; ' +
  'echo "FROM $2" >/tmp/jetfleet.modelfile && ollama create "$1" -f /tmp/jetfleet.modelfile || exit 71; ollama run "$1" "" || exit 72';

/** The name by which Ollama serves a model. */
export function ollamaModelName(from: ModelFrom): string {
  if (from.kind === 'ollama') return from.name;
  if (from.kind === 'path')
    return baseName(from.path)
      .replace(/\.gguf$/i, '')
      .toLowerCase();
  const tag = from.quantisation === undefined ? '' : `:${from.quantisation}`;
  return `hf.co/${from.repo}${tag}`;
}

function ollamaWords(from: ModelFrom): string[] {
  const model = ollamaModelName(from);
  return from.kind === 'path'
    ? ['sh', '-c', ollamaCreateScript, 'jetfleet-create', model, modelTarget(from.path)]
    : ['sh', '-c', ollamaPullScript, 'jetfleet-pull', model];
}

/** What is done on the device, as one job. */
export interface LaunchJob {
  readonly argv: Argv;
  readonly stdin?: string | undefined;
}

/**
 * The commands of a launch, one after the other: a dead container of that name removed, the new one run (which pulls its image), and for
 * Ollama the model pulled inside.
 */
export function launchJob(
  name: string,
  run: RunCommand,
  { remove, ollama }: { readonly remove: boolean; readonly ollama?: ModelFrom | undefined },
): LaunchJob {
  const cli = run.argv[0];
  const commands: (readonly string[])[] = [
    ...(remove ? [[cli, 'rm', name]] : []),
    run.argv,
    ...(ollama === undefined ? [] : [[cli, 'exec', name, ...ollamaWords(ollama)]]),
  ];
  if (commands.length === 1) return { argv: run.argv, stdin: run.stdin };
  return { argv: ['sh', '-c', commands.map(renderArgv).join(' && ')], stdin: run.stdin };
}
