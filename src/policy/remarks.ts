import type { Finding } from '../domain/finding.js';
import type { Violation } from '../domain/policy.js';
import { decide, speaksForAll } from './decide.js';
import type { AnyRule } from './rule.js';
import { coverByWaivers, type PolicySubject } from './waive.js';

/** What is to be said about the project as a whole, with the severity that Policies for everything give the rule. */
export function asFindings(rule: AnyRule, remarks: readonly Violation[], subject: PolicySubject): readonly Finding[] {
  const decision = decide(rule, subject.policies.filter(speaksForAll(rule)), subject.overrides);
  if (decision === null) return [];
  const findings = remarks.map((remark) => ({
    ruleId: rule.id,
    ...remark,
    ...decision,
    waiver: null,
    isInputError: false,
  }));
  return coverByWaivers(findings, subject);
}
