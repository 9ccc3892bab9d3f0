const firstId = 2000;

/** The sessions that run on a device, by the id that the device calls them. */
export class SessionRegistry {
  readonly #running = new Map<number, AbortController>();
  #next = firstId;

  /** A new session: its id, and the controller that ends it. */
  open(): { readonly sid: number; readonly ending: AbortController } {
    const sid = this.#next++;
    const ending = new AbortController();
    this.#running.set(sid, ending);
    return { sid, ending };
  }

  /** Ends a session; false where there is none. */
  stop(sid: number): boolean {
    const ending = this.#running.get(sid);
    ending?.abort();
    return this.#running.delete(sid);
  }

  close(sid: number): void {
    this.#running.delete(sid);
  }

  get size(): number {
    return this.#running.size;
  }
}
