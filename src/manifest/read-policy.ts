import type { Finding } from '../domain/finding.js';
import type { PolicyDocument, WaiverDocument } from '../domain/generated/documents.js';
import { child, type Origin } from '../domain/origin.js';
import type { CustomRule, Match, Policy, RuleSetting, Waiver } from '../domain/policy.js';
import type { Checked } from './checked-documents.js';
import { inputError } from './input-error.js';

type RuleSpec = NonNullable<PolicyDocument['spec']['rules']>[string];
type CustomSpec = NonNullable<PolicyDocument['spec']['custom']>[number];
type MatchSpec = PolicyDocument['spec']['match'] | CustomSpec['match'];

/** What the parameters of a rule mean is checked where the rule is known. */
export function readPolicy(document: Checked<PolicyDocument>): Policy {
  const { metadata, spec } = document.body;
  const rules = Object.entries(spec.rules ?? {}).map(([id, rule]) => {
    return [id, readSetting(rule, child(document.origin, 'spec', 'rules', id))] as const;
  });
  return {
    name: metadata.name,
    match: readMatch(spec.match),
    extends: spec.extends ?? [],
    rules: Object.fromEntries(rules),
    custom: (spec.custom ?? []).map((rule, index) => readCustom(rule, child(document.origin, 'spec', 'custom', index))),
    origin: document.origin,
  };
}

function readMatch(match: MatchSpec): Match {
  return {
    labels: match?.labels ?? {},
    kinds: match?.kinds ?? null,
    accounts: match?.accounts ?? null,
    regions: match?.regions ?? null,
  };
}

function readCustom(rule: CustomSpec, origin: Origin): CustomRule {
  const { id, message, expr, stage = 'lint', severity = 'error', docs = null } = rule;
  return { id, message, expr, stage, severity, match: readMatch(rule.match), docs, program: null, origin };
}

function readSetting(rule: RuleSpec, origin: Origin): RuleSetting {
  const { severity, ...parameters } = rule;
  return { severity: severity ?? null, parameters, origin };
}

export function readWaiver(document: Checked<WaiverDocument>): Waiver {
  const { metadata, spec } = document.body;
  return {
    name: metadata.name,
    rule: spec.rule,
    resources: spec.resources,
    reason: spec.reason,
    approvedBy: spec.approvedBy,
    expires: spec.expires,
    origin: document.origin,
  };
}

/** The schema knows the form of a date but not the calendar. */
export function waiverFindings(document: Checked<WaiverDocument>): readonly Finding[] {
  const { expires } = document.body.spec;
  if (isDay(expires)) return [];
  return [
    inputError({
      ruleId: 'manifest/invalid-value',
      at: child(document.origin, 'spec', 'expires'),
      address: document.address,
      message: `\`expires\` must be a day of the calendar, not '${expires}'`,
      hint: 'Write the last day on which the waiver counts, YYYY-MM-DD.',
      value: expires,
    }),
  ];
}

/** A day beyond the end of its month becomes one of the next. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
