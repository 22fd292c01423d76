import type { Finding } from '../domain/finding.js';
import { child, type Origin } from '../domain/origin.js';
import type { CustomRule, Policy, RuleSetting, Waiver } from '../domain/policy.js';
import { settingOf } from './decide.js';
import { didYouMean } from '../domain/closest-name.js';
import { kindsOf } from './custom-rule-match.js';
import { customRulesIn } from './custom-rules.js';
import { matchesAll } from './match.js';
import { isDay } from './parameters.js';
import { type AnyRule, needsParameters } from './rule.js';
import { ruleNamed, rules } from './rules/index.js';
import { policyInput } from './rules/manifest/policy.js';

/**
 * What makes policies and waivers unusable: findings that lead to exit code 4, because a Policy that cannot be followed
 * must never look like one that was.
 */
export function checkPolicies(policies: readonly Policy[], waivers: readonly Waiver[]): readonly Finding[] {
  return [
    ...policies.flatMap((policy) =>
      Object.entries(policy.rules).flatMap(([id, setting]) => checkSetting(policy, id, setting)),
    ),
    ...checkNeeds(policies),
    ...checkCustom(policies),
    ...waivers.flatMap((waiver) => checkWaiver(waiver, policies)),
  ];
}

function checkSetting(policy: Policy, id: string, setting: RuleSetting): readonly Finding[] {
  const rule = ruleNamed(id);
  if (rule === undefined) return [inputError(policy, setting.origin, ...unknownRule(id))];
  return [...checkSeverity(policy, rule, setting), ...checkParameters(policy, rule, setting)];
}

function checkSeverity(policy: Policy, rule: AnyRule, { severity, origin }: RuleSetting): readonly Finding[] {
  if (rule.isWaivable || severity === null || severity === 'error') return [];
  return [
    inputError(
      policy,
      child(origin, 'severity'),
      `\`severity\` of '${rule.id}' must not be '${severity}': this rule cannot be made weaker`,
      'Remove `severity`: the rule is an error under every Policy.',
      severity,
    ),
  ];
}

function checkParameters(
  policy: Policy,
  rule: AnyRule,
  { parameters, severity, origin }: RuleSetting,
): readonly Finding[] {
  const names = Object.keys(parameters);
  if (rule.parameters === null) {
    return names.map((name) =>
      inputError(policy, child(origin, name), `'${rule.id}' has no parameter '${name}'`, 'Remove it.', name),
    );
  }
  if (names.length === 0 && severity === 'off') return [];
  const problems: { path: readonly (string | number)[]; message: string }[] = [];
  rule.parameters.read(parameters, [], problems);
  return problems.map(({ path, message }) =>
    inputError(
      policy,
      child(origin, ...path),
      `'${rule.id}': ${message}`,
      `Look up its parameters in docs/rules/${rule.id}.md.`,
      path.join('.'),
    ),
  );
}

/**
 * `strict` turns on rules that say nothing without parameters: the Policy that extends it must give them or turn the
 * rule off, unless a Policy for everything gives them.
 */
function checkNeeds(policies: readonly Policy[]): readonly Finding[] {
  return policies
    .filter((policy) => policy.extends.includes('strict'))
    .flatMap((policy) =>
      rules
        .filter((rule) => needsParameters(rule) && !policies.some((other) => providesFor(policy, rule, other)))
        .map((rule) =>
          inputError(
            policy,
            child(policy.origin, 'spec', 'extends'),
            `'strict' needs ${rule.parameters?.required.map((name) => `\`${name}\``).join(', ')} of '${rule.id}'`,
            `Add '${rule.id}' to \`rules\` with its parameters, or with \`severity: off\`.`,
            rule.id,
          ),
        ),
    );
}

function providesFor(policy: Policy, rule: AnyRule, other: Policy): boolean {
  const setting = settingOf(rule, other);
  if (setting === undefined) return false;
  return other === policy || (matchesAll(other.match) && Object.keys(setting.parameters).length > 0);
}

/** Rules that Policies bring along: one of a name, for something, with an expression that can be judged. */
function checkCustom(policies: readonly Policy[]): readonly Finding[] {
  const seen = new Set<string>();
  return policies.flatMap((policy) =>
    policy.custom.flatMap((rule) => {
      const isSecond = seen.has(rule.id);
      seen.add(rule.id);
      const twin = inputError(
        policy,
        child(rule.origin, 'id'),
        `a second rule is called '${rule.id}'`,
        'Give it a name of its own.',
        rule.id,
      );
      return [...(isSecond ? [twin] : []), ...checkKinds(policy, rule), ...checkExpression(policy, rule)];
    }),
  );
}

function checkKinds(policy: Policy, rule: CustomRule): readonly Finding[] {
  if (kindsOf(policy, rule).length > 0) return [];
  const message = `'${rule.id}' can judge nothing: its \`match\` and that of the Policy have no kind in common`;
  const hint = 'Let one of the two name the kinds.';
  return [inputError(policy, child(rule.origin, 'match', 'kinds'), message, hint, rule.id)];
}

function checkExpression(policy: Policy, rule: CustomRule): readonly Finding[] {
  const at = child(rule.origin, 'expr');
  return (rule.program?.problems ?? []).map(({ message, hint, start, end }) => ({
    ...inputError(policy, at, message, hint, rule.expr.slice(start, end) || rule.id),
    within: { start, end },
  }));
}

function checkWaiver(waiver: Waiver, policies: readonly Policy[]): readonly Finding[] {
  const at = child(waiver.origin, 'spec', 'rule');
  const rule = ruleNamed(waiver.rule) ?? customRulesIn(policies).find(({ id }) => id === waiver.rule);
  const problems: Finding[] = [];
  if (rule === undefined) problems.push(inputError(waiver, at, ...unknownRule(waiver.rule)));
  else if (!rule.isWaivable) {
    problems.push(
      inputError(
        waiver,
        at,
        `'${rule.id}' cannot be waived`,
        'Remove the Waiver and mend what the rule finds.',
        rule.id,
      ),
    );
  }
  if (!isDay(waiver.expires)) {
    const message = `\`expires\` must be a day, such as '2027-03-31', not '${waiver.expires}'`;
    const where = child(waiver.origin, 'spec', 'expires');
    problems.push(inputError(waiver, where, message, 'Write the last day on which it counts.', waiver.expires));
  }
  return [...problems, ...checkSelectors(waiver)];
}

function checkSelectors(waiver: Waiver): readonly Finding[] {
  return waiver.resources.flatMap((selector, index) => {
    if (/^[A-Za-z]+(\/[^/*?]+)+$/.test(selector)) return [];
    return [
      inputError(
        waiver,
        child(waiver.origin, 'spec', 'resources', index),
        `\`resources\` must name resources or members, such as 'Instance/web' or 'Instance/web/0', not '${selector}'`,
        'Name each resource by its address.',
        selector,
      ),
    ];
  });
}

function unknownRule(id: string): readonly [message: string, hint: string, value: string] {
  const offer = didYouMean(
    id,
    rules.map((rule) => rule.id),
  );
  return [`there is no rule '${id}'${offer}`, 'Look up the rules in docs/policy.md.', id];
}

function inputError(subject: Policy | Waiver, at: Origin, message: string, hint: string, value: string): Finding {
  return {
    ruleId: policyInput.id,
    severity: 'error',
    message,
    hint,
    at,
    address: `${'rule' in subject ? 'Waiver' : 'Policy'}/${subject.name}`,
    value,
    waiver: null,
    decidedBy: null,
    isInputError: true,
  };
}
