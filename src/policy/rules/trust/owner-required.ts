import type { Rule } from '../../rule.js';

/** Found while manifests are read: a source without an owner is not a source at all. */
export const ownerRequired: Rule = {
  id: 'trust/owner-required',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageSource'],
  summary: 'a source does not say who owns its image',
  description:
    'Anybody can share an image of any name with any account, without being asked. A source therefore names the owner ' +
    'of its image, and no image is ever chosen by its name alone.',
  parameters: null,
};
