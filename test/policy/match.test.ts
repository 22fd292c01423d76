import { expect, test } from 'vitest';
import { matches } from '../../src/policy/match.js';
import { aDestination, aMatch, anImageCopy, anImageSource, anInstance } from '../support/build.js';

const web = anInstance({ labels: { tier: 'web', stage: 'prod' } });
const copy = anImageCopy({ destinations: [aDestination(), aDestination({ region: 'cn-beijing' })] });

test.each([
  ['an empty match speaks about everything', aMatch(), web, true],
  ['every label must be there', aMatch({ labels: { tier: 'web', stage: 'prod' } }), web, true],
  ['a label with another value does not match', aMatch({ labels: { tier: 'db' } }), web, false],
  ['a kind matches', aMatch({ kinds: ['Instance'] }), web, true],
  ['another kind does not', aMatch({ kinds: ['ImageCopy'] }), web, false],
  ['an account matches', aMatch({ accounts: ['prod'] }), web, true],
  ['another account does not', aMatch({ accounts: ['images'] }), web, false],
  ['an instance is in its region', aMatch({ regions: ['cn-hangzhou'] }), web, true],
  ['a copy is in each of its destinations', aMatch({ regions: ['cn-beijing'] }), copy, true],
  ['a source is in each of its regions', aMatch({ regions: ['cn-beijing'] }), anImageSource(), false],
  ['all members must hold', aMatch({ kinds: ['Instance'], regions: ['cn-beijing'] }), web, false],
] as const)('%s', (_, match, resource, expected) => {
  expect(matches(match, resource)).toBe(expected);
});
