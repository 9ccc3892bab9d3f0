import { describe, expect, it } from '@jest/globals';
import { ChannelBudget, type Held, type Opened } from '../../../src/adapters/ssh/link/channel-budget.js';
import { never } from './rig.js';

/** Long enough for all that was asked at once to be answered. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

/** An sshd that grants so many sessions and answers in order. */
class FakeSshd {
  readonly started: string[] = [];
  readonly budget = new ChannelBudget(() => this.nowMs);
  nowMs = 1_000_000;
  most = 0;
  refusals = 0;
  readonly #limit: number;
  #open = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Holds a session for a while. */
  async visit(name: string): Promise<void> {
    const held = await this.open(name);
    await aWhile();
    held.close();
  }

  open(name: string, precedence: 'first' | 'fair' = 'fair', signal = never()): Promise<Held & { close(): void }> {
    const start = (opened: Opened<Held & { close(): void }>): void => {
      setImmediate(() => {
        this.nowMs += 200;
        if (this.#open >= this.#limit) {
          this.refusals += 1;
          opened(Object.assign(new Error('open failed'), { reason: 2 }), undefined);
          return;
        }
        this.#open += 1;
        this.most = Math.max(this.most, this.#open);
        this.started.push(name);
        let ended: () => void = () => undefined;
        const close = (): void => {
          this.#open -= 1;
          ended();
        };
        opened(undefined, { onClose: (then) => void (ended = then), close });
      });
    };
    return this.budget.acquire(start, (held) => held.close(), precedence, signal);
  }
}

describe('the channel budget', () => {
  it.each([10, 3, 2, 1])('learns a limit of %d and serves all, in order', async (limit) => {
    const sshd = new FakeSshd(limit);
    const names = Array.from({ length: 30 }, (_, index) => String(index));
    await Promise.all(names.map((name) => sshd.visit(name)));
    expect(sshd.started).toEqual(names);
    expect(sshd.most).toBeLessThanOrEqual(limit);
    expect(sshd.budget.limit).toBe(limit);
    expect(sshd.budget.inUse).toBe(0);
  });

  it('keeps two of ten sessions for what others wait for', async () => {
    const sshd = new FakeSshd(10);
    const held = await Promise.all(Array.from({ length: 8 }, (_, index) => sshd.open(String(index))));
    const ninth = sshd.open('ninth');
    (await sshd.open('shell', 'first')).close();
    expect(sshd.started).not.toContain('ninth');
    held[0]?.close();
    (await ninth).close();
    expect(sshd.started.at(-1)).toBe('ninth');
  });

  it('doubts a smaller limit after a while', async () => {
    const sshd = new FakeSshd(3);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => sshd.visit(name)));
    expect(sshd.budget.limit).toBe(3);
    sshd.nowMs += 61_000;
    (await sshd.open('later')).close();
    expect(sshd.budget.limit).toBe(4);
  });

  it('lets a caller leave the queue, and lets go of a session that comes too late', async () => {
    const sshd = new FakeSshd(10);
    const [opening, queued] = [new AbortController(), new AbortController()];
    const held = Array.from({ length: 7 }, (_, index) => sshd.open(String(index)));
    const late = sshd.open('late', 'fair', opening.signal);
    const gone = sshd.open('gone', 'fair', queued.signal);
    opening.abort();
    queued.abort();
    await expect(late).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(gone).rejects.toMatchObject({ kind: 'cancelled' });
    (await sshd.open('next')).close();
    expect(sshd.started.slice(-2)).toEqual(['late', 'next']);
    expect(sshd.budget.inUse).toBe(7);
    for (const each of held) (await each).close();
    expect(sshd.budget.inUse).toBe(0);
  });

  it('fails what waits when the connection is gone', async () => {
    const sshd = new FakeSshd(0);
    const waiting = sshd.open('waiting');
    sshd.budget.fail(undefined);
    await expect(waiting).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(sshd.open('later')).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('fails where not one session is granted', async () => {
    await expect(new FakeSshd(0).open('only')).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
