import type { Fault } from './fault.js';
import type { Host } from './host.js';

/** Events a second of the three counters: sagging supply, average current, momentary current. */
type Rates = readonly [number, number, number];

const none: Rates = [0, 0, 0];
const faulty: Readonly<Record<string, Rates>> = { under_voltage: [2, 0, 0], over_current: [0, 3, 40] };
const perMinute = 1 / 60;

/** The over-current counters of one device: they rise by themselves a little, and fast while a fault lasts. */
export class Overcurrent {
  readonly #device: Host;
  #rates = none;
  #sinceMs = 0;
  #kept = none;

  constructor(device: Host) {
    this.#device = device;
  }

  /** What counter 1, 2 or 3 shows. */
  count(counter: 1 | 2 | 3): number {
    const usual = counter < 3 ? 0 : this.#device.spec.kind === 'orin-nano-super' ? 90 * perMinute : perMinute;
    return Math.floor(this.#extra()[counter - 1] ?? 0) + Math.floor((this.#device.uptimeMs() / 1000) * usual);
  }

  /** Counts at the rate of this fault from now on. */
  setFault(fault: Fault | undefined): void {
    this.#kept = this.#extra();
    this.#sinceMs = this.#device.uptimeMs();
    this.#rates = (fault?.kind === 'throttle' ? faulty[fault.cause] : undefined) ?? none;
  }

  boot(): void {
    this.#kept = none;
    this.#sinceMs = 0;
  }

  #extra(): Rates {
    const seconds = (this.#device.uptimeMs() - this.#sinceMs) / 1000;
    const at = (index: 0 | 1 | 2): number => this.#kept[index] + this.#rates[index] * seconds;
    return [at(0), at(1), at(2)];
  }
}
