import type { Duplex } from 'node:stream';
import type { Connection } from 'ssh2';
import { usesDocker, type Account } from '../device/account.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { EngineApi } from '../docker/engine-api.js';
import type { SimContainer } from '../docker/sim-container.js';
import { InferenceServer } from '../docker/inference-server.js';

const engineSockets: readonly string[] = ['/var/run/docker.sock', '/run/docker.sock'];

/** What a link can be forwarded to inside a simulated device: its engine's socket, and what its containers serve. */
export class Inside {
  readonly #device: SimulatedDevice;
  readonly #servers = new Map<string, InferenceServer>();
  #engine: EngineApi | undefined;

  constructor(device: SimulatedDevice) {
    this.#device = device;
  }

  /** Takes the streams that a connection wants forwarded, for whoever is logged in on it. */
  attach(connection: Connection, account: () => Account | undefined): void {
    connection.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
      const who = account();
      if (who === undefined || !this.#mayOpen(who, socketPath)) reject();
      else this.#serveSocket(accept());
    });
    connection.on('tcpip', (accept, reject, { destPort }) => {
      const container = this.#device.docker.listening(destPort);
      if (account() === undefined || container === undefined || container.image.serves === 'nothing') reject();
      else this.#serverOf(container).serve(accept());
    });
  }

  #mayOpen(account: Account, path: string): boolean {
    return engineSockets.includes(path) && usesDocker(account);
  }

  #serveSocket(stream: Duplex): void {
    this.#engine ??= new EngineApi(this.#device.docker);
    this.#engine.serve(stream);
  }

  #serverOf(container: SimContainer): InferenceServer {
    const server = this.#servers.get(container.id) ?? new InferenceServer(container, this.#device.spec);
    this.#servers.set(container.id, server);
    return server;
  }
}
