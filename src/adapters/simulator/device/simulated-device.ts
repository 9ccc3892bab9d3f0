import { Failure } from '../../../core/errors.js';
import type { Clock } from '../../../ports/clock.js';
import type { BoardSpec, PowerMode, Zone } from '../boards/board-spec.js';
import type { Account } from './account.js';
import { loadAt, type Load } from './load.js';
import { hashUnit, seedOf } from './noise.js';

/** How a simulated device misbehaves. */
export type Fault =
  /** Every answer comes this much later. */
  | { readonly kind: 'slow'; readonly latencyMs: number }
  /** Half of each answer is sent, then the link is cut. */
  | { readonly kind: 'drop' }
  /** `tcp`: the port is closed. `auth`: no login is accepted. */
  | { readonly kind: 'refuse'; readonly at: 'tcp' | 'auth' }
  /** Connections are accepted, and nothing is ever said; open links answer nothing more. */
  | { readonly kind: 'silent' }
  /** The board lost its time: it booted at the beginning of 1970. */
  | { readonly kind: 'clock_1970' };

export interface DeviceIdentity {
  readonly name: string;
  readonly accounts: readonly Account[];
  readonly seed: number;
  /** The id of a power mode of its own; the board's usual one where absent. */
  readonly mode?: number | undefined;
  /** The air around it; 22 where absent. */
  readonly ambientCelsius?: number | undefined;
}

const roomCelsius = 22;
const bootedBeforeMs = 3 * 86_400_000;

function modeOf(spec: BoardSpec, id: number): PowerMode {
  const mode = spec.modes.find((candidate) => candidate.id === id);
  if (mode !== undefined) return mode;
  const hint = `Use one of ${spec.modes.map((known) => known.id).join(', ')}.`;
  throw new Failure('invalid_input', `The board ${spec.kind} has no power mode ${id}.`, { hint });
}

/** One simulated board: who it is, what time it has, what it does at this moment. */
export class SimulatedDevice {
  readonly name: string;
  readonly spec: BoardSpec;
  readonly accounts: readonly Account[];
  readonly seed: number;
  readonly #mode: PowerMode;
  readonly #ambientCelsius: number;
  readonly #clock: Clock;
  readonly #bootMs: number;
  #load: { readonly timeMs: number; readonly load: Load } | undefined;
  fault: Fault | undefined;

  constructor(identity: DeviceIdentity, spec: BoardSpec, clock: Clock) {
    this.name = identity.name;
    this.accounts = identity.accounts;
    this.seed = (identity.seed ^ seedOf(identity.name)) >>> 0;
    this.spec = spec;
    this.#mode = modeOf(spec, identity.mode ?? spec.mode);
    this.#ambientCelsius = identity.ambientCelsius ?? roomCelsius;
    this.#clock = clock;
    this.#bootMs = clock.now() - Math.round(bootedBeforeMs * (0.1 + this.unit(900)));
  }

  /** A number in [0, 1) of this device's own, the same on every run. */
  unit(channel: number): number {
    return hashUnit(this.seed, channel, 0);
  }

  /** Milliseconds since the board started. */
  uptimeMs(): number {
    return this.#clock.now() - this.#bootMs;
  }

  /** The board's own clock, milliseconds since 1970. */
  nowMs(): number {
    return this.fault?.kind === 'clock_1970' ? this.uptimeMs() : this.#clock.now();
  }

  mode(): PowerMode {
    return this.#mode;
  }

  load(): Load {
    const timeMs = this.#clock.now();
    if (this.#load?.timeMs !== timeMs)
      this.#load = { timeMs, load: loadAt(this.spec, this.#mode, this.seed, timeMs, this.#ambientCelsius) };
    return this.#load.load;
  }

  /** Degrees Celsius of a zone; `undefined` where its sensor is powered off. */
  celsius(zone: Zone): number | undefined {
    if (zone.off === true) return undefined;
    if (zone.constant !== undefined) return zone.constant;
    const shift = zone.type.toLowerCase().startsWith('gpu') ? 3 * this.load().gpu : 0;
    return this.load().baseCelsius + zone.offset + shift;
  }

  /** Lower-case hexadecimal digits of this device's own. */
  hex(channel: number, digits: number): string {
    let text = '';
    for (let index = 0; text.length < digits; index++) {
      text += Math.floor(hashUnit(this.seed, channel, index) * 0x1_0000)
        .toString(16)
        .padStart(4, '0');
    }
    return text.slice(0, digits);
  }

  /** The serial number of the module, 13 decimal digits as NVIDIA prints it. */
  serial(): string {
    return `14${Math.floor(this.unit(901) * 1e11)
      .toString()
      .padStart(11, '0')}`;
  }

  /** The hardware address of one of its interfaces. */
  mac(index: number): string {
    return `48:b0:2d:${this.hex(910 + index, 6).replace(/(..)(?=.)/g, '$1:')}`;
  }
}
