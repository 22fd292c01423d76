import type { Rule } from '../../rule.js';

/** Found by `update`, which alone sees the candidates. */
export const ambiguousSource: Rule = {
  id: 'trust/ambiguous-source',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'a selector matches several images',
  description:
    'A name or glob that matches several images is refused unless the source says `pick: newest`; so is a family whose ' +
    'two newest images were created in the same second. Nothing is chosen by the order of an answer.',
  parameters: null,
};
