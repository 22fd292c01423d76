import type { Resource } from '../domain/desired.js';
import type { CustomRule, Policy } from '../domain/policy.js';
import { matches } from './match.js';
import type { ResourceKind } from './rule.js';

const allKinds: readonly ResourceKind[] = ['ImageSource', 'ImageCopy', 'ImageShare', 'Instance'];

/** The kinds that the rule judges: those that neither it nor its Policy leaves out. */
export function kindsOf(policy: Policy, rule: CustomRule): readonly ResourceKind[] {
  return allKinds.filter((kind) =>
    [policy.match, rule.match].every(({ kinds }) => kinds === null || kinds.includes(kind)),
  );
}

/** Whether the rule judges the resource: its Policy has to speak about it as well. */
export function isJudgedBy(policy: Policy, rule: CustomRule, resource: Resource): boolean {
  return matches(policy.match, resource) && matches(rule.match, resource);
}
