import type { Clock } from '../../src/ports/clock.js';
import { Failure } from '../../src/core/errors.js';
import type { Consents, PendingPlan, TokenState } from '../../src/ports/consents.js';

/** The plans that wait for consent, in memory. */
export class FakeConsents implements Consents {
  /** By token, oldest first; what was spent and what has expired stays. */
  readonly plans = new Map<string, { plan: PendingPlan; spent: boolean; why?: string }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async offer(plan: PendingPlan): Promise<void> {
    await Promise.resolve();
    if (this.plans.has(plan.token) || this.#tokenOf(plan.code) !== '')
      throw new Failure('internal', 'The code of this plan is in use.', { retry: 'yes' });
    this.plans.set(plan.token, { plan, spent: false });
  }

  async find(token: string): Promise<TokenState> {
    await Promise.resolve();
    return this.#stateOf(token);
  }

  async spend(token: string): Promise<TokenState> {
    await Promise.resolve();
    const found = this.#stateOf(token);
    if (found.state === 'pending') this.plans.set(token, { plan: found.plan, spent: true });
    return found;
  }

  async withdraw(token: string, why: string): Promise<TokenState> {
    const found = await this.spend(token);
    if (found.state === 'pending') this.plans.set(token, { plan: found.plan, spent: true, why });
    return found;
  }

  async approve(code: string, user: string): Promise<TokenState> {
    await Promise.resolve();
    const token = this.#tokenOf(code);
    const found = this.#stateOf(token);
    if (found.state !== 'pending') return found;
    const plan = { ...found.plan, approved: { user, atMs: this.#clock.now() } };
    this.plans.set(token, { plan, spent: false });
    return { state: 'pending', plan };
  }

  async byCode(code: string): Promise<TokenState> {
    await Promise.resolve();
    return this.#stateOf(this.#tokenOf(code));
  }

  async pending(): Promise<readonly PendingPlan[]> {
    await Promise.resolve();
    const states = [...this.plans.keys()].map((token) => this.#stateOf(token));
    return states.flatMap((found) => (found.state === 'pending' ? [found.plan] : [])).reverse();
  }

  #tokenOf(code: string): string {
    const plain = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase();
    return [...this.plans.values()].find(({ plan }) => plain(plan.code) === plain(code))?.plan.token ?? '';
  }

  #stateOf(token: string): TokenState {
    const kept = this.plans.get(token);
    if (!kept) return { state: 'unknown' };
    const { plan, spent, why } = kept;
    if (why !== undefined) return { state: 'withdrawn', tool: plan.tool, why };
    if (spent) return { state: 'spent', tool: plan.tool };
    return this.#clock.now() < plan.expiresAtMs ? { state: 'pending', plan } : { state: 'expired', tool: plan.tool };
  }
}
