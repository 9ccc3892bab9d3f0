import { servicesOf, type Service } from './services.js';
import type { Host } from './host.js';

/** How a unit behaves otherwise than well. */
export interface UnitBehaviour {
  /** It exits as soon as it has started, with this code. */
  readonly diesWith?: number | undefined;
  /** So long it takes to stop. */
  readonly stopMs?: number | undefined;
  readonly masked?: boolean | undefined;
}

/** A unit at this moment. */
export interface Unit extends Omit<Service, 'state' | 'file'> {
  readonly file: Service['file'] | 'masked';
  readonly active: 'active' | 'inactive' | 'failed' | 'activating' | 'deactivating';
  readonly sub: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Milliseconds since the board started; 0 for never. */
  readonly activeAtMs: number;
  readonly inactiveAtMs: number;
  /** The exit code of its last process, where it failed. */
  readonly exitCode: number | undefined;
}

/** What somebody did to a unit in this boot. */
interface Deed {
  readonly does: 'start' | 'stop';
  /** When it has happened. */
  readonly atMs: number;
  readonly pid: number;
  /** How it was before. */
  readonly before: Pick<Unit, 'activeAtMs' | 'inactiveAtMs'>;
}

const firstPid = 600;
const nextPid = 7000;
const pidAt = (index: number): number => firstPid + index * 37;
const atBootMs = 21_000;
/** A unit that dies: how long each process lives, the wait before the next, and how often systemd tries. */
export const [livesMs, waitsMs, mostRestarts] = [20, 100, 5];

type Moment = Omit<Unit, keyof Service>;
const idle: Moment = {
  active: 'inactive',
  sub: 'dead',
  pid: undefined,
  restarts: 0,
  activeAtMs: 0,
  inactiveAtMs: 0,
  exitCode: undefined,
};

/** The systemd units of one device. */
export class Units {
  readonly #device: Host;
  readonly #made: readonly Service[];
  readonly #files = new Map<string, Service['file']>();
  readonly #behaviour = new Map<string, UnitBehaviour>();
  readonly #deeds = new Map<string, Deed>();
  #offAtBoot: ReadonlySet<string> = new Set();
  #pids = nextPid;

  constructor(device: Host) {
    this.#device = device;
    this.#made = servicesOf(device);
  }

  /** Every unit, sorted by name. */
  all(): readonly Unit[] {
    return this.#made.map((service, index) => this.#now(service, pidAt(index)));
  }

  /** A unit by its name, with or without `.service`. */
  find(name: string): Unit | undefined {
    const unit = name.includes('.') ? name : `${name}.service`;
    const index = this.#made.findIndex((service) => service.unit === unit);
    const service = this.#made[index];
    return service === undefined ? undefined : this.#now(service, pidAt(index));
  }

  behave(unit: string, behaviour: UnitBehaviour): void {
    this.#behaviour.set(unit, behaviour);
  }

  behaviour(unit: string): UnitBehaviour {
    const failed = this.#made.some((service) => service.unit === unit && service.state === 'failed');
    return this.#behaviour.get(unit) ?? (failed ? { diesWith: 1 } : {});
  }

  enable(unit: string, enabled: boolean): void {
    this.#files.set(unit, enabled ? 'enabled' : 'disabled');
  }

  start(unit: string): void {
    const atMs = this.#device.uptimeMs();
    this.#deeds.set(unit, { does: 'start', atMs, pid: this.#pids, before: this.find(unit) ?? idle });
    this.#pids += mostRestarts + 1;
  }

  /** Begins to stop; it has stopped after the time that its behaviour says. */
  stop(unit: string): void {
    const before = this.find(unit) ?? idle;
    const takesMs = before.pid === undefined ? 0 : (this.behaviour(unit).stopMs ?? 0);
    const atMs = this.#device.uptimeMs() + takesMs;
    this.#deeds.set(unit, { does: 'stop', atMs, pid: before.pid ?? 0, before });
  }

  /** A start of the board: what is disabled or masked by then does not run. */
  boot(): void {
    const off = this.#made.filter(({ unit }) => this.#files.get(unit) === 'disabled' || this.behaviour(unit).masked);
    this.#offAtBoot = new Set(off.map(({ unit }) => unit));
    this.#deeds.clear();
  }

  #now(service: Service, bootPid: number): Unit {
    const { masked, diesWith } = this.behaviour(service.unit);
    const file = masked === true ? 'masked' : (this.#files.get(service.unit) ?? service.file);
    const deed = this.#deeds.get(service.unit);
    if (deed === undefined) return { ...service, ...this.#atBoot(service, bootPid), file };
    const state = deed.does === 'stop' ? this.#stopped(deed) : this.#started(service, deed, diesWith);
    return { ...service, ...state, file };
  }

  #atBoot(service: Service, pid: number): Moment {
    const atMs = Math.min(atBootMs, this.#device.uptimeMs());
    if (this.#offAtBoot.has(service.unit) || service.state === 'dead') return idle;
    if (service.state === 'failed')
      return { ...idle, active: 'failed', sub: 'failed', restarts: mostRestarts, inactiveAtMs: atMs, exitCode: 1 };
    if (service.state === 'exited') return { ...idle, active: 'active', sub: 'exited', activeAtMs: atMs };
    return { ...idle, active: 'active', sub: 'running', pid, activeAtMs: atMs };
  }

  #stopped({ atMs, pid, before: { activeAtMs, inactiveAtMs } }: Deed): Moment {
    return this.#device.uptimeMs() < atMs
      ? { ...idle, active: 'deactivating', sub: 'stop-sigterm', pid, activeAtMs, inactiveAtMs }
      : { ...idle, activeAtMs, inactiveAtMs: atMs };
  }

  #started(service: Service, { atMs, pid, before: { inactiveAtMs } }: Deed, diesWith: number | undefined): Moment {
    if (service.process === undefined)
      return service.state === 'exited'
        ? { ...idle, active: 'active', sub: 'exited', activeAtMs: atMs, inactiveAtMs }
        : { ...idle, inactiveAtMs: atMs };
    const running = { ...idle, active: 'active', sub: 'running', activeAtMs: atMs, inactiveAtMs } as const;
    if (diesWith === undefined) return { ...running, pid };
    const since = this.#device.uptimeMs() - atMs;
    const restarts = Math.min(mostRestarts, Math.floor(since / (livesMs + waitsMs)));
    const inThisOne = since - restarts * (livesMs + waitsMs);
    const activeAtMs = atMs + restarts * (livesMs + waitsMs);
    if (inThisOne < livesMs) return { ...running, activeAtMs, pid: pid + restarts, restarts };
    const died = { ...idle, restarts, exitCode: diesWith, activeAtMs, inactiveAtMs: activeAtMs + livesMs };
    return restarts === mostRestarts
      ? { ...died, active: 'failed', sub: 'failed' }
      : { ...died, active: 'activating', sub: 'auto-restart' };
  }
}
