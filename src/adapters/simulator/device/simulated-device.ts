import { SimEngine } from '../docker/sim-engine.js';
import { Failure } from '../../../core/errors.js';
import type { Clock } from '../../../ports/clock.js';
import type { BoardSpec, PowerMode, Zone } from '../boards/board-spec.js';
import type { Account } from './account.js';
import { ClockState } from './clock-state.js';
import type { Fault } from './fault.js';
import { FanState, fanUnit } from './fan-state.js';
import type { Host } from './host.js';
import { Jobs } from './jobs.js';
import { Journal } from './journal.js';
import { loadAt, type Load } from './load.js';
import { Overcurrent } from './overcurrent.js';
import { Units } from './units.js';
import { hashUnit, seedOf } from './noise.js';

export interface DeviceIdentity {
  readonly name: string;
  readonly accounts: readonly Account[];
  readonly seed: number;
  /** The id of a power mode of its own; the board's usual one where absent. */
  readonly mode?: number | undefined;
  /** The air around it; 22 where absent. */
  readonly ambientCelsius?: number | undefined;
}

export type { Fault } from './fault.js';

/** How a boot ends. */
export type Halt = 'reboot' | 'poweroff';

const throttledShare = 0.55;
/** Below the temperature at which the board would switch itself off. */
const hottestCelsius = 104;
const bootChannels = 1_000_003;
const roomCelsius = 22;
const bootedBeforeMs = 3 * 86_400_000;

function modeOf(spec: BoardSpec, id: number): PowerMode {
  const mode = spec.modes.find((candidate) => candidate.id === id);
  if (mode !== undefined) return mode;
  const hint = `Use one of ${spec.modes.map((known) => known.id).join(', ')}.`;
  throw new Failure('invalid_input', `The board ${spec.kind} has no power mode ${id}.`, { hint });
}

/** One simulated board: who it is, what time it has, what it does at this moment. */
export class SimulatedDevice implements Host {
  readonly name: string;
  readonly spec: BoardSpec;
  readonly accounts: readonly Account[];
  readonly seed: number;
  readonly #ambientCelsius: number;
  readonly #clock: Clock;
  #mode: PowerMode;
  #savedMode: number;
  #clocks: ClockState;
  #bootMs: number;
  #boots = 0;
  #load: { readonly timeMs: number; readonly load: Load } | undefined;
  readonly units: Units;
  readonly journal: Journal;
  readonly jobs: Jobs;
  readonly fan: FanState;
  readonly docker: SimEngine;
  readonly overcurrent: Overcurrent;
  /** Files that a running program has locked. */
  readonly locks = new Set<string>();
  /** It is on its way down. */
  halting = false;
  #onHalt: (how: Halt) => void = () => undefined;
  #fault: Fault | undefined;
  /** The GPU was used since the board started: nvpmodel then wants a reboot for every other mode. */
  goldenContext = false;

  constructor(identity: DeviceIdentity, spec: BoardSpec, clock: Clock) {
    this.name = identity.name;
    this.accounts = identity.accounts;
    this.seed = (identity.seed ^ seedOf(identity.name)) >>> 0;
    this.spec = spec;
    this.#mode = modeOf(spec, identity.mode ?? spec.mode);
    this.#savedMode = this.#mode.id;
    this.#clocks = new ClockState(spec, this.#mode);
    this.#ambientCelsius = identity.ambientCelsius ?? roomCelsius;
    this.#clock = clock;
    this.units = new Units(this);
    this.journal = new Journal(this, (unit) => this.units.find(unit)?.pid);
    this.jobs = new Jobs(this);
    this.docker = new SimEngine(this);
    this.fan = new FanState(this, () => this.units.find(fanUnit)?.active === 'active');
    this.overcurrent = new Overcurrent(this);
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

  /** How it misbehaves. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  set fault(fault: Fault | undefined) {
    this.#fault = fault;
    this.overcurrent.setFault(fault);
    this.touch();
  }

  /** What slows it down against its settings. */
  get throttledBy(): 'heat' | 'over_current' | 'under_voltage' | undefined {
    return this.#fault?.kind === 'throttle' ? this.#fault.cause : undefined;
  }

  /** The power mode in force. */
  mode(): PowerMode {
    return this.#mode;
  }

  /** The id in nvpmodel's status file: the mode of the next start. */
  get savedMode(): number {
    return this.#savedMode;
  }

  /** Puts a mode in force, its limits with it; jetson_clocks' go. */
  applyMode(mode: PowerMode): void {
    this.#mode = mode;
    this.#savedMode = mode.id;
    this.#clocks.apply(mode);
    this.touch();
  }

  /** Leaves a mode for the next start. */
  saveMode(mode: PowerMode): void {
    this.#savedMode = mode.id;
  }

  /** The clocks as they are set now; whoever changes them calls `touch`. */
  get clocks(): ClockState {
    return this.#clocks;
  }

  /** Forgets what was computed from settings that have changed. */
  touch(): void {
    this.#load = undefined;
  }

  /** Says who ends the links and starts the board again when it halts. */
  onHalt(listener: (how: Halt) => void): void {
    this.#onHalt = listener;
  }

  /** Ends this boot. */
  halt(how: Halt): void {
    this.halting = true;
    this.#onHalt(how);
  }

  /** Starts the board anew: another boot id, everything volatile as it was made. */
  boot(): void {
    this.halting = false;
    this.#boots += 1;
    this.#bootMs = this.#clock.now();
    this.#mode = modeOf(this.spec, this.#savedMode);
    this.#clocks = new ClockState(this.spec, this.#mode);
    this.units.boot();
    this.journal.boot();
    this.fan.boot();
    this.overcurrent.boot();
    this.docker.boot();
    this.locks.clear();
    this.touch();
  }

  /** 32 hexadecimal digits that no other boot has. */
  bootId(): string {
    return this.hex(951 + this.#boots * bootChannels, 32);
  }

  load(): Load {
    const timeMs = this.#clock.now();
    if (this.#load?.timeMs !== timeMs) this.#load = { timeMs, load: this.#loadAt(timeMs) };
    return this.#load.load;
  }

  #loadAt(timeMs: number): Load {
    const bounds = {
      mode: this.#mode,
      clocks: this.#clocks,
      ambientCelsius: this.#ambientCelsius,
      clockShare: this.throttledBy === undefined ? 1 : throttledShare,
      overheated: this.throttledBy === 'heat',
    };
    return loadAt(this.spec, bounds, this.seed, timeMs);
  }

  /** Degrees Celsius of a zone; `undefined` where its sensor is powered off. */
  celsius(zone: Zone): number | undefined {
    if (zone.off === true) return undefined;
    if (zone.constant !== undefined) return zone.constant;
    const shift = zone.type.toLowerCase().startsWith('gpu') ? 3 * this.load().gpu : 0;
    return Math.min(hottestCelsius, this.load().baseCelsius + zone.offset + shift);
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
