import type { Options } from '../config/options.js';
import type { Machine } from '../config/paths.js';
import type { LazyLogger } from './adapters/logging/lazy-logger.js';
import type { Redactor } from './core/redact.js';
import type { Engine } from './engine.js';

/** After this long what still hangs is left behind: a client that has gone must not keep the process. */
export const closeWithinMs = 2000;

/** One run of the program. */
export interface Session {
  readonly options: Options;
  readonly machine: Machine;
  readonly logger: LazyLogger;
  readonly redactor: Redactor;
  /** Aborts on Ctrl-C and when the process is asked to end. */
  readonly stop: AbortSignal;
  /** Whoever read stdout has seen enough: `jetfleet tools | head -1`. */
  readonly readerGone: () => void;
}

/** The engine of a session. */
export async function engineOf(session: Session): Promise<Engine> {
  const { openEngine } = await import('./engine.js');
  return openEngine(session);
}

/** Waits for some work, but not longer than that. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
