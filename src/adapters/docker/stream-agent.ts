import { Agent, type ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { NotOpened } from './failures.js';

type OnSocket = (error: Error | null, socket?: NodeJS.ReadWriteStream) => void;

/** Connections over streams that somebody else opens. */
export class StreamAgent extends Agent {
  readonly #open: () => Promise<NodeJS.ReadWriteStream>;
  readonly #idleMs: number;
  readonly #idle = new WeakMap<Duplex, NodeJS.Timeout>();

  /** `idleMs`: how long an unused one is kept; 0 for not at all. `maxSockets` would not hold: Node does not count what is being opened. */
  constructor(open: () => Promise<NodeJS.ReadWriteStream>, idleMs: number) {
    super({ keepAlive: idleMs > 0 });
    this.#open = open;
    this.#idleMs = idleMs;
  }

  override createConnection(_options: unknown, done: OnSocket): undefined {
    this.#open().then(
      (stream) => done(null, stream),
      (error: unknown) => done(new NotOpened(error)),
    );
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // Once for each connection, which is kept again and again.
    if (!this.#idle.has(socket)) socket.once('close', () => clearTimeout(this.#idle.get(socket)));
    this.#idle.set(socket, setTimeout(() => socket.destroy(), this.#idleMs).unref());
    return true;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    clearTimeout(this.#idle.get(socket));
    super.reuseSocket(socket, request);
  }
}
