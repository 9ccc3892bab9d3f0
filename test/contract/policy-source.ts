import { describe, expect, it } from '@jest/globals';
import type { PolicySource } from '../../src/ports/policy-source.js';
import type { WrittenRule } from '../fakes/fake-policy-source.js';

/** What the contract needs of an adapter. */
export interface PolicySourceSubject {
  readonly source: PolicySource;
  /** Makes these the user's rules. */
  readonly write: (...rules: readonly WrittenRule[]) => Promise<void> | void;
  /** Makes a mistake among the user's rules. */
  readonly spoil: () => Promise<void> | void;
}

/** What every source of a policy promises. `make` gives one without rules. */
export function policySourceContract(make: () => Promise<PolicySourceSubject> | PolicySourceSubject): void {
  describe('as a source of the policy', () => {
    it('has no rules and no problem where the user wrote none, and says where they would be', async () => {
      const { source } = await make();
      expect(await source.current()).toEqual({ policy: { rules: [] }, problems: [] });
      expect(source.path()).toMatch(/./);
    });

    it('has the rules as they are now', async () => {
      const { source, write } = await make();
      await write({ then: 'deny', tools: ['fan_set'] }, { then: 'allow' });
      expect((await source.current()).policy.rules).toEqual([
        { decision: 'deny', tools: ['fan_set'], place: 'rules[0]' },
        { decision: 'allow', place: 'rules[1]' },
      ]);
      await write({ then: 'ask' });
      expect((await source.current()).policy.rules).toEqual([{ decision: 'ask', place: 'rules[0]' }]);
    });

    it('denies everything while there is a mistake, and tells it', async () => {
      const { source, write, spoil } = await make();
      await write({ then: 'allow' });
      await source.current();
      await spoil();
      const { policy, problems } = await source.current();
      expect(problems).not.toEqual([]);
      expect(policy.rules).toEqual([expect.objectContaining({ decision: 'deny' })]);
      await write({ then: 'allow' });
      expect(await source.current()).toMatchObject({ policy: { rules: [{ decision: 'allow' }] }, problems: [] });
    });
  });
}
