import type { CustomRule, Policy } from '../../domain/policy.js';
import { kindsOf } from '../custom-rule-match.js';
import { compileRule } from './compile-rule.js';

/** The Policies with the expressions of their own rules compiled. Loads the evaluator: for projects that have such rules. */
export function compilePolicies(policies: readonly Policy[]): readonly Policy[] {
  return policies.map((policy) => ({ ...policy, custom: policy.custom.map((rule) => compiled(policy, rule)) }));
}

function compiled(policy: Policy, rule: CustomRule): CustomRule {
  return { ...rule, program: compileRule(rule.expr, kindsOf(policy, rule), rule.stage) };
}
