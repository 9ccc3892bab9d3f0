import type { AwaitedRecord, AwaitedWork } from '../../src/ports/awaited-work.js';
import type { Clock } from '../../src/ports/clock.js';

/** What several servers share. */
interface Shared {
  readonly records: Map<string, AwaitedRecord>;
  readonly leases: Map<string, { owner: FakeAwaitedWork; untilMs: number }>;
}

/** Unfinished changes, in memory. */
export class FakeAwaitedWork implements AwaitedWork {
  readonly #clock: Clock;
  readonly #shared: Shared;

  constructor(clock: Clock, shared: Shared = { records: new Map(), leases: new Map() }) {
    this.#clock = clock;
    this.#shared = shared;
  }

  /** As another server sees the same work. */
  another(): FakeAwaitedWork {
    return new FakeAwaitedWork(this.#clock, this.#shared);
  }

  async put(record: AwaitedRecord): Promise<void> {
    const copy = JSON.parse(JSON.stringify(record)) as AwaitedRecord;
    await Promise.resolve();
    this.#shared.records.set(keyOf(record.id, record.device), copy);
  }

  async get(id: string, device: string): Promise<AwaitedRecord | undefined> {
    await Promise.resolve();
    return this.#shared.records.get(keyOf(id, device));
  }

  async remove(id: string, device: string): Promise<void> {
    await Promise.resolve();
    this.#shared.records.delete(keyOf(id, device));
    this.#shared.leases.delete(keyOf(id, device));
  }

  async list(): Promise<readonly AwaitedRecord[]> {
    await Promise.resolve();
    return [...this.#shared.records.values()].sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  async claim(id: string, device: string, leaseMs: number): Promise<boolean> {
    await Promise.resolve();
    const key = keyOf(id, device);
    const lease = this.#shared.leases.get(key);
    const now = this.#clock.now();
    if (lease && lease.owner !== this && now < lease.untilMs) return false;
    this.#shared.leases.set(key, { owner: this, untilMs: now + leaseMs });
    return true;
  }

  async release(id: string, device: string): Promise<void> {
    await Promise.resolve();
    const key = keyOf(id, device);
    if (this.#shared.leases.get(key)?.owner === this) this.#shared.leases.delete(key);
  }
}

function keyOf(id: string, device: string): string {
  return `${id}\n${device}`;
}
