import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../../core/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Consents, PendingPlan, TokenState } from '../../ports/consents.js';
import { type ConsentsState, consentsText, parseConsents, type SpentPlan, withPlan } from './consents-file.js';
import { FileLock } from './file-lock.js';
import { privateFolder, readPrivate, writePrivate } from './private-files.js';

type Key = Pick<PendingPlan, 'token' | 'code'>;

/** The plans that wait for consent, in one file for all servers of a user. */
export class FileConsents implements Consents {
  readonly #folder: string;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #lock: FileLock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#path = join(folder, 'consents.json');
    this.#clock = clock;
    this.#lock = new FileLock(this.#path);
  }

  async offer(plan: PendingPlan): Promise<void> {
    await this.#change((state) => {
      const same = (key: Key): boolean => equal(key.token, plan.token) || sameCode(key.code, plan.code);
      // A person may be reading the other plan of this code just now.
      if ([...state.plans, ...state.spent].some(same))
        throw new Failure('internal', 'The code of this plan is in use.', { hint: 'Try again.', retry: 'yes' });
      return { next: withPlan(state, plan, this.#clock.now()), result: undefined };
    });
  }

  async find(token: string): Promise<TokenState> {
    return this.#stateOf(await this.#read(), (key) => equal(key.token, token));
  }

  spend(token: string): Promise<TokenState> {
    return this.#take(token, {});
  }

  withdraw(token: string, why: string): Promise<TokenState> {
    return this.#take(token, { why });
  }

  async #take(token: string, ended: Pick<SpentPlan, 'why'>): Promise<TokenState> {
    return await this.#change<TokenState>((state) => {
      const found = this.#stateOf(state, (key) => equal(key.token, token));
      if (found.state !== 'pending') return { next: undefined, result: found };
      const { code, tool, expiresAtMs } = found.plan;
      const plans = state.plans.filter((plan) => plan !== found.plan);
      const spent = [...state.spent, { token: found.plan.token, code, tool, expiresAtMs, ...ended }];
      return { next: { plans, spent }, result: found };
    });
  }

  async approve(code: string, user: string): Promise<TokenState> {
    return await this.#change<TokenState>((state) => {
      const found = this.#stateOf(state, (key) => sameCode(key.code, code));
      if (found.state !== 'pending') return { next: undefined, result: found };
      const plan = { ...found.plan, approved: { user, atMs: this.#clock.now() } };
      const plans = state.plans.map((each) => (each === found.plan ? plan : each));
      return { next: { ...state, plans }, result: { state: 'pending', plan } };
    });
  }

  async byCode(code: string): Promise<TokenState> {
    return this.#stateOf(await this.#read(), (key) => sameCode(key.code, code));
  }

  async pending(): Promise<readonly PendingPlan[]> {
    const { plans } = await this.#read();
    return plans.filter((plan) => this.#waits(plan)).reverse();
  }

  #stateOf({ plans, spent }: ConsentsState, isIt: (key: Key) => boolean): TokenState {
    const plan = plans.find(isIt);
    if (plan) return this.#waits(plan) ? { state: 'pending', plan } : { state: 'expired', tool: plan.tool };
    const over = spent.find(isIt);
    if (over === undefined) return { state: 'unknown' };
    const { tool, why } = over;
    return why === undefined ? { state: 'spent', tool } : { state: 'withdrawn', tool, why };
  }

  #waits({ expiresAtMs }: PendingPlan): boolean {
    return this.#clock.now() < expiresAtMs;
  }

  /** The file is replaced as a whole, so that it can be read without the lock. */
  async #read(): Promise<ConsentsState> {
    return await this.#guarded(async () => parseConsents(await readPrivate(this.#path), this.#path));
  }

  async #change<T>(change: (state: ConsentsState) => { next: ConsentsState | undefined; result: T }): Promise<T> {
    return await this.#guarded(async () => {
      await privateFolder(this.#folder);
      return await this.#lock.hold(async (held) => {
        const { next, result } = change(await this.#read());
        await held();
        if (next) await writePrivate(this.#path, consentsText(next));
        return result;
      });
    });
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure('not_allowed', 'The file of plans that wait for consent cannot be used.', {
        hint: `Check the disk and the folder ${this.#folder}.`,
        retry: 'no',
        cause: error,
      });
    }
  }
}

/** Compares without telling by its time how much was right. */
function equal(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** People type codes: case, spaces and dashes do not count. */
function sameCode(one: string, other: string): boolean {
  const plain = (code: string): string => code.replace(/[\s-]/g, '').toUpperCase();
  return equal(plain(one), plain(other));
}
