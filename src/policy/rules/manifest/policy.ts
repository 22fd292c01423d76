import type { Rule } from '../../rule.js';

/** Found where policies and waivers are read, before anything is judged by them. */
export const policyInput: Rule = {
  id: 'manifest/policy',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: [],
  summary: 'a Policy or a Waiver says something that cannot be followed',
  description:
    'An unknown rule, a parameter of the wrong form, a rule made weaker that cannot be, or a waiver for one that ' +
    'cannot be waived: nothing is judged under such a Policy, and the answer is exit code 4, never a pass.',
  parameters: null,
};
