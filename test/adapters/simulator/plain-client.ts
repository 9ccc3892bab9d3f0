import ssh2 from 'ssh2';
import type { ClientChannel, ConnectConfig } from 'ssh2';
import { readAnswers } from '../../../src/core/probe/answers.js';
import type { Answers, Reads } from '../../../src/core/probe/probe.js';
import { renderReads } from '../../../src/core/probe/render.js';

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const mark = 'a'.repeat(32);

/** A client that knows SSH and nothing of jetfleet's link. */
export class PlainClient {
  readonly client: ssh2.Client;

  private constructor(client: ssh2.Client) {
    this.client = client;
  }

  /** `typed`: answers to what the server asks by keyboard-interactive. */
  static connect(
    target: { host: string; port: number },
    config: ConnectConfig,
    typed: readonly string[] = [],
  ): Promise<PlainClient> {
    const client = new ssh2.Client();
    return new Promise((resolve, reject) => {
      client.on('keyboard-interactive', (_name, _says, _language, _prompts, finish) => finish([...typed]));
      client.on('ready', () => {
        client.setNoDelay(true);
        client.setMaxListeners(0);
        client.off('error', reject);
        client.on('error', () => undefined);
        resolve(new PlainClient(client));
      });
      client.on('error', reject);
      client.on('close', () => reject(new Error('closed')));
      client.connect({ host: target.host, port: target.port, readyTimeout: 5000, ...config });
    });
  }

  channel(command: string): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      this.client.exec(command, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
    });
  }

  /** Runs a command with this standard input to its end, or to the end of the link. */
  async run(command: string, stdin: string | Buffer = ''): Promise<Ran> {
    const channel = await this.channel(command);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    let code: number | undefined;
    channel.on('data', (bytes: Buffer) => out.push(bytes));
    channel.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    const closed = new Promise<void>((resolve) => {
      // `exit` may come in the same pass as the channel itself; `close` says the code again.
      channel.on('close', (exit?: number | null) => {
        code = exit ?? undefined;
        resolve();
      });
      this.client.on('close', () => resolve());
    });
    channel.end(stdin);
    await closed;
    return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
  }

  /** Reads as the login user, without the session shell's framing. */
  async answers(reads: Reads): Promise<Answers<Reads>> {
    const { stdout } = await this.run('/bin/sh', `${renderReads(reads, mark)}\n`);
    return readAnswers(reads, mark, Buffer.from(stdout));
  }

  end(): void {
    this.client.end();
  }
}
