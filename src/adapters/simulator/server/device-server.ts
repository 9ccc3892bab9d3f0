import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection } from 'ssh2';
import { uidOf, type Account } from '../device/account.js';
import type { Board } from '../device/board.js';
import { link } from '../device/file-tree.js';
import { FileView } from '../device/file-view.js';
import type { Fault } from '../device/fault.js';
import type { Halt, SimulatedDevice } from '../device/simulated-device.js';
import { startFanDaemon } from '../programs/fan.js';
import { pause } from '../programs/program.js';
import { authenticate } from './auth.js';
import { serveCommand, type Link } from './channels.js';
import type { KeyPair } from './host-key.js';
import { SessionRegistry } from './session-registry.js';
import { identOf } from './ident.js';
import { Inside } from './inside.js';
import { serveFiles } from './sftp.js';

/** Between a command that ends the boot and the end: its answer is on its way. */
const lastWordsMs = 30;
const reopenMs = 50;
/** As OpenSSH's default: the eleventh session of a link is refused. */
const maxSessions = 10;

/** The SSH server of one simulated device. Its ssh2 part is made at the first connection, so that an idle one is cheap. */
export class DeviceServer {
  readonly device: SimulatedDevice;
  readonly hostKey: KeyPair;
  readonly #board: Board;
  readonly #files: FileView;
  readonly #sessions = new SessionRegistry();
  readonly #inside: Inside;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  readonly #downMs: number;
  /** Between two boots, or switched off. */
  #down = false;
  #downs = 0;
  #listener: Server | undefined;
  #ssh: ssh2.Server | undefined;
  #address = { host: '', port: 0 };

  /** `downMs`: how long the board is away when it starts again. */
  constructor(device: SimulatedDevice, board: Board, hostKey: KeyPair, downMs: number) {
    this.device = device;
    this.#inside = new Inside(device);
    this.hostKey = hostKey;
    this.#board = board;
    this.#files = new FileView(board.files, device);
    startFanDaemon(device, this.#files);
    this.#downMs = downMs;
    device.onHalt((how) => {
      this.#goDown(how).catch(() => {
        // Whoever ends the simulator while a board starts has its port closed under it.
      });
    });
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
    } else if (this.#listener === undefined && !this.#down) {
      await this.#open(this.host, this.port);
    }
  }

  /** Puts a file or a link into its files, for one of its accounts. */
  put(path: string, what: { readonly owner: string } & ({ readonly text: string } | { readonly link: string })): void {
    const { accounts } = this.device;
    const account = accounts.find(({ name }) => name === what.owner);
    const uid = account === undefined ? 0 : uidOf(account, accounts);
    const node = 'link' in what ? link(what.link) : ({ kind: 'file', readers: 'all', content: what.text } as const);
    this.#files.put(path, { ...node, uid });
  }

  /** Gives a board its power again that was switched off, or hangs. One that runs goes on running. */
  async powerOn(): Promise<void> {
    if (this.#down) await this.#start();
  }

  async #goDown(how: Halt): Promise<void> {
    if (this.#down || !(await pause(lastWordsMs, this.#closing.signal))) return;
    this.#down = true;
    const downs = ++this.#downs;
    const { fault } = this.device;
    this.device.jobs.lose();
    this.cutLinks();
    await this.#shut();
    if (how === 'poweroff' || fault?.kind === 'hangs_on_reboot') return;
    const startMs = this.#downMs + (fault?.kind === 'slow_boot' ? fault.ms : 0);
    const goesOn = await pause(startMs, this.#closing.signal);
    // Somebody may have cut its power meanwhile, and given it again.
    if (goesOn && this.#waitsFor(downs)) await this.#start();
  }

  #waitsFor(downs: number): boolean {
    return this.#down && downs === this.#downs;
  }

  async #start(): Promise<void> {
    this.device.boot();
    this.#files.boot();
    startFanDaemon(this.device, this.#files);
    this.#down = false;
    const { fault } = this.device;
    if (fault?.kind === 'refuse' && fault.at === 'tcp') return;
    await this.#reopen();
  }

  /** Takes its port back. Another program may have it for a moment, as the near end of a connection. */
  async #reopen(): Promise<void> {
    for (;;) {
      try {
        await this.#open(this.host, this.port);
        return;
      } catch (error) {
        this.#listener = undefined;
        if (!(await pause(reopenMs, this.#closing.signal))) throw error;
      }
    }
  }

  /** Cuts every open link, as a board that loses power does. */
  cutLinks(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.device.jobs.lose();
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
    this.#inside.attach(connection, () => account);
    connection.on('session', (accept, reject) => {
      if (account === undefined || open >= maxSessions) {
        reject();
        return;
      }
      open += 1;
      const session = accept();
      const served: Link = {
        device: this.device,
        board: this.#board,
        files: this.#files,
        account,
        sessions: this.#sessions,
        cut: () => this.cutLinks(),
      };
      let ending: AbortController | undefined;
      session.on('close', () => (open -= 1));
      session.on('exec', (allow, _refuse, { command }) => {
        ending = serveCommand(served, command, allow());
      });
      session.on('sftp', (allow) => {
        serveFiles(served, allow());
      });
      session.on('signal', (allow) => {
        (allow as (() => void) | undefined)?.();
        ending?.abort();
      });
    });
  }
}
