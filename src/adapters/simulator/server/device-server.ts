import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection } from 'ssh2';
import type { Account } from '../device/account.js';
import type { Board } from '../device/board.js';
import type { Fault, SimulatedDevice } from '../device/simulated-device.js';
import { pause } from '../programs/program.js';
import { authenticate } from './auth.js';
import { serveCommand, type Link } from './channels.js';
import type { KeyPair } from './host-key.js';
import { SessionRegistry } from './session-registry.js';
import { serveFiles } from './sftp.js';

/** The OpenSSH that each Ubuntu brings. */
const openSsh: Readonly<Record<string, string>> = {
  '18.04': '7.6p1',
  '20.04': '8.2p1',
  '22.04': '8.9p1',
  '24.04': '9.6p1',
};

function identOf({ spec }: SimulatedDevice): string {
  return `OpenSSH_${openSsh[spec.release.ubuntu.version] ?? '8.9p1'} jetfleet-simulator`;
}

/** As OpenSSH's default: the eleventh session of a link is refused. */
const maxSessions = 10;

/** The SSH server of one simulated device. Its ssh2 part is made at the first connection, so that an idle one is cheap. */
export class DeviceServer {
  readonly device: SimulatedDevice;
  readonly hostKey: KeyPair;
  readonly #board: Board;
  readonly #sessions = new SessionRegistry();
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  #listener: Server | undefined;
  #ssh: ssh2.Server | undefined;
  #address = { host: '', port: 0 };

  constructor(device: SimulatedDevice, board: Board, hostKey: KeyPair) {
    this.device = device;
    this.hostKey = hostKey;
    this.#board = board;
  }

  get host(): string {
    return this.#address.host;
  }

  get port(): number {
    return this.#address.port;
  }

  /** Links that are open now. */
  get links(): number {
    return this.#sockets.size;
  }

  /** Begins to listen, on any free port where it is 0. A device that refuses TCP has its port and does not listen. */
  async listen(host: string, port: number): Promise<void> {
    await this.#open(host, port);
    if (this.device.fault?.kind === 'refuse' && this.device.fault.at === 'tcp') await this.#shut();
  }

  /** Changes how the device misbehaves from now on. */
  async setFault(fault: Fault | undefined): Promise<void> {
    this.device.fault = fault;
    const refuses = fault?.kind === 'refuse' && fault.at === 'tcp';
    if (refuses) {
      this.cutLinks();
      await this.#shut();
    } else if (this.#listener === undefined) {
      await this.#open(this.host, this.port);
    }
  }

  /** Cuts every open link, as a board that loses power does. */
  cutLinks(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.cutLinks();
    await this.#shut();
    this.#sockets.clear();
  }

  #open(host: string, port: number): Promise<void> {
    const listener = createServer({ noDelay: true }, (socket) => void this.#accept(socket));
    this.#listener = listener;
    return new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, host, () => {
        this.#address = { host, port: (listener.address() as AddressInfo).port };
        resolve();
      });
    });
  }

  #shut(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    return new Promise((resolve) => {
      if (listener === undefined) resolve();
      else listener.close(() => resolve());
    });
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    const { fault } = this.device;
    if (fault?.kind === 'silent') {
      socket.resume();
      return;
    }
    if (fault?.kind === 'slow') await pause(fault.latencyMs, this.#closing.signal);
    if (!socket.destroyed) this.#server().injectSocket(socket);
  }

  #server(): ssh2.Server {
    this.#ssh ??= new ssh2.Server(
      { hostKeys: [this.hostKey.privateKey], ident: identOf(this.device) },
      (connection) => {
        this.#serve(connection);
      },
    );
    return this.#ssh;
  }

  #serve(connection: Connection): void {
    let account: Account | undefined;
    let open = 0;
    connection.on('error', () => {
      connection.end();
    });
    connection.on('authentication', (context) => {
      void authenticate(this.device, context, (who) => (account = who));
    });
    connection.on('session', (accept, reject) => {
      if (account === undefined || open >= maxSessions) {
        reject();
        return;
      }
      open += 1;
      const session = accept();
      const link: Link = {
        device: this.device,
        board: this.#board,
        account,
        sessions: this.#sessions,
        cut: () => this.cutLinks(),
      };
      let ending: AbortController | undefined;
      session.on('close', () => (open -= 1));
      session.on('exec', (allow, _refuse, { command }) => {
        ending = serveCommand(link, command, allow());
      });
      session.on('sftp', (allow) => {
        serveFiles(link, allow());
      });
      session.on('signal', (allow) => {
        (allow as (() => void) | undefined)?.();
        ending?.abort();
      });
    });
  }
}
