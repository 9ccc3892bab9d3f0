import type { DeviceEntry, DeviceFacts, DeviceState } from '../core/device.js';
import { Failure } from '../core/errors.js';
import { fanOut } from '../core/fan-out.js';
import { addressOf } from '../core/kept-facts.js';
import type { Probe } from '../core/probe/probe.js';
import type { Needs } from '../core/selector/ast.js';
import type { Clock } from '../ports/clock.js';
import type { Device } from '../ports/fleet.js';
import type { FactsKeeper } from './facts-keeper.js';
import type { GuardedFleet } from './guarded-fleet.js';

const factsLastMs = 10 * 60_000;
const onlineLastsMs = 15_000;
const width = 512;

interface Page {
  state: DeviceState;
  /** When the facts were read; undefined where the device was only seen to answer or not to. */
  factsAtMs: number | undefined;
  onlineAtMs: number;
  entry: string;
}

/** What this process has learnt of each device, so that selectors need not ask again. */
export class DeviceBook {
  readonly #pages = new Map<string, Page>();
  readonly #fleet: GuardedFleet;
  readonly #identity: Probe<DeviceFacts>;
  readonly #clock: Clock;
  readonly #keeper: Pick<FactsKeeper, 'reported'> | undefined;

  constructor(fleet: GuardedFleet, identity: Probe<DeviceFacts>, clock: Clock, keeper?: Pick<FactsKeeper, 'reported'>) {
    this.#fleet = fleet;
    this.#identity = identity;
    this.#clock = clock;
    this.#keeper = keeper;
  }

  /** What is known of a device. Nothing is known any more once its address in the fleet file changed. */
  state(entry: DeviceEntry): DeviceState | undefined {
    const page = this.#pages.get(entry.name);
    return page?.entry === addressOf(entry) ? page.state : undefined;
  }

  /** A call on the device ended well. */
  answered(entry: DeviceEntry, facts?: DeviceFacts): void {
    const before = this.#pageOf(entry);
    const now = this.#clock.now();
    this.#pages.set(entry.name, {
      state: { online: true, facts: facts ?? before?.state.facts ?? {}, lastSeenMs: now },
      factsAtMs: facts === undefined ? before?.factsAtMs : now,
      onlineAtMs: now,
      entry: addressOf(entry),
    });
    if (facts !== undefined) this.#keeper?.reported(entry, facts);
  }

  /** A call on the device failed; only what says that it cannot be reached makes it offline. */
  failed(entry: DeviceEntry, error: unknown): void {
    if (!(error instanceof Failure) || !['unreachable', 'auth_failed', 'not_allowed'].includes(error.kind)) return;
    const before = this.#pageOf(entry);
    this.#pages.set(entry.name, {
      state: { online: false, facts: before?.state.facts ?? {}, lastSeenMs: before?.state.lastSeenMs },
      factsAtMs: before?.factsAtMs,
      onlineAtMs: this.#clock.now(),
      entry: addressOf(entry),
    });
  }

  /** Asks the devices of which too little, or nothing recent, is known. Never rejects for a device's sake. */
  async learn(entries: readonly DeviceEntry[], needs: Needs, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const stale = entries.filter((entry) => {
      const page = this.#pageOf(entry);
      if (page === undefined) return true;
      const onlineOld = now - page.onlineAtMs > onlineLastsMs;
      const factsOld = page.factsAtMs === undefined || now - page.factsAtMs > factsLastMs;
      return (needs.online && onlineOld) || (needs.facts && factsOld && (page.state.online || onlineOld));
    });
    await fanOut(stale, width, (entry) => this.#identify(entry, signal), signal);
  }

  async #identify(entry: DeviceEntry, signal: AbortSignal): Promise<void> {
    try {
      this.answered(entry, await this.#device(entry).ask(this.#identity, signal));
    } catch (error) {
      this.failed(entry, error);
    }
  }

  #device({ name }: DeviceEntry): Device {
    return this.#fleet.device(name, 'identity', { allows: 'read' });
  }

  #pageOf(entry: DeviceEntry): Page | undefined {
    const page = this.#pages.get(entry.name);
    return page?.entry === addressOf(entry) ? page : undefined;
  }
}
