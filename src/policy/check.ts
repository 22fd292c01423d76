import { resourceOf } from '../domain/address.js';
import type { Desired, Resource } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState } from '../domain/observed.js';
import type { Plan } from '../domain/plan.js';
import type { Policy, Violation, Waiver } from '../domain/policy.js';
import { checkCustomRules, isCustomId, type PlannedAction } from './custom-rules.js';
import { type Decision, decide, parameterSets } from './decide.js';
import { emptyJudged, groupByPolicies, type ResourceGroup } from './match.js';
import type { RuleOverrides } from './overrides.js';
import { makeReferences } from './references.js';
import type { AnyRule, Judged, Rule, RuleContext } from './rule.js';
import { ruleNamed, rules } from './rules/index.js';
import { coverByWaivers, type PolicySubject, waive } from './waive.js';

export { checkPolicies } from './check-policies.js';
export type { PolicySubject } from './waive.js';

export interface CheckSubject extends PolicySubject {
  readonly lock: Lock;
  /** Null where the cloud was not looked at. */
  readonly observed: ObservedState | null;
  /** Its own findings go through `applySeverity`. */
  readonly plan: Plan | null;
  /** What would be done, where there is no whole plan. */
  readonly actions?: readonly PlannedAction[];
  /** `lint`: what manifests and lock can answer; `plan`: everything. */
  readonly stage: 'lint' | 'plan';
  /** Whether a rule judges at all; absent: every rule does. */
  readonly asks?: (rule: AnyRule) => boolean;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  /** What could not be judged: for each rule that needs live facts, the resources that it would have judged. */
  readonly skipped: number;
  /** Rules that judged. */
  readonly rules: number;
}

/** Judges manifests, lock and, where they are there, live facts under the Policies. */
export function check(subject: CheckSubject): CheckResult {
  const { desired, policies } = subject;
  const { groups, policiesFor } = groupByPolicies(policies, desired);
  const context = {
    ...subject,
    references: makeReferences(desired, subject.lock),
    parametersOf: <Q>(rule: Rule<Q>, resource: Resource) =>
      parametersInForce(rule, policiesFor(resource), subject.overrides),
  };
  const findings: Finding[] = [];
  const ran = new Set<string>();
  let skipped = 0;
  for (const rule of rules.filter(subject.asks ?? (() => true))) {
    for (const group of groups.length > 0 ? groups : [nothing(policies)]) {
      const decision = decide(rule, group.policies, subject.overrides);
      if (decision === null) continue;
      const isJudging = isAnswerable(rule, subject);
      if (!isJudging) skipped += countJudged(rule, group);
      const sets = parameterSets(rule, group.policies);
      if (sets.length === 0) continue;
      // What only foresees has not looked: a waiver of it may be for what it would have seen.
      if (isJudging) ran.add(rule.id);
      findings.push(
        ...judge(rule, sets, group.judged, context).map((violation) => asFinding(rule, decision, violation)),
      );
    }
  }
  const custom = checkCustomRules(context);
  findings.push(...custom.findings);
  skipped += custom.skipped;
  for (const id of custom.ran) ran.add(id);
  const resourceAt = resourcesByAddress(desired);
  const hasLookedFor = (waiver: Waiver) => {
    if (isCustomId(waiver.rule)) return ran.has(waiver.rule);
    const rule = ruleNamed(waiver.rule);
    if (rule?.check === undefined || !ran.has(rule.id)) return false;
    return waiver.resources.some((selector) => {
      const resource = resourceAt.get(resourceOf(selector));
      return resource === undefined || decide(rule, policiesFor(resource), subject.overrides) !== null;
    });
  };
  return { findings: waive(findings, subject, hasLookedFor), skipped, rules: ran.size };
}

/**
 * Findings that other parts of the program make (the planner, `update`), with the severity that the Policies give their
 * rules, and waived where a Waiver covers them; those that are off fall away. Findings of the manifests stay as they are.
 */
export function applySeverity(findings: readonly Finding[], subject: PolicySubject): readonly Finding[] {
  const { desired, policies } = subject;
  const { policiesFor } = groupByPolicies(policies, desired);
  const resourceAt = resourcesByAddress(desired);
  const decided = findings.flatMap((finding) => {
    const rule = ruleNamed(finding.ruleId);
    if (rule === undefined || finding.isInputError) return [finding];
    const resource = resourceAt.get(resourceOf(finding.address ?? ''));
    const decision = decide(rule, resource === undefined ? policies : policiesFor(resource), subject.overrides);
    return decision === null ? [] : [{ ...finding, ...decision }];
  });
  return coverByWaivers(decided, subject);
}

function resourcesByAddress(desired: Desired): ReadonlyMap<string, Resource> {
  const resources = [...desired.imageSources, ...desired.imageCopies, ...desired.imageShares, ...desired.instances];
  return new Map(resources.map((resource) => [resource.address, resource]));
}

function isAnswerable(rule: AnyRule, { stage, observed }: CheckSubject): boolean {
  return rule.stage === 'lint' || (stage === 'plan' && observed !== null);
}

/** One group without resources, so that the rules of an empty project are counted too. */
function nothing(policies: readonly Policy[]): ResourceGroup {
  return { policies, judged: emptyJudged() };
}

function countJudged(rule: AnyRule, { judged }: ResourceGroup): number {
  const counts = {
    ImageSource: judged.imageSources.length,
    ImageCopy: judged.imageCopies.length,
    ImageShare: judged.imageShares.length,
    Instance: judged.instances.length,
  };
  return rule.judges.reduce((sum, kind) => sum + counts[kind], 0);
}

/** What one rule says about one group; where several sets of parameters complain of the same place, once. */
function judge(
  rule: AnyRule,
  sets: readonly unknown[],
  judged: Judged,
  context: Omit<RuleContext<unknown>, 'parameters' | 'judged'>,
): readonly Violation[] {
  const violations = sets.flatMap((parameters) => {
    const { observed } = context;
    if (rule.stage === 'lint') return rule.check?.({ ...context, parameters, judged }) ?? [];
    const foreseen = rule.foresee?.({ ...context, parameters, judged }) ?? [];
    if (observed === null) return foreseen;
    return [...foreseen, ...(rule.check?.({ ...context, observed, parameters, judged }) ?? [])];
  });
  if (sets.length === 1) return violations;
  const byPlace = new Map<string, Violation>();
  for (const violation of violations) {
    const key = JSON.stringify([violation.at, violation.address, violation.value]);
    if (!byPlace.has(key)) byPlace.set(key, violation);
  }
  return [...byPlace.values()];
}

function parametersInForce<Q>(rule: Rule<Q>, policies: readonly Policy[], overrides?: RuleOverrides): readonly Q[] {
  if (decide(rule, policies, overrides) === null) return [];
  return parameterSets(rule, policies).filter((parameters) => parameters !== null);
}

function asFinding(rule: AnyRule, decision: Decision, violation: Violation): Finding {
  return { ruleId: rule.id, ...violation, ...decision, waiver: null, isInputError: false };
}
