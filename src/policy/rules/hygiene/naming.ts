import { matchesGlob } from '../../../domain/glob.js';
import { child } from '../../../domain/origin.js';
import { list, object, oneOf, withDefault, word } from '../../parameters.js';
import type { ResourceKind, Rule } from '../../rule.js';

export interface Naming {
  /** With `*` for any characters. One of them must match. */
  readonly patterns: readonly string[];
  readonly kinds: readonly ResourceKind[];
}

const namedKinds = ['ImageSource', 'ImageCopy', 'ImageShare', 'Instance'] as const;

/** Patterns are literal text with `*`, never regular expressions: no pattern can make the check slow. */
export const naming: Rule<Naming> = {
  id: 'hygiene/naming',
  stage: 'lint',
  severity: { recommended: 'off', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource', 'ImageCopy', 'ImageShare', 'Instance'],
  summary: 'a name does not follow the convention',
  description:
    'Off until a Policy gives patterns, in which `*` stands for any characters. `metadata.name` must match one of ' +
    'them as a whole. With several Policies a name must satisfy each.',
  parameters: object({
    patterns: list(word),
    kinds: withDefault(list(oneOf(...namedKinds)), namedKinds),
  }),
  check: ({ judged, parameters }) =>
    [...judged.imageSources, ...judged.imageCopies, ...judged.imageShares, ...judged.instances]
      .filter(({ address }) => parameters.kinds.some((kind) => address.startsWith(`${kind}/`)))
      .filter(({ name }) => !parameters.patterns.some((pattern) => matchesGlob(pattern, name)))
      .map((resource) => ({
        at: child(resource.origin, 'metadata', 'name'),
        address: resource.address,
        message: `\`name\` must match ${parameters.patterns.map((pattern) => `'${pattern}'`).join(' or ')}, and '${resource.name}' does not`,
        hint: 'Rename it before it is applied: a renamed resource is made anew.',
        value: resource.name,
      })),
};
