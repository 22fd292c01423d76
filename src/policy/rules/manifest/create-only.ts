import type { Rule } from '../../rule.js';

/** Found by the planner. */
export const createOnly: Rule = {
  id: 'manifest/create-only',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'a field differs that cannot be changed',
  description:
    'Some fields count only when a thing is made: placement, data disks, key pair and others. Where such a field ' +
    'differs from what is there, nothing can be done short of making the thing anew.',
  parameters: null,
};
