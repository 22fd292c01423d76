import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { Rule } from '../../rule.js';

interface Shape {
  readonly kind: string;
  /** Every repetition has a bound, so that the time grows with the text and not faster. */
  readonly pattern: RegExp;
}

/** What a key looks like, and what stands where a key is given by its name. What is filled in later, as `${X}`, is none. */
const shapes: readonly Shape[] = [
  { kind: 'an access key ID', pattern: /(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{8,28}(?![A-Za-z0-9])/ },
  { kind: 'a temporary access key ID', pattern: /(?<![A-Za-z0-9])STS\.[A-Za-z0-9]{16,64}/ },
  { kind: 'a private key', pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/ },
  { kind: 'an access key secret', pattern: assigned('access[-_]?key[-_]?secret|secret[-_]?access[-_]?key', 8) },
  { kind: 'a token', pattern: assigned('(?:security|session|access|auth|api)[-_]?token', 16) },
  { kind: 'a token', pattern: /(?<![A-Za-z0-9])(?:gh[opsur]_|github_pat_|glpat-|xox[abprs]-)[A-Za-z0-9_-]{16,255}/ },
  { kind: 'a token', pattern: /(?<![\w-])eyJ[\w-]{8,2048}\.eyJ[\w-]{8,8192}\.[\w-]{8,2048}/ },
];

/** A name, then a value of at least so many characters: `name=value`, `name: "value"`, `--name value`. */
function assigned(name: string, atLeast: number): RegExp {
  return new RegExp(`(?:${name})["']?(?:\\s{0,8}[:=]\\s{0,8}|\\s{1,8})["']?[A-Za-z0-9+/=_-]{${atLeast},4096}`, 'i');
}

/**
 * User data can be read on the machine by every process, by whoever may call DescribeUserData, and by all who see the
 * repository. Source: ECS user guide, Instance user data. What was found is never shown: kind, length and line are.
 */
export const secretInUserData: Rule = {
  id: 'hygiene/secret-in-user-data',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'user data holds what looks like a key',
  description:
    'User data is readable by every process of the machine from the metadata service, and by everybody who sees the ' +
    'repository. Access key IDs, access key secrets, private keys and tokens must not be in it.',
  parameters: null,
  check: ({ judged }) =>
    judged.instances.flatMap(({ userData, userDataFile, origin, address }) =>
      secretsIn(userData ?? '').map(({ kind, length, line }): Violation => {
        const field = userDataFile === null ? 'userData' : 'userDataFile';
        return {
          at: child(origin, 'spec', field),
          address,
          message: `\`${field}\` must not hold a secret: line ${line} of it has ${kind}, ${length} characters long`,
          hint: 'Revoke it, and let the machine ask for its own by `ramRoleName`.',
          value: `${kind}, ${length} characters`,
        };
      }),
    ),
};

interface FoundSecret {
  readonly kind: string;
  /** Of all that the shape covers, the name of the field included. */
  readonly length: number;
  /** From 1. */
  readonly line: number;
}

/** The first of each kind. */
function secretsIn(text: string): readonly FoundSecret[] {
  const byKind = new Map<string, FoundSecret>();
  for (const { kind, pattern } of shapes) {
    const match = pattern.exec(text);
    if (match === null || byKind.has(kind)) continue;
    const line = text.slice(0, match.index).split('\n').length;
    byKind.set(kind, { kind, length: match[0].length, line });
  }
  return [...byKind.values()];
}
