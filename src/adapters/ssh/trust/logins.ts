import type ssh2 from 'ssh2';
import { Failure } from '../../../core/errors.js';
import type { LinkStep } from '../../../ports/fleet.js';
import { handshake, type HandshakeOptions } from './handshake.js';
import { algorithmsOf, hostKeyTypes } from './host-key-algorithms.js';
import { judgeHostKey } from './host-key.js';
import type { Reached } from './reached.js';
import type { ShownKey } from './shown-key.js';
import { StepReport } from './steps.js';

/** A login, and the stream that carries it. */
export interface LoggedIn {
  readonly client: ssh2.Client;
  readonly reached: Reached;
}

/** Reaches the host; silently where that is not the first time. */
type Reach = (silent: boolean) => Promise<Reached>;

/** Logs in to hosts, also to those whose key is pinned by its fingerprint alone. */
export class Logins {
  /** Of which type the pinned keys were, so that the next connection asks for the right one at once. */
  readonly #typeOfPin = new Map<string, string>();

  /**
   * Logs in. A fingerprint does not say of which type its key is, and a server shows one key at a time: where the first
   * one is not the pinned one, the server is asked for its keys of other types, each over a connection of its own.
   */
  async login(options: HandshakeOptions, reach: Reach, signal: AbortSignal): Promise<LoggedIn> {
    const { policy } = options.trust;
    if (typeof policy !== 'object') return attempt(options, await reach(false), signal);
    const known = this.#typeOfPin.get(policy.fingerprint);
    let types = known === undefined ? hostKeyTypes : [known, ...hostKeyTypes.filter((type) => type !== known)];
    let first: { readonly steps: readonly LinkStep[]; readonly failure: Failure } | undefined;
    for (;;) {
      const steps: LinkStep[] = [];
      const seen: ShownKey[] = [];
      const report = new StepReport((step) => steps.push(step));
      const algorithms = types.flatMap(algorithmsOf);
      try {
        const reached = await reach(first !== undefined);
        const onHostKey = (key: ShownKey): unknown => seen.push(key);
        const done = await attempt({ ...options, algorithms, report, onHostKey }, reached, signal);
        for (const step of steps) options.report.pass(step);
        for (const { type } of seen) this.#typeOfPin.set(policy.fingerprint, type);
        return done;
      } catch (error) {
        const refused = seen.find((key) => !judgeHostKey(key, options.trust).trusted);
        if (refused !== undefined && error instanceof Failure) {
          first ??= { steps, failure: error };
          types = types.filter((type) => type !== refused.type);
          if (types.length > 0 && !signal.aborted) continue;
        }
        // That the server has no key of the remaining types is no news; that it has not the pinned one is.
        const isNews = refused === undefined && !(error instanceof Failure && error.kind === 'unsupported');
        const end = first === undefined || isNews ? { steps, failure: error } : first;
        for (const step of end.steps) options.report.pass(step);
        throw end.failure;
      }
    }
  }
}

async function attempt(options: HandshakeOptions, reached: Reached, signal: AbortSignal): Promise<LoggedIn> {
  try {
    return { client: await handshake(reached.stream, options, signal), reached };
  } catch (error) {
    reached.release();
    throw error;
  }
}
