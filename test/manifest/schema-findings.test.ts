import { describe, expect, it } from 'vitest';
import {
  complaints,
  copyText,
  file,
  instanceText,
  lockText,
  policyText,
  projectText,
  read,
  sourceText,
  type Texts,
  waiverText,
} from '../support/manifests.js';

/** Replaces one piece of a text and insists that it was there. */
function edit(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, () => to);
}

type Case = readonly [title: string, texts: () => Texts, rule: string, message: string];

const source = (from: string, to: string) => () => ({ manifest: edit(sourceText, from, to) });
const copy = (from: string, to: string) => () => ({ manifest: file(sourceText, edit(copyText, from, to)) });
const instance = (from: string, to: string) => () => ({
  manifest: file(sourceText, copyText, edit(instanceText, from, to)),
});
const project = (from: string, to: string) => () => ({ project: edit(projectText, from, to) });
const policy = (from: string, to: string) => () => ({ policy: edit(policyText, from, to) });
const waiver = (from: string, to: string) => () => ({ policy: edit(waiverText, from, to) });
const lock = (from: string, to: string) => () => ({ lock: edit(lockText, from, to) });

const unquoted = 'manifest/unquoted-number';
const invalid = 'manifest/invalid-value';

const cases: readonly Case[] = [
  // Unknown fields.
  [
    'a misspelt field',
    instance('replicas:', 'replica:'),
    'manifest/unknown-field',
    'unknown field `replica` in `spec`',
  ],
  [
    'a misspelt required field, once',
    instance('instanceType:', 'instanceTyp:'),
    'manifest/unknown-field',
    'unknown field `instanceTyp` in `spec`',
  ],
  [
    'a misspelt choice, once',
    source('family: golden', 'famly: golden'),
    'manifest/unknown-field',
    'unknown field `famly` in `spec`',
  ],
  [
    'a field beside spec',
    source('spec:', 'stuff: 1\nspec:'),
    'manifest/unknown-field',
    'unknown field `stuff` in `document`',
  ],
  // Missing fields.
  [
    'a missing field',
    instance('  instanceType: ecs.g7.large\n', ''),
    'manifest/missing-field',
    '`spec` must have `instanceType`',
  ],
  [
    'a missing spec',
    () => ({ manifest: 'apiVersion: tallyman.dev/v1\nkind: ImageSource\nmetadata: {name: a}\n' }),
    'manifest/missing-field',
    'the document must have `spec`',
  ],
  ['a missing name', source('{name: golden}', '{}'), 'manifest/missing-field', '`metadata` must have `name`'],
  [
    'a missing sessionName',
    project(', sessionName: ci', ''),
    'manifest/missing-field',
    '`accounts[1].credentials.roleArn` needs `sessionName` beside it',
  ],
  [
    'a missing owner',
    source('owner: "1600000000000001", ', ''),
    'trust/owner-required',
    '`owner` is missing: no image is chosen without saying whose it must be',
  ],
  // Wrong types.
  [
    'a word for a number',
    instance('replicas: 3', 'replicas: three'),
    'manifest/wrong-type',
    "`replicas` must be a whole number, not 'three'",
  ],
  [
    'a fraction',
    instance('replicas: 3', 'replicas: 1.5'),
    'manifest/wrong-type',
    "`replicas` must be a whole number, not '1.5'",
  ],
  [
    'a number with a unit',
    instance('sizeGiB: 40', 'sizeGiB: 40GiB'),
    'manifest/wrong-type',
    "`systemDisk.sizeGiB` must be a whole number of GiB, not '40GiB'",
  ],
  [
    'a number in quotes',
    copy('history: 1', 'history: "1"'),
    'manifest/wrong-type',
    "`history` must be a whole number, not '1'",
  ],
  [
    'a word for true',
    copy('encrypted: true', 'encrypted: yes'),
    'manifest/wrong-type',
    "`encrypted` must be true or false, not 'yes'",
  ],
  [
    'a text for a list',
    instance('[sg-web]', 'sg-web'),
    'manifest/wrong-type',
    "`securityGroupIds` must be a list, not 'sg-web'",
  ],
  [
    'a list for a mapping',
    instance('{imageCopy: web-base}', '[web-base]'),
    'manifest/wrong-type',
    '`image` must be a mapping, not a list',
  ],
  [
    'an empty value',
    copy('encrypted: true', 'encrypted:'),
    'manifest/wrong-type',
    '`encrypted` must be true or false, not empty',
  ],
  [
    'a document that is a list',
    () => ({ manifest: '- a\n' }),
    'manifest/wrong-type',
    'a document must be a mapping with `apiVersion`, `kind`, `metadata` and `spec`',
  ],
  // Numbers where text is needed.
  [
    'an unquoted UID',
    project('"1600000000000001"', '1600000000000001'),
    unquoted,
    '`accounts[0].uid` must be a string in quotes, not the number 1600000000000001',
  ],
  [
    'an unquoted UID above 2^53',
    source('"1600000000000001"', '9007199254740993'),
    unquoted,
    '`owner` must be a string in quotes, not the number 9007199254740993',
  ],
  [
    'a UID with a leading zero',
    project('"1600000000000001"', '0123'),
    unquoted,
    '`accounts[0].uid` must be a string in quotes, not the number 0123',
  ],
  [
    'a hexadecimal UID',
    project('"1600000000000001"', '0x10'),
    unquoted,
    '`accounts[0].uid` must be a string in quotes, not the number 0x10',
  ],
  [
    'a UID with an exponent',
    project('"1600000000000001"', '1e3'),
    unquoted,
    '`accounts[0].uid` must be a string in quotes, not the number 1e3',
  ],
  [
    'a UID with underscores',
    project('"1600000000000001"', '1_000'),
    invalid,
    "`accounts[0].uid` must be an account UID: 5 to 20 digits in quotes, the first not 0, not '1_000'",
  ],
  [
    'an unquoted owner in the lock',
    lock('"1600000000000001"', '1600000000000001'),
    unquoted,
    '`entries[0].owner` must be a string in quotes, not the number 1600000000000001',
  ],
  [
    'an unquoted UID in a rule',
    policy('"1600000000000001"', '1600000000000001'),
    unquoted,
    '`rules.trust/trusted-owner.owners[0].uid` must be a string in quotes, not the number 1600000000000001',
  ],
  [
    'a rounded number in a rule',
    policy('maxDays: 90', 'maxDays: 9007199254740993'),
    unquoted,
    '`rules.trust/image-age.maxDays` must be a string in quotes, not the number 9007199254740993',
  ],
  [
    'an unquoted image ID',
    source('family: golden', 'imageId: 12'),
    unquoted,
    '`imageId` must be a string in quotes, not the number 12',
  ],
  [
    'an unquoted tag',
    instance('replicas: 3', 'tags: {build: 12}'),
    unquoted,
    '`tags.build` must be a string in quotes, not the number 12',
  ],
  // Values.
  [
    'another version',
    source('tallyman.dev/v1', 'tallyman.dev/v2'),
    invalid,
    "`apiVersion` must be 'tallyman.dev/v1', not 'tallyman.dev/v2'",
  ],
  [
    'an unknown word',
    instance('onFailure: Halt', 'onFailure: Stop'),
    invalid,
    "`update.onFailure` must be 'Halt' or 'Rollback', not 'Stop'",
  ],
  [
    'another case',
    instance('replicas: 3', 'power: running'),
    invalid,
    "`power` must be 'Running' or 'Unmanaged', not 'running'",
  ],
  [
    'a name with capitals',
    source('{name: golden}', '{name: Golden}'),
    invalid,
    "`metadata.name` must be lower-case letters, digits and hyphens, beginning and ending with a letter or digit, not 'Golden'",
  ],
  [
    'a name of 64 characters',
    source('{name: golden}', `{name: ${'a'.repeat(64)}}`),
    invalid,
    '`metadata.name` must have at most 63 characters, it has 64',
  ],
  [
    'a copy named by a digit',
    copy('{name: web-base,', '{name: 1web,'),
    invalid,
    "`metadata.name` must begin with a lower-case letter, go on with lower-case letters, digits and hyphens and not end with a hyphen, not '1web'",
  ],
  ['a family without a letter', source('family: golden', 'family: ""'), invalid, '`family` must not be empty'],
  [
    'no place',
    instance('[{zone: cn-hangzhou-h, vSwitchId: vsw-web-h}, {zone: cn-hangzhou-i, vSwitchId: vsw-web-i}]', '[]'),
    invalid,
    '`placement` must not be empty',
  ],
  [
    'too many replicas',
    instance('replicas: 3', 'replicas: 1001'),
    invalid,
    "`replicas` must be at most 1000, not '1001'",
  ],
  ['negative replicas', instance('replicas: 3', 'replicas: -1'), invalid, "`replicas` must be at least 0, not '-1'"],
  [
    'a share of nothing',
    instance('maxUnavailable: 1', 'maxUnavailable: 0%'),
    invalid,
    "`update.maxUnavailable` must be a count such as 1 or a percentage from 1% to 100%, not '0%'",
  ],
  [
    'nobody unavailable',
    instance('maxUnavailable: 1', 'maxUnavailable: 0'),
    invalid,
    "`update.maxUnavailable` must be at least 1, not '0'",
  ],
  [
    'a group twice',
    instance('[sg-web]', '[sg-web, sg-web]'),
    invalid,
    "`securityGroupIds` must not name 'sg-web' twice",
  ],
  [
    'two selectors',
    source('family: golden', 'family: golden, imageId: m-1'),
    invalid,
    '`spec` must have exactly one of `imageId`, `family` and `name`',
  ],
  [
    'no selector',
    source(', family: golden', ''),
    invalid,
    '`spec` must have exactly one of `imageId`, `family` and `name`',
  ],
  [
    'region beside regions',
    source('region: cn-hangzhou', 'region: cn-hangzhou, regions: [cn-hangzhou]'),
    invalid,
    '`spec` must have `region` or `regions`, not both',
  ],
  [
    'pick without a name',
    source('family: golden', 'family: golden, pick: newest'),
    'manifest/missing-field',
    '`pick` needs `name` beside it',
  ],
  [
    'two images',
    instance('{imageCopy: web-base}', '{imageCopy: web-base, imageSource: golden}'),
    invalid,
    '`image` must have exactly one of `imageCopy` and `imageSource`',
  ],
  [
    'two sorts of credentials',
    project('{profile: images}', '{profile: images, roleArn: "acs:ram::1:role/a", sessionName: ci}'),
    invalid,
    '`accounts[0].credentials` must have exactly one of `profile`, `roleArn` with `sessionName`, and `oidc`',
  ],
  [
    'an account named by digits',
    project('{name: images,', '{name: "123",'),
    invalid,
    "`accounts[0].name` must be the name of an account: lower-case letters, digits and hyphens, not all digits, not '123'",
  ],
  [
    'a glob that leads out',
    project('  approvers:', '  manifests: ["../**/*.yaml"]\n  approvers:'),
    invalid,
    "`manifests[0]` must be a relative path below the project, without `..` and `\\`, not '../**/*.yaml'",
  ],
  [
    'an absolute glob',
    project('  approvers:', '  policies: ["/etc/*.yaml"]\n  approvers:'),
    invalid,
    "`policies[0]` must be a relative path below the project, without `..` and `\\`, not '/etc/*.yaml'",
  ],
  [
    'an unknown severity',
    policy('severity: warning', 'severity: warn'),
    invalid,
    "`rules.trust/image-age.severity` must be 'error', 'warning', 'info' or 'off', not 'warn'",
  ],
  [
    'a rule that is no ID',
    policy('trust/image-age:', 'ImageAge:'),
    'manifest/invalid-key',
    "the key 'ImageAge' of `rules` must be a rule ID such as encryption/required",
  ],
  [
    'a short reason',
    waiver('"disk is migrated in the March window, ticket 4711"', 'later'),
    invalid,
    '`reason` must have at least 20 characters, it has 5',
  ],
  [
    'a date in words',
    waiver('"2027-03-31"', 'tomorrow'),
    invalid,
    "`expires` must be a date, YYYY-MM-DD, not 'tomorrow'",
  ],
  [
    'a date that does not exist',
    waiver('"2027-03-31"', '"2027-02-30"'),
    invalid,
    "`expires` must be a day of the calendar, not '2027-02-30'",
  ],
  [
    'a reserved tag',
    instance('replicas: 3', 'tags: {"tallyman:id": x}'),
    'manifest/invalid-key',
    "the key 'tallyman:id' of `tags` must not begin with `tallyman:` (ours), `aliyun`, `acs:` (the cloud's), `http://` or `https://`",
  ],
  [
    'a tag of the cloud',
    copy('history: 1', 'tags: {"acs:x": y}'),
    'manifest/invalid-key',
    "the key 'acs:x' of `tags` must not begin with `tallyman:` (ours), `aliyun`, `acs:` (the cloud's), `http://` or `https://`",
  ],
  [
    'a short digest',
    lock(`selector: sha256:${'0'.repeat(64)}`, 'selector: sha256:00'),
    invalid,
    "`entries[0].selector` must be `sha256:` and 64 hexadecimal digits, not 'sha256:00'",
  ],
  // Left to other tools.
  [
    'a vpc',
    instance('replicas: 3', 'vpcId: vpc-1'),
    'manifest/not-managed',
    '`vpcId` is nothing that tallyman manages',
  ],
  [
    'a password',
    instance('replicas: 3', 'password: hunter2'),
    'manifest/not-managed',
    '`password` is nothing that tallyman manages',
  ],
  [
    'a subscription',
    instance('replicas: 3', 'instanceChargeType: PrePaid'),
    'manifest/not-managed',
    '`instanceChargeType` is nothing that tallyman manages',
  ],
];

