import type { RunWords } from './run-words.js';
import type { SimImage } from './sim-image.js';

/** A line that a container wrote. */
export interface SimLine {
  /** Milliseconds since 1970, with a part. */
  readonly atMs: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** One container of a simulated engine. */
export interface SimContainer {
  readonly id: string;
  readonly name: string;
  readonly image: SimImage;
  readonly words: RunWords;
  readonly createdMs: number;
  readonly lines: SimLine[];
  state: 'created' | 'running' | 'paused' | 'exited';
  startedMs: number;
  finishedMs: number;
  exitCode: number;
  oomKilled: boolean;
  pid: number;
  restarts: number;
  /** Its restart policy. */
  restart: string;
  /** Ollama's model in memory. */
  loaded: string | undefined;
}

/** The word after one of these options, among the words of a container's program. */
export function wordAfter({ words: { command } }: SimContainer, ...names: readonly string[]): string | undefined {
  const at = command.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : command[at + 1];
}

/** The name by which an engine in a container serves its model, as its words have it. */
export function servedModel(container: SimContainer): string {
  const { command, labels } = container.words;
  const named = wordAfter(
    container,
    '--alias',
    '--served-model-name',
    '-hf',
    '--hf-repo',
    '-m',
    '--model',
    '--model-path',
  );
  const positional = command.includes('serve') ? command[command.indexOf('serve') + 1] : undefined;
  return named ?? positional ?? labels['jetfleet.model'] ?? 'model';
}

/** Whether a container has the GPU. */
export const hasGpu = ({ words: { runtime, devices } }: SimContainer): boolean =>
  runtime === 'nvidia' || devices.some((each) => each.startsWith('nvidia.com/gpu'));
