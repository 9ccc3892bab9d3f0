import { meanWatts, type PowerSample } from '../src/core/ai/benchmark/energy.js';
import { hardwareReading, type HardwareReading } from '../src/core/jetson/hardware-reading.js';
import { parseTegrastatsLine } from '../src/core/jetson/tegrastats-line.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { pause } from './pause.js';

/** Short enough that the edges of a load of some seconds cost less than one percent of its energy. */
export const recordEveryMs = 200;
/** After a load the clocks come down again. */
const calmMs = 2000;
const idleMs = 5000;

/** Follows tegrastats beside other work, and keeps what it prints with the time. */
export class BoardRecorder {
  readonly samples: { readonly atMs: number; readonly reading: HardwareReading }[] = [];
  readonly #over = new AbortController();
  readonly #ended: Promise<void>;
  #why: string | undefined;

  private constructor(device: Device, call: Call, asRoot: boolean) {
    const onLine = (line: string): 'more' => {
      const sample = parseTegrastatsLine(line);
      if (sample.ram !== undefined || sample.cpu !== undefined)
        this.samples.push({ atMs: call.now(), reading: hardwareReading(sample) });
      return 'more';
    };
    const source = { argv: ['tegrastats', '--interval', String(recordEveryMs)], sudo: asRoot } as const;
    this.#ended = device.follow(source, onLine, AbortSignal.any([call.signal, this.#over.signal])).then(
      () => void (this.#why = 'tegrastats ended by itself'),
      (error: unknown) => {
        if (this.#over.signal.aborted) return;
        this.#why = error instanceof Failure && error.kind === 'unreachable' ? 'the link broke' : 'tegrastats failed';
      },
    );
  }

  /** Begins to record, as root where that is to be had. */
  static async start(device: Device, call: Call): Promise<BoardRecorder> {
    return new BoardRecorder(device, call, (await device.sudoKind(call.signal)) !== 'none');
  }

  /** What the rails drew. */
  power(): PowerSample[] {
    return this.samples.flatMap(({ atMs, reading }) => (reading.power ? [{ atMs, rails: reading.power.rails }] : []));
  }

  /** What was read since then. */
  since(fromMs: number): HardwareReading[] {
    return this.samples.filter(({ atMs }) => atMs >= fromMs).map(({ reading }) => reading);
  }

  /** Lets the board calm down, and measures what it draws with nothing to do; undefined where it does not tell. */
  async idleWatts(call: Call): Promise<number | undefined> {
    call.progress('measuring what the board draws idle');
    await pause(calmMs, call.signal);
    const idle = { fromMs: call.now(), toMs: call.now() + idleMs };
    await pause(idleMs, call.signal);
    return meanWatts(this.power(), idle);
  }

  /** Waits for a sample after the load, so that its last moments lie between two. */
  settled({ signal }: Call): Promise<void> {
    return pause(2 * recordEveryMs, signal);
  }

  /** Ends the recording; why it ended earlier, where it did. */
  async stop(): Promise<string | undefined> {
    this.#over.abort();
    await this.#ended;
    return this.#why;
  }
}