describe('a mistake in a document', () => {
  it.each(cases)('reports %s once', (_, texts, rule, message) => {
    const found = read(texts());
    expect(found.findings.map((finding) => [finding.ruleId, finding.message])).toEqual([[rule, message]]);
    expect(found.findings[0]?.isInputError).toBe(true);
    expect(found.desired).toBeNull();
  });

  it.each([
    [instance('replicas:', 'replica:'), 'Did you mean `replicas`?'],
    [instance('replicas: 3', 'zebra: 1'), 'Remove it; allowed are `account`, `region`, `replicas`, `placement`, '],
    [instance('  instanceType: ecs.g7.large\n', ''), 'Add it, for example: instanceType: ecs.g7.large'],
    [instance('sizeGiB: 40', 'sizeGiB: 40 GB'), 'Write 40 without a unit.'],
    [instance('replicas: 3', 'power: running'), "Did you mean 'Running'?"],
    [project('"1600000000000001"', '0123'), 'Write "0123", so that every digit stays.'],
    [instance('replicas: 3', 'password: hunter2'), 'Log in with a key pair (`keyPairName`)'],
    [instance('replicas: 3', 'vpcId: vpc-1'), 'with Terraform or ROS'],
  ])('says what to do about it (%#)', (texts, hint) => {
    expect(read(texts()).findings[0]?.hint).toContain(hint);
  });

  it('shows no more than the beginning of a long value', () => {
    const [finding] = read(source('family: golden', `imageId: ${'m'.repeat(5_000)}`)()).findings;
    expect(finding?.message).toBe('`imageId` must have at most 128 characters, it has 5000');
    const [other] = read(source('family: golden', `imageId: "${' '.repeat(5_000)}"`)()).findings;
    expect(other?.value.length).toBeLessThan(100);
  });

  it('reports several mistakes of one document apart', () => {
    const manifest = edit(edit(sourceText, 'family: golden', 'famly: golden'), 'region: cn-hangzhou', 'region: 7');
    expect(complaints(read({ manifest }))).toEqual([
      '4:31 manifest/unquoted-number: `region` must be a string in quotes, not the number 7',
      '4:61 manifest/unknown-field: unknown field `famly` in `spec`',
    ]);
  });
});
