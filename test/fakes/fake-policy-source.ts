import { parsePolicy, refuseAll } from '../../src/core/policy/policy-file.js';
import type { Policy } from '../../src/core/policy/policy.js';
import type { InventoryProblem } from '../../src/ports/inventory.js';
import type { PolicySource } from '../../src/ports/policy-source.js';

/** A rule as it stands in the file. */
export type WrittenRule = Readonly<Record<string, unknown>>;

/** The rules of a policy file. Throws for those that are wrong, so that no test rests on them. */
export function policyOf(...rules: readonly WrittenRule[]): Policy {
  const { policy, problems } = parsePolicy({ rules });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return policy;
}

/** A policy that the test sets; without rules there are only the defaults. */
export class FakePolicySource implements PolicySource {
  #policy: Policy;
  #problems: readonly InventoryProblem[] = [];

  constructor(...rules: readonly WrittenRule[]) {
    this.#policy = policyOf(...rules);
  }

  current(): Promise<{ readonly policy: Policy; readonly problems: readonly InventoryProblem[] }> {
    return Promise.resolve({ policy: this.#policy, problems: this.#problems });
  }

  path(): string {
    return '/policy.yaml';
  }

  /** The user has written other rules. */
  change(...rules: readonly WrittenRule[]): void {
    [this.#policy, this.#problems] = [policyOf(...rules), []];
  }

  /** The user has made a mistake in the file. */
  spoil(problem: InventoryProblem = { field: 'rules[0].then', message: 'then is missing.', fix: 'Write it.' }): void {
    [this.#policy, this.#problems] = [refuseAll, [problem]];
  }
}
