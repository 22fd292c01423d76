import type { Rule } from '../../rule.js';

/** Found by the planner. */
export const duplicate: Rule = {
  id: 'lifecycle/duplicate',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageCopy', 'Instance'],
  summary: 'two things carry the same address',
  description:
    'Two live things that tallyman made for one address cannot both be right, and which of them is cannot be known. ' +
    'Nothing is done there until a person decides.',
  parameters: null,
};
