import type ssh2 from 'ssh2';
import type { Channels } from './channels.js';
import { FrameReader } from './frame-reader.js';
import { exchangeTimedOut, noShell } from './link-failures.js';
import { newMark } from './mark.js';
import { preamble } from './remote-scripts.js';

/** One exchange: what is sent, and who hears of its end. */
export interface Exchange {
  readonly script: string;
  readonly maxBytes: number;
  /** What was sent before it has been answered: it is the one that runs now. */
  onTurn(): void;
  onAnswer(output: Buffer, exitCode: number): void;
  onTooMuch(): void;
}

/** The banner of a login shell may take this much and this long before the shell itself answers. */
const bannerMaxBytes = 1024 * 1024;
const startTimeoutMs = 15_000;

/** One `/bin/sh` on one channel, that answers scripts in the order they were sent. */
export class FramedShell {
  /** The session of its processes on the device; undefined where that could not be found out. */
  readonly sessionId: string | undefined;
  readonly #channel: ssh2.ClientChannel;
  readonly #sent: { readonly exchange: Exchange; readonly reader: FrameReader }[] = [];
  #onDeath: ((unanswered: readonly Exchange[]) => void) | undefined;

  private constructor(channel: ssh2.ClientChannel, sessionId: string | undefined) {
    this.#channel = channel;
    this.sessionId = sessionId;
    channel.on('data', (chunk: Buffer) => this.#feed(chunk));
    channel.on('close', () => this.#die());
  }

  /** Starts a shell and waits until it answers, past whatever the login prints before. */
  static async start(channels: Channels, signal: AbortSignal): Promise<FramedShell> {
    const { channel } = await channels.exec('exec /bin/sh', channels.budget.limit > 1 ? 'first' : 'fair', signal);
    channel.stderr.resume();
    const mark = newMark();
    const reader = new FrameReader(mark, bannerMaxBytes);
    const word = await new Promise<string>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        channel.off('data', onData);
        channel.off('close', onClose);
        settle();
      };
      const fail = (error: Error): void => {
        end(() => reject(error));
        channel.resume();
        channel.close();
      };
      // A cut connection closes its channels first and says so afterwards.
      const onClose = (): void => void setImmediate(() => fail(channels.budget.lost ?? noShell()));
      const onData = (chunk: Buffer): void => {
        const read = reader.feed(chunk);
        if (read === 'too_much') fail(noShell());
        else if (read !== 'more') end(() => resolve(read.word));
      };
      const timer = setTimeout(() => fail(exchangeTimedOut(startTimeoutMs)), startTimeoutMs);
      channel.on('data', onData);
      channel.on('close', onClose);
      channel.write(preamble(mark));
    });
    return new FramedShell(channel, /^\d+$/.test(word) ? word : undefined);
  }

  /** Calls `listener` once, with the exchanges that were never answered, when the shell ends by itself. */
  onDeath(listener: (unanswered: readonly Exchange[]) => void): void {
    this.#onDeath = listener;
  }

  get idle(): boolean {
    return this.#sent.length === 0;
  }

  /** Sends a script; it runs after those that were sent before. */
  send(exchange: Exchange): void {
    const mark = newMark();
    this.#sent.push({ exchange, reader: new FrameReader(mark, exchange.maxBytes) });
    this.#channel.write(`${exchange.script}\nprintf '\\n%s %d\\n' ${mark} $?\n`);
    if (this.#sent.length === 1) exchange.onTurn();
  }

  /** Lets go of the channel, and answers what was not answered. Its processes are stopped by whoever calls. */
  abandon(): readonly Exchange[] {
    this.#onDeath = undefined;
    this.#channel.close();
    return this.#sent.splice(0).map((each) => each.exchange);
  }

  /** Ends an idle shell by the end of its input. */
  close(): void {
    this.#onDeath = undefined;
    this.#channel.end();
  }

  #feed(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const head = this.#sent[0];
      if (head === undefined) return;
      const read = head.reader.feed(rest);
      if (read === 'more') return;
      if (read === 'too_much') {
        head.exchange.onTooMuch();
        return;
      }
      rest = read.rest;
      this.#sent.shift();
      head.exchange.onAnswer(read.output, Number(read.word));
      this.#sent[0]?.exchange.onTurn();
    }
  }

  #die(): void {
    const listener = this.#onDeath;
    this.#onDeath = undefined;
    listener?.(this.#sent.splice(0).map((each) => each.exchange));
  }
}
