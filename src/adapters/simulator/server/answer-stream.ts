import type { ServerChannel } from 'ssh2';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { pause } from '../programs/program.js';

const heldPollMs = 50;

/** What a channel says, gathered into few packets and sent as the device's fault has it. */
export class AnswerStream {
  readonly #device: SimulatedDevice;
  readonly #channel: ServerChannel;
  readonly #signal: AbortSignal;
  readonly #cutLink: () => void;
  #out = '';
  #err = '';
  #scheduled = false;
  #cut = false;
  #sent: Promise<void> | undefined;

  constructor(device: SimulatedDevice, channel: ServerChannel, signal: AbortSignal, cutLink: () => void) {
    this.#device = device;
    this.#channel = channel;
    this.#signal = signal;
    this.#cutLink = cutLink;
  }

  readonly out = (text: string): void => {
    this.#out += text;
    this.#schedule();
  };

  readonly err = (text: string): void => {
    this.#err += text;
    this.#schedule();
  };

  /** Sends what has gathered. */
  flush(): void {
    this.#scheduled = false;
    const [out, err] = [this.#out, this.#err];
    if (out === '' && err === '') return;
    this.#out = '';
    this.#err = '';
    if (this.#device.fault === undefined && this.#sent === undefined) {
      this.#write(out, err);
      return;
    }
    const turn = (this.#sent ?? Promise.resolve()).then(() => this.#sendFaulty(out, err));
    this.#sent = turn;
    void turn.then(() => {
      if (this.#sent === turn) this.#sent = undefined;
    });
  }

  /** Sends the rest, then the exit code, and closes the channel. */
  async finish(exitCode: number): Promise<void> {
    this.flush();
    await this.#sent;
    if (this.#signal.aborted || this.#cut) return;
    this.#channel.exit(exitCode);
    this.#channel.end();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.flush();
    });
  }

  #write(out: string, err: string): void {
    if (this.#signal.aborted || this.#cut) return;
    if (err !== '') this.#channel.stderr.write(err);
    if (out !== '') this.#channel.write(out);
  }

  async #sendFaulty(out: string, err: string): Promise<void> {
    while (this.#device.fault?.kind === 'silent' && (await pause(heldPollMs, this.#signal)));
    const { fault } = this.#device;
    if (fault?.kind === 'slow') await pause(fault.latencyMs, this.#signal);
    if (fault?.kind !== 'drop') {
      this.#write(out, err);
      return;
    }
    this.#write(out.slice(0, Math.ceil(out.length / 2)), '');
    this.#cut = true;
    setImmediate(this.#cutLink);
  }
}
