import { Failure } from '../../../core/errors.js';
import type { SeenHostKey } from '../../../ports/fleet.js';
import { handshake, type HandshakeOptions } from './handshake.js';
import { algorithmsOf, hostKeyAlgorithms, hostKeyTypes } from './host-key-algorithms.js';
import { standingOf } from './host-key.js';
import type { LoggedIn } from './logins.js';
import type { Reached } from './reached.js';
import type { ShownKey } from './shown-key.js';
import type { Target } from './target.js';

export interface SeenKey {
  readonly key: ShownKey;
  readonly trust: SeenHostKey['trust'];
  readonly address: string;
}

/** No key has this fingerprint, so every connection ends when the key was shown. */
const trustsNothing = { fingerprint: '' } as const;
/** A server that is not trusted may keep a login waiting for as long as it likes. */
const loginMs = 10_000;

/** Looks at the key of one host, without trusting it. */
export class KeyLook {
  readonly #options: HandshakeOptions;
  readonly #reach: () => Promise<Reached>;

  constructor(options: HandshakeOptions, reach: () => Promise<Reached>) {
    this.#options = options;
    this.#reach = reach;
  }

  /** The key that the host shows; of several, the one that is trusted, else the first. A server shows one of a type at a time. */
  async see(signal: AbortSignal): Promise<SeenKey> {
    const { trust } = this.#options;
    const first = await this.#show(hostKeyAlgorithms(trust.listed), signal);
    let types = hostKeyTypes.filter((type) => type !== first.key.type);
    // Of a pinned key only the fingerprint is known, not its type.
    while (first.trust === 'changed' && typeof trust.policy === 'object' && types.length > 0) {
      const other = await this.#show(types.flatMap(algorithmsOf), signal).catch((error: unknown) => {
        if (error instanceof Failure && error.kind === 'unsupported') return undefined;
        throw error;
      });
      if (other === undefined) break;
      if (other.trust === 'trusted') return other;
      types = types.filter((type) => type !== other.key.type);
    }
    return first;
  }

  /**
   * Logs in to the host that shows this key and proves that it owns it, with public keys only: their signatures are worth
   * nothing elsewhere. Undefined where none is accepted. Rejects where the key is another one now, or is not the host's.
   */
  async login(key: ShownKey, signal: AbortSignal): Promise<LoggedIn | undefined> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(loginMs)]);
    const { target, trust } = this.#options;
    let reached: Reached | undefined;
    try {
      reached = await this.#reach();
      const options: HandshakeOptions = {
        ...this.#options,
        target: { ...target, password: undefined, passphrase: undefined },
        trust: { ...trust, policy: { fingerprint: key.fingerprint } },
        algorithms: [...algorithmsOf(key.type)],
      };
      return { client: await handshake(reached.stream, options, limited), reached };
    } catch (error) {
      reached?.release();
      if (signal.aborted || !(error instanceof Failure) || error.kind === 'not_allowed') throw error;
      return undefined;
    }
  }

  async #show(algorithms: HandshakeOptions['algorithms'], signal: AbortSignal): Promise<SeenKey> {
    const { target, trust } = this.#options;
    const reached = await this.#reach();
    const address = addressOf(reached, target);
    const shown: ShownKey[] = [];
    const onHostKey = (key: ShownKey): unknown => shown.push(key);
    const options = { ...this.#options, trust: { ...trust, policy: trustsNothing }, algorithms, onHostKey };
    try {
      const client = await handshake(reached.stream, options, signal);
      client.end();
    } catch (error) {
      if (shown.length === 0) throw error;
    } finally {
      reached.release();
    }
    const [key] = shown;
    if (key === undefined) throw new Failure('internal', 'A host let us in and showed no key.');
    return { key, trust: standingOf(key, trust), address };
  }
}

/** The address that was connected to; where a jump host or a ProxyCommand did that, the one they were told. */
function addressOf({ stream }: Reached, { host, port }: Target): string {
  const found = 'remoteAddress' in stream && typeof stream.remoteAddress === 'string' ? stream.remoteAddress : host;
  return `${found.includes(':') ? `[${found}]` : found}:${String(port)}`;
}
