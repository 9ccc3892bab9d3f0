import ssh2 from 'ssh2';
import type { Logger } from '../../../ports/logger.js';

/** A key that an ssh-agent holds, and an agent that offers that key alone. */
export interface AgentKey {
  readonly key: ssh2.ParsedKey;
  readonly agent: SingleKeyAgent;
}

/** How long an agent may take to list its keys; one that waits for a person to unlock it is left out. */
const listTimeoutMs = 5_000;

/** The keys of the agent at a socket, a named pipe, or (on Windows) `pageant`; none where it does not answer. */
export async function agentKeys(socket: string, logger: Logger): Promise<readonly AgentKey[]> {
  const agent = ssh2.createAgent(socket);
  const keys = await new Promise<readonly ssh2.ParsedKey[]>((resolve) => {
    const none = (reason: string): void => {
      logger.log('debug', 'The ssh-agent gives no keys.', { reason });
      resolve([]);
    };
    const timer = setTimeout(() => none('no answer in time'), listTimeoutMs);
    agent.getIdentities((error, found) => {
      clearTimeout(timer);
      if (error) none(error.message);
      else resolve((found ?? []).filter(isParsed));
    });
  });
  return keys.map((key) => ({ key, agent: new SingleKeyAgent(agent, key) }));
}

function isParsed(key: unknown): key is ssh2.ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}

type Key = string | Buffer | ssh2.ParsedKey;

/** ssh2 tries all keys of an agent in a row; one agent per key leaves the order, and the count, to us. */
export class SingleKeyAgent extends ssh2.BaseAgent {
  /** The server took the key and had it sign; if the login is not complete then, it wants another proof too. */
  hasSigned = false;
  readonly #agent: ssh2.BaseAgent;
  readonly #key: ssh2.ParsedKey;

  constructor(agent: ssh2.BaseAgent, key: ssh2.ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(found: ssh2.IdentityCallback<Key>): void {
    found(undefined, [this.#key]);
  }

  override sign(key: Key, data: Buffer, options: ssh2.SigningRequestOptions, signed?: ssh2.SignCallback): void;
  override sign(key: Key, data: Buffer, signed: ssh2.SignCallback): void;
  override sign(
    key: Key,
    data: Buffer,
    options: ssh2.SigningRequestOptions | ssh2.SignCallback,
    signed?: ssh2.SignCallback,
  ): void {
    this.hasSigned = true;
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, signed);
  }
}
