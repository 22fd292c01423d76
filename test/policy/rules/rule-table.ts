import { describe, expect, test } from 'vitest';
import type { Desired } from '../../../src/domain/desired.js';
import type { Severity } from '../../../src/domain/finding.js';
import type { Lock } from '../../../src/domain/lock.js';
import type { ObservedState } from '../../../src/domain/observed.js';
import type { Plan } from '../../../src/domain/plan.js';
import type { Policy } from '../../../src/domain/policy.js';
import { needsParameters } from '../../../src/policy/rule.js';
import { rules } from '../../../src/policy/rules/index.js';
import { check, checkPolicies } from '../../../src/policy/check.js';
import { aDesired, aLock, aPlan, aPolicy, today } from '../../support/build.js';

export interface RuleCase {
  readonly title: string;
  readonly desired?: Partial<Desired>;
  readonly lock?: Lock;
  /** Given: the rule runs at the stage plan. */
  readonly observed?: ObservedState;
  readonly plan?: Partial<Plan>;
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

/** A Policy for everything that extends `strict`, with the rules off that would need parameters. */
export function aStrictPolicy(): Policy {
  const needing = rules.filter(needsParameters).map(({ id }) => [id, { severity: 'off' as const }]);
  return aPolicy(Object.fromEntries(needing) as Parameters<typeof aPolicy>[0], { extends: ['strict'] });
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
        plan: each.observed === undefined ? null : aPlan(each.plan),
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
