import { describe, expect, test } from 'vitest';
import type { Policy, Waiver } from '../../src/domain/policy.js';
import { checkPolicies } from '../../src/policy/check-policies.js';
import { aMatch, aPolicy, aWaiver } from '../support/build.js';

function problems(policies: readonly Policy[], waivers: readonly Waiver[] = []) {
  return checkPolicies(policies, waivers).map(({ at, address, message }) => ({
    at: `${at?.file}: ${at?.path.join('.')}`,
    address,
    message,
  }));
}

const file = 'policies/baseline.yaml: spec';

describe('a Policy is refused', () => {
  test.each([
    [
      'for a rule that does not exist, and offers the one that was meant',
      aPolicy({ 'trust/trusted-owners': { severity: 'error' } }),
      'rules.trust/trusted-owners',
      "there is no rule 'trust/trusted-owners', did you mean 'trust/trusted-owner'?",
    ],
    [
      'for a rule that is nothing like any',
      aPolicy({ 'custom/anything': {} }),
      'rules.custom/anything',
      "there is no rule 'custom/anything'",
    ],
    [
      'for a parameter that the rule does not have',
      aPolicy({ 'trust/image-age': { maxDay: 10 } }),
      'rules.trust/image-age.maxDay',
      "'trust/image-age': 'maxDay' is not a parameter here, did you mean 'maxDays'?",
    ],
    [
      'for a parameter of a rule that has none',
      aPolicy({ 'trust/copy-before-use': { kinds: ['Instance'] } }),
      'rules.trust/copy-before-use.kinds',
      "'trust/copy-before-use' has no parameter 'kinds'",
    ],
    [
      'for a parameter of the wrong type',
      aPolicy({ 'trust/image-age': { maxDays: '10' } }),
      'rules.trust/image-age.maxDays',
      "'trust/image-age': `maxDays` must be a whole number from 1 to 3650, not '10'",
    ],
    [
      'for a UID that is a number',
      aPolicy({ 'trust/trusted-owner': { owners: [{ uid: 1600000000000009, reason: 'ours' }] } }),
      'rules.trust/trusted-owner.owners.0.uid',
      "'trust/trusted-owner': `owners[0].uid` must be a UID: digits in quotes, not '1600000000000009'",
    ],
    [
      'for a trusted owner without a reason',
      aPolicy({ 'trust/trusted-owner': { owners: [{ uid: '1600000000000009' }] } }),
      'rules.trust/trusted-owner.owners.0',
      "'trust/trusted-owner': `reason` must be given",
    ],
    [
      'for a day that does not exist',
      aPolicy({ 'trust/trusted-owner': { owners: [{ uid: '1', reason: 'ours', until: '2026-02-30' }] } }),
      'rules.trust/trusted-owner.owners.0.until',
      "'trust/trusted-owner': `owners[0].until` must be a day, such as '2027-12-31', not '2026-02-30'",
    ],
    [
      'for a severity without the parameters that the rule needs',
      aPolicy({ 'region/allowed': { severity: 'error' } }),
      'rules.region/allowed',
      "'region/allowed': `regions` must be given",
    ],
    [
      'for an empty list, which would allow nothing',
      aPolicy({ 'region/allowed': { regions: [] } }),
      'rules.region/allowed.regions',
      "'region/allowed': `regions` must not be empty, not an empty list",
    ],
    [
      'for making a rule weaker that cannot be waived',
      aPolicy({ 'trust/fingerprint': { severity: 'warning' } }),
      'rules.trust/fingerprint.severity',
      "`severity` of 'trust/fingerprint' must not be 'warning': this rule cannot be made weaker",
    ],
  ])('%s', (_, policy, field, message) => {
    expect(problems([policy])).toEqual([{ at: `${file}.${field}`, address: 'Policy/baseline', message }]);
  });

  test('for keys that every object has', () => {
    const policy = aPolicy({ ['constructor' as string]: { severity: 'off' } });
    expect(problems([policy])[0]?.message).toBe("there is no rule 'constructor'");
  });

  test('where strict asks for parameters that nobody gives', () => {
    expect(problems([aPolicy({}, { extends: ['strict'] })]).map(({ at, message }) => `${at} ${message}`)).toEqual([
      `${file}.extends 'strict' needs \`keys\` of 'encryption/key-allowed'`,
      `${file}.extends 'strict' needs \`patterns\` of 'hygiene/naming'`,
      `${file}.extends 'strict' needs \`tags\` of 'hygiene/required-tags'`,
      `${file}.extends 'strict' needs \`regions\` of 'region/allowed'`,
      `${file}.extends 'strict' needs \`regions\` of 'region/residency'`,
    ]);
  });
});

describe('strict is content', () => {
  const rest = {
    'encryption/key-allowed': { severity: 'off' },
    'hygiene/naming': { severity: 'off' },
    'hygiene/required-tags': { severity: 'off' },
    'region/residency': { severity: 'off' },
  } as const;
  const regions = { 'region/allowed': { regions: ['cn-hangzhou'] } };

  test('where the Policy gives the parameters or turns the rule off', () => {
    expect(problems([aPolicy({ ...rest, ...regions }, { extends: ['strict'] })])).toEqual([]);
  });

  test('where a Policy for everything gives them, but not one for a part', () => {
    const strict = aPolicy(rest, { extends: ['strict'] });
    const other = aPolicy(regions, { name: 'other' });
    expect(problems([strict, other])).toEqual([]);
    expect(problems([strict, { ...other, match: aMatch({ labels: { tier: 'web' } }) }])).toHaveLength(1);
  });
});

describe('a Waiver is refused', () => {
  const at = 'policies/legacy-plain-disk.yaml: spec';
  const address = 'Waiver/legacy-plain-disk';
  test.each([
    [
      'for an unknown rule',
      { rule: 'encryption/require' },
      'rule',
      "there is no rule 'encryption/require', did you mean 'encryption/required'?",
    ],
    ['for a rule that cannot be waived', { rule: 'trust/fingerprint' }, 'rule', "'trust/fingerprint' cannot be waived"],
    [
      'for a day that does not exist',
      { expires: '2026-02-30' },
      'expires',
      "`expires` must be a day, such as '2027-03-31', not '2026-02-30'",
    ],
    [
      'for a prefix instead of an address',
      { resources: ['Instance/web', 'Instance/'] },
      'resources.1',
      "`resources` must name resources or members, such as 'Instance/web' or 'Instance/web/0', not 'Instance/'",
    ],
    [
      'for a wildcard',
      { resources: ['Instance/*'] },
      'resources.0',
      "`resources` must name resources or members, such as 'Instance/web' or 'Instance/web/0', not 'Instance/*'",
    ],
  ])('%s', (_, changes, field, message) => {
    expect(problems([], [aWaiver(changes)])).toEqual([{ at: `${at}.${field}`, address, message }]);
  });
});

test('all of it makes the input unusable, and a sound Policy with a sound Waiver does not', () => {
  const findings = checkPolicies([aPolicy({ nothing: {} })], [aWaiver({ rule: 'nothing' })]);
  expect(findings.map(({ ruleId, severity, isInputError }) => [ruleId, severity, isInputError])).toEqual([
    ['manifest/policy', 'error', true],
    ['manifest/policy', 'error', true],
  ]);
  expect(checkPolicies([aPolicy({ 'trust/fingerprint': { severity: 'error' } })], [aWaiver()])).toEqual([]);
});
