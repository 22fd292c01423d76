/**
 * Several Policies may speak about one resource, and none can undo what another asks. The severity of a rule is the
 * highest that any of them gives it. Parameters are not merged but each set must hold: that makes lists of what is
 * allowed an intersection, limits a minimum and lists of what is required a union. A Policy that does not name a rule
 * speaks through the presets that it extends; where no Policy says anything, the preset `recommended` does.
 */
import type { RuleSeverity, Severity } from '../domain/finding.js';
import type { Policy, Preset, RuleSetting } from '../domain/policy.js';
import type { Parameters } from './parameters.js';
import { matchesAll } from './match.js';
import { noOverrides, type RuleOverrides } from './overrides.js';
import { type AnyRule, isOffUntilAsked, type Rule } from './rule.js';

export interface Decision {
  readonly severity: Severity;
  /** `Policy/NAME` that says so, itself or by what it extends, or `command line`; null where nobody says anything. */
  readonly decidedBy: string | null;
}

interface Opinion {
  readonly severity: RuleSeverity;
  readonly decidedBy: string | null;
}

/** What the Policies that speak about a resource make of a rule; null where it is off. */
export function decide(
  rule: AnyRule,
  policies: readonly Policy[],
  overrides: RuleOverrides = noOverrides,
): Decision | null {
  if (!rule.isWaivable) return { severity: 'error', decidedBy: null };
  const override = overrides.get(rule.id);
  if (override !== undefined) return override === 'off' ? null : { severity: override, decidedBy: 'command line' };
  const opinions = policies.flatMap((policy) => opinionOf(rule, policy) ?? []);
  const said = opinions.length > 0 ? opinions : [{ severity: rule.severity.recommended, decidedBy: null }];
  const highest = said.reduce((best, next) => (rank(next.severity) > rank(best.severity) ? next : best));
  return highest.severity === 'off' ? null : { severity: highest.severity, decidedBy: highest.decidedBy };
}

/** Null where the Policy says nothing about the rule. */
function opinionOf(rule: AnyRule, policy: Policy): Opinion | null {
  const setting = settingOf(rule, policy);
  if (setting !== undefined && setting.severity !== null) {
    return { severity: setting.severity, decidedBy: `Policy/${policy.name}` };
  }
  const presets = presetSeverity(rule, policy.extends);
  // Giving parameters asks for the rule.
  if (setting !== undefined && isOffUntilAsked(rule) && (presets === null || presets === 'off')) {
    return { severity: rule.severity.strict, decidedBy: `Policy/${policy.name}` };
  }
  return presets === null ? null : { severity: presets, decidedBy: `Policy/${policy.name}` };
}

function presetSeverity(rule: AnyRule, presets: readonly Preset[]): RuleSeverity | null {
  const severities = presets.map((preset) => rule.severity[preset] ?? 'off');
  return severities.reduce<RuleSeverity | null>(
    (best, next) => (best === null || rank(next) > rank(best) ? next : best),
    null,
  );
}

/**
 * Which Policies speak about what belongs to the whole project: those for everything, and those that name the rule.
 */
export function speaksForAll(rule: AnyRule): (policy: Policy) => boolean {
  return (policy) => matchesAll(policy.match) || settingOf(rule, policy) !== undefined;
}

export function settingOf(rule: AnyRule, policy: Policy): RuleSetting | undefined {
  return Object.hasOwn(policy.rules, rule.id) ? policy.rules[rule.id] : undefined;
}

/**
 * The sets of parameters that must hold, one for each Policy that gives some; where none does, the defaults. Empty
 * where parameters are needed and nobody gives them.
 */
export function parameterSets<P>(rule: Rule<P>, policies: readonly Policy[]): readonly (P | null)[] {
  const { parameters } = rule;
  if (parameters === null) return [null];
  const given = policies.flatMap((policy) => {
    const setting = settingOf(rule, policy);
    return setting === undefined || Object.keys(setting.parameters).length === 0 ? [] : [setting.parameters];
  });
  if (given.length === 0 && parameters.required.length > 0) return [];
  const sets = (given.length === 0 ? [{}] : given).map((values) => readParameters(rule.id, parameters, values));
  return rule.tighter === undefined ? sets : [sets.reduce((a, b) => rule.tighter?.(a, b) ?? a)];
}

function readParameters<P>(id: string, parameters: Parameters<P>, values: unknown): P {
  const read = parameters.read(values, [], []);
  if (read === undefined) throw new Error(`parameters of ${id} do not fit: policies are checked before they are used`);
  return read;
}

/** The heavier, the higher. */
export function rank(severity: RuleSeverity): number {
  return { off: 0, info: 1, warning: 2, error: 3 }[severity];
}
