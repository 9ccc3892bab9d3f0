import { describe, expect, it } from '@jest/globals';
import type { Consents, PendingPlan } from '../../src/ports/consents.js';

export interface ConsentsSubject {
  /** Two servers' views of the same plans; where there is only one, it twice. */
  readonly one: Consents;
  readonly other: Consents;
  /** The clock of both. */
  readonly clock: { nowMs: number };
}

const startMs = 1_800_000_000_000;

/** A plan as an application would offer it. */
export function pendingPlan(name: string, changes: Partial<PendingPlan> = {}): PendingPlan {
  return {
    id: 'a1b2c3d4e5f60718',
    token: `token-of-${name}`,
    code: `CODE-${name.toUpperCase()}`,
    tool: 'system_reboot',
    effect: 'disrupt',
    hash: 'f'.repeat(64),
    argumentsHash: 'a'.repeat(64),
    fleetHash: 'b'.repeat(64),
    devices: [{ device: 'nano-01', says: 'restarts', steps: 'c'.repeat(16), basis: { mode: 2, model: null } }],
    text: 'Restart nano-01?',
    createdAtMs: startMs,
    expiresAtMs: startMs + 600_000,
    ...changes,
  };
}

/** What every keeper of plans promises. `make` gives an empty one whose clock stands at `startMs`. */
export function consentsContract(make: (clock: { nowMs: number }) => Promise<ConsentsSubject> | ConsentsSubject): void {
  const subject = (): Promise<ConsentsSubject> => Promise.resolve(make({ nowMs: startMs }));

  describe('as a keeper of plans', () => {
    it('gives a plan back whole, by token and by code, to every server', async () => {
      const { one, other } = await subject();
      const plan = pendingPlan('a');
      await one.offer(plan);
      expect(await other.find(plan.token)).toEqual({ state: 'pending', plan });
      for (const code of [plan.code, ` ${plan.code.toLowerCase()} `, 'codea', 'Co de-A'])
        expect(await other.byCode(code)).toEqual({ state: 'pending', plan });
    });

    it('knows nothing of other tokens and codes', async () => {
      const { one } = await subject();
      await one.offer(pendingPlan('a'));
      for (const token of ['', 'token-of', 'token-of-aa', 'TOKEN-OF-A', 'CODE-A', ' token-of-a']) {
        expect(await one.find(token)).toEqual({ state: 'unknown' });
        expect(await one.spend(token)).toEqual({ state: 'unknown' });
        expect(await one.approve(token === 'CODE-A' ? '' : token, 'ops')).toEqual({ state: 'unknown' });
      }
      expect(await one.byCode('')).toEqual({ state: 'unknown' });
      expect(await one.pending()).toHaveLength(1);
    });

    it('spends a plan once, whoever tries', async () => {
      const { one, other } = await subject();
      const plan = pendingPlan('a');
      await one.offer(plan);
      const tries = await Promise.all([one, other, one, other].map((each) => each.spend(plan.token)));
      expect(tries.filter(({ state }) => state === 'pending')).toEqual([{ state: 'pending', plan }]);
      expect(tries.filter(({ state }) => state === 'spent')).toHaveLength(3);
      expect(await other.find(plan.token)).toEqual({ state: 'spent', tool: plan.tool });
      expect(await other.approve(plan.code, 'ops')).toEqual({ state: 'spent', tool: plan.tool });
      expect(await one.byCode(plan.code)).toEqual({ state: 'spent', tool: plan.tool });
    });

    it('withdraws a plan that nobody has taken yet, and remembers why', async () => {
      const { one, other } = await subject();
      const [plan, rest] = [pendingPlan('a'), pendingPlan('b')];
      await one.offer(plan);
      await one.offer(rest);
      expect(await other.withdraw(plan.token, 'the fleet file changed')).toEqual({ state: 'pending', plan });
      const gone = { state: 'withdrawn', tool: plan.tool, why: 'the fleet file changed' };
      expect(await one.find(plan.token)).toEqual(gone);
      expect(await one.spend(plan.token)).toEqual(gone);
      expect(await one.withdraw(plan.token, 'of something else')).toEqual(gone);
      expect(await one.byCode(plan.code)).toEqual(gone);
      expect(await one.approve(plan.code, 'ops')).toEqual(gone);
      await one.spend(rest.token);
      expect(await other.withdraw(rest.token, 'it is late')).toEqual({ state: 'spent', tool: rest.tool });
      expect(await one.pending()).toEqual([]);
    });

    it('spends nothing after its time, and says why', async () => {
      const { one, other, clock } = await subject();
      const plan = pendingPlan('a');
      await one.offer(plan);
      clock.nowMs = plan.expiresAtMs - 1;
      expect(await other.find(plan.token)).toMatchObject({ state: 'pending' });
      clock.nowMs = plan.expiresAtMs;
      const expired = { state: 'expired', tool: plan.tool };
      expect(await other.find(plan.token)).toEqual(expired);
      expect(await other.spend(plan.token)).toEqual(expired);
      expect(await other.approve(plan.code, 'ops')).toEqual(expired);
      expect(await other.byCode(plan.code)).toEqual(expired);
      expect(await other.pending()).toEqual([]);
    });

    it('marks the one plan that was approved, and gives it so when it is spent', async () => {
      const { one, other, clock } = await subject();
      const [plan, rest] = [pendingPlan('a'), pendingPlan('b')];
      await one.offer(plan);
      await one.offer(rest);
      clock.nowMs += 5000;
      const approved = { ...plan, approved: { user: 'ops', atMs: clock.nowMs } };
      expect(await other.approve(plan.code, 'ops')).toEqual({ state: 'pending', plan: approved });
      expect(await one.find(rest.token)).toEqual({ state: 'pending', plan: rest });
      expect(await one.spend(plan.token)).toEqual({ state: 'pending', plan: approved });
    });

    it('lists what waits, newest first', async () => {
      const { one, other } = await subject();
      for (const name of ['a', 'b', 'c']) await one.offer(pendingPlan(name));
      await other.spend('token-of-b');
      expect((await other.pending()).map(({ token }) => token)).toEqual(['token-of-c', 'token-of-a']);
    });

    it('refuses a code or token that stands for another plan, also one that was spent', async () => {
      const { one } = await subject();
      await one.offer(pendingPlan('a'));
      await one.spend('token-of-a');
      await one.offer(pendingPlan('b'));
      for (const code of ['CODE-A', 'CODE-B', 'code-b'])
        await expect(one.offer(pendingPlan('c', { code }))).rejects.toMatchObject({ kind: 'internal', retry: 'yes' });
      await expect(one.offer(pendingPlan('c', { token: 'token-of-a' }))).rejects.toMatchObject({ kind: 'internal' });
      expect(await one.find('token-of-c')).toEqual({ state: 'unknown' });
    });
  });
}
