interface Waiting {
  readonly since: number;
  seenMs: number;
}

/** Whoever has not asked for so long has gone, and its place with it. */
const goneMs = 60_000;

/**
 * Places that few may have at a time, in the order in which they first asked. One keeps its place by asking again; time comes from
 * the caller.
 */
export class Turns {
  readonly #places = new Map<string, Map<string, Waiting>>();
  #count = 0;

  /** Whether `who` is among the first `most` at `place`. */
  isOn(place: string, who: string, most: number, nowMs: number): boolean {
    const all = this.#places.get(place) ?? new Map<string, Waiting>();
    this.#places.set(place, all);
    for (const [name, { seenMs }] of all) if (nowMs - seenMs > goneMs) all.delete(name);
    const own = all.get(who) ?? { since: this.#count++, seenMs: nowMs };
    own.seenMs = nowMs;
    all.set(who, own);
    return [...all.values()].filter(({ since }) => since < own.since).length < most;
  }

  /** Gives the place away. */
  leave(place: string, who: string): void {
    const all = this.#places.get(place);
    all?.delete(who);
    if (all?.size === 0) this.#places.delete(place);
  }
}
