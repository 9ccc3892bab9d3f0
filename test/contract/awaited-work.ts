import { describe, expect, it } from '@jest/globals';
import type { AwaitedRecord, AwaitedWork } from '../../src/ports/awaited-work.js';

export interface AwaitedWorkSubject {
  /** Two servers' views of the same work. */
  readonly one: AwaitedWork;
  readonly other: AwaitedWork;
  readonly clock: { nowMs: number };
}

const startMs = 1_800_000_000_000;

export function awaitedRecord(device: string, changes: Partial<AwaitedRecord> = {}): AwaitedRecord {
  return {
    id: 'a1b2c3d4e5f60718',
    device,
    tool: 'system_reboot',
    effect: 'disrupt',
    asker: { user: 'ops', client: 'test' },
    awaits: {
      state: { bootId: 'b0', tried: [1, null] },
      says: 'reboots',
      patienceMs: 600_000,
      overdue: { message: 'It did not come back.', hint: 'Look at it.' },
    },
    startedAtMs: startMs,
    state: 'acting',
    ...changes,
  };
}

/** What every keeper of unfinished changes promises. `make` gives an empty one whose clock stands at `startMs`. */
export function awaitedWorkContract(
  make: (clock: { nowMs: number }) => Promise<AwaitedWorkSubject> | AwaitedWorkSubject,
): void {
  const subject = (): Promise<AwaitedWorkSubject> => Promise.resolve(make({ nowMs: startMs }));
  const id = 'a1b2c3d4e5f60718';

  describe('as a keeper of unfinished changes', () => {
    it('gives a record back whole, to every server', async () => {
      const { one, other } = await subject();
      const record = awaitedRecord('nano-01');
      await one.put(record);
      expect(await other.get(id, 'nano-01')).toEqual(record);
      expect(await other.get(id, 'nano-02')).toBeUndefined();
      expect(await other.get('0000000000000000', 'nano-01')).toBeUndefined();
    });

    it('keeps all that a record may say of what is awaited', async () => {
      const { one, other } = await subject();
      const { awaits } = awaitedRecord('nano-01');
      // Every key, so that one that is added later is not forgotten here.
      const whole: Required<AwaitedRecord['awaits']> = {
        ...awaits,
        restarts: true,
        outlives: true,
        queues: true,
        afterwards: [
          { argv: ['jetson_clocks', '--restore'], sudo: true },
          { docker: 'POST', path: '/containers/web/update', body: { RestartPolicy: { Name: 'unless-stopped' } } },
        ],
      };
      const record = awaitedRecord('nano-01', { awaits: whole });
      await one.put(record);
      expect(await other.get(id, 'nano-01')).toEqual(record);
    });

    it('replaces the record of a key, with either outcome', async () => {
      const { one, other } = await subject();
      await one.put(awaitedRecord('nano-01'));
      const data = awaitedRecord('nano-01', { state: 'ended', outcome: { data: { bootId: 'b1' } } });
      await other.put(data);
      expect(await one.get(id, 'nano-01')).toEqual(data);
      const failure = {
        kind: 'timeout',
        message: 'It did not come back.',
        hint: 'Look.',
        retry: 'check_first',
      } as const;
      await one.put(awaitedRecord('nano-01', { state: 'ended', outcome: { failure } }));
      expect((await other.list()).map(({ outcome }) => outcome)).toEqual([{ failure }]);
    });

    it('keeps keys apart that differ in a letter only', async () => {
      const { one } = await subject();
      const names = ['nano', 'Nano', 'NANO', 'na.no', 'na-no', 'na_no'];
      for (const [i, name] of names.entries()) await one.put(awaitedRecord(name, { startedAtMs: startMs + i }));
      expect((await one.list()).map(({ device }) => device)).toEqual(names);
      for (const name of names) expect((await one.get(id, name))?.device).toBe(name);
    });

    it('lists the oldest first, and not what was removed', async () => {
      const { one, other } = await subject();
      expect(await one.list()).toEqual([]);
      await one.put(awaitedRecord('b', { startedAtMs: startMs + 1 }));
      await one.put(awaitedRecord('c', { startedAtMs: startMs + 2 }));
      await one.put(awaitedRecord('a', { startedAtMs: startMs + 3 }));
      await one.remove(id, 'c');
      await one.remove(id, 'c');
      expect((await other.list()).map(({ device }) => device)).toEqual(['b', 'a']);
    });

    it('lets one server claim a key, again and again, until it gives it back', async () => {
      const { one, other } = await subject();
      await one.put(awaitedRecord('nano-01'));
      expect(await one.claim(id, 'nano-01', 60_000)).toBe(true);
      expect(await other.claim(id, 'nano-01', 60_000)).toBe(false);
      expect(await one.claim(id, 'nano-01', 60_000)).toBe(true);
      expect(await other.claim(id, 'nano-02', 60_000)).toBe(true);
      await other.release(id, 'nano-01');
      expect(await other.claim(id, 'nano-01', 60_000)).toBe(false);
      await one.release(id, 'nano-01');
      expect(await other.claim(id, 'nano-01', 60_000)).toBe(true);
      expect(await one.claim(id, 'nano-01', 60_000)).toBe(false);
    });

    it('lets a claim end when it is not renewed, and lasts as long as was asked', async () => {
      const { one, other, clock } = await subject();
      expect(await one.claim(id, 'nano-01', 60_000)).toBe(true);
      clock.nowMs += 50_000;
      expect(await one.claim(id, 'nano-01', 60_000)).toBe(true);
      clock.nowMs += 59_999;
      expect(await other.claim(id, 'nano-01', 60_000)).toBe(false);
      clock.nowMs += 60_000;
      expect(await other.claim(id, 'nano-01', 60_000)).toBe(true);
      expect(await one.claim(id, 'nano-01', 60_000)).toBe(false);
    });

    it('gives a claim to one of those who ask at once', async () => {
      const { one, other } = await subject();
      const won = await Promise.all([one, other].map((each) => each.claim(id, 'nano-01', 60_000)));
      expect(won.sort()).toEqual([false, true]);
    });

    it('takes the claim away with the record', async () => {
      const { one, other } = await subject();
      await one.put(awaitedRecord('nano-01'));
      expect(await one.claim(id, 'nano-01', 60_000)).toBe(true);
      await one.remove(id, 'nano-01');
      expect(await other.claim(id, 'nano-01', 60_000)).toBe(true);
    });
  });
}
