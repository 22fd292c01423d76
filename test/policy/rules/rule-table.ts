import { describe, expect, test } from 'vitest';
import type { Desired } from '../../../src/domain/desired.js';
import type { Severity } from '../../../src/domain/finding.js';
import type { Lock } from '../../../src/domain/lock.js';
import type { ObservedState } from '../../../src/domain/observed.js';
import type { Policy } from '../../../src/domain/policy.js';
import { check, checkPolicies } from '../../../src/policy/check.js';
import { aDesired, aLock, aPlan, aPolicy, today } from '../../support/build.js';

export interface RuleCase {
  readonly title: string;
  readonly desired?: Partial<Desired>;
  readonly lock?: Lock;
  /** Given: the rule runs at the stage plan. */
  readonly observed?: ObservedState;
  /** Parameters and severity of the rule in a Policy for everything. */
  readonly rule?: Parameters<typeof aPolicy>[0][string];
  readonly policies?: readonly Policy[];
  readonly today?: string;
  /** Nothing where the rule must hold. */
  readonly finds?: readonly Expected[];
}

export interface Expected {
  /** File and field. */
  readonly at: string;
  readonly address: string;
  readonly message: string;
  readonly severity?: Severity;
}

/** One test for each case: what the rule says in a small world, with place and words. */
export function describeRule(id: string, cases: readonly RuleCase[]): void {
  describe.each([id])('%s', () => {
    test.each(cases)('$title', (each) => {
      const policies = each.policies ?? (each.rule === undefined ? [] : [aPolicy({ [id]: each.rule })]);
      expect(checkPolicies(policies, [])).toEqual([]);
      const { findings } = check({
        desired: aDesired(each.desired),
        lock: each.lock ?? aLock(),
        policies,
        waivers: [],
        observed: each.observed ?? null,
        plan: each.observed === undefined ? null : aPlan(),
        today: each.today ?? today,
        stage: each.observed === undefined ? 'lint' : 'plan',
      });
      const found = findings
        .filter((finding) => finding.ruleId === id)
        .map(({ at, address, message, severity }) => ({
          at: `${at?.file}: ${at?.path.join('.')}`,
          address,
          message,
          severity,
        }));
      expect(found).toEqual(
        (each.finds ?? []).map((expected) => ({ severity: expect.any(String) as string, ...expected })),
      );
    });
  });
}
