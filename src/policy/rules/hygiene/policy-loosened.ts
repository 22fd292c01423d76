import type { Rule } from '../../rule.js';

/** Found where two commits are compared, with `--base-ref`. */
export const policyLoosened: Rule = {
  id: 'hygiene/policy-loosened',
  stage: 'lint',
  severity: { recommended: 'info', strict: 'warning' },
  isWaivable: true,
  judges: [],
  summary: 'a change asks for less than the base does',
  description:
    'With `--base-ref`: a Policy is weaker, a Waiver new or longer, an approver, a destructive class or an account ' +
    'added. Nothing of it counts before it is merged; this finding tells the reviewer that it is there.',
  parameters: null,
};
