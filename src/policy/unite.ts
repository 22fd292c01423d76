import { type Finding, findingKey } from '../domain/finding.js';
import { rank } from './decide.js';
import { waiver as waiverRule } from './rules/hygiene/waiver.js';

/**
 * What counts when a change is judged under its own policy and under that of its base: everything that either finds, with
 * the higher severity, and waived only where nothing of it counts in the other. So nobody can grant himself anything.
 * `expired`: keys of errors that stood on the base already and had a waiver there until it expired.
 */
export function unite(
  head: readonly Finding[],
  base: readonly Finding[],
  expired: ReadonlySet<string>,
): readonly Finding[] {
  const twins = new Map(base.map((finding) => [findingKey(finding), finding]));
  const seen = new Set(head.map(findingKey));
  // What the base says about its own waivers has no place in the files of the change.
  const further = base.filter((finding) => !seen.has(findingKey(finding)) && finding.ruleId !== waiverRule.id);
  return [...head.map((finding) => worse(finding, twins.get(findingKey(finding)))), ...further].map((finding) =>
    isForgiven(finding, expired) ? { ...finding, severity: 'warning' as const } : finding,
  );
}

function worse(head: Finding, base: Finding | undefined): Finding {
  if (base === undefined) return head;
  const { severity, decidedBy } = rank(base.severity) > rank(head.severity) ? base : head;
  const waiver = head.waiver === null || base.waiver === null ? null : base.waiver;
  return { ...head, severity, decidedBy, waiver };
}

function isForgiven(finding: Finding, expired: ReadonlySet<string>): boolean {
  return finding.severity === 'error' && finding.waiver === null && expired.has(findingKey(finding));
}
