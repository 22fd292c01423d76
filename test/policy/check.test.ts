import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy, RuleSetting, Waiver } from '../../src/domain/policy.js';
import { applySeverity, check, type CheckSubject } from '../../src/policy/check.js';
import { rules } from '../../src/policy/rules/index.js';
import {
  aDesired,
  aFinding,
  aLock,
  aLockEntry,
  aMatch,
  anImageCopy,
  anImageDisk,
  anInstance,
  anObservedImage,
  anObservedState,
  aPlan,
  aPolicy,
  aWaiver,
  today,
  uidOfStranger,
} from '../support/build.js';

function aSubject(changes: Partial<CheckSubject> = {}): CheckSubject {
  return {
    desired: aDesired(),
    lock: aLock(),
    policies: [],
    waivers: [],
    observed: null,
    plan: null,
    today,
    stage: 'lint',
    ...changes,
  };
}

describe('check', () => {
  test('finds nothing in a world where everything fits', () => {
    const subject = aSubject({ observed: anObservedState(), plan: aPlan(), stage: 'plan' });
    expect(check(subject)).toEqual({ findings: [], skipped: 0, rules: expect.any(Number) as number });
  });

  test('counts what needs live facts as skipped, by resource, and never as passed', () => {
    const lint = check(aSubject());
    const plan = check(aSubject({ observed: anObservedState(), plan: aPlan(), stage: 'plan' }));
    // Of the source: fingerprint, community-image, marketplace-image, deprecated-image, image-hardening.
    // Of the instance: create-only, share-source-disappeared. Of copy and instance: image-unavailable, key-region,
    // duplicate. Of source and instance: data-disk-snapshots.
    expect(lint.skipped).toBe(15);
    expect(plan.skipped).toBe(0);
    expect(plan.rules).toBeGreaterThan(lint.rules);
  });

  test('skips live rules where the stage is plan and nothing was observed', () => {
    expect(check(aSubject({ stage: 'plan' })).skipped).toBe(15);
  });

  test('has rules under none too', () => {
    const none = aPolicy({}, { extends: ['none'] });
    expect(check(aSubject({ policies: [none] })).rules).toBeGreaterThan(0);
    const empty = aDesired({ imageSources: [], imageCopies: [], instances: [] });
    expect(check(aSubject({ policies: [none], desired: empty })).rules).toBeGreaterThan(0);
  });

  test('judges each resource by the Policies that match it', () => {
    const desired = aDesired({
      imageCopies: [anImageCopy({ encrypted: false })],
      instances: [
        anInstance({ name: 'db', labels: { tier: 'db' }, image: { kind: 'imageSource', name: 'golden' } }),
        anInstance({ labels: { tier: 'web' }, image: { kind: 'imageSource', name: 'golden' } }),
      ],
    });
    const policies = [
      aPolicy({ 'trust/copy-before-use': { severity: 'error' } }, { match: aMatch({ labels: { tier: 'db' } }) }),
    ];
    const found = check(aSubject({ desired, policies })).findings.map(({ ruleId, address, severity, decidedBy }) => [
      ruleId,
      address,
      severity,
      decidedBy,
    ]);
    expect(found).toEqual([
      ['encryption/required', 'ImageCopy/web-base', 'warning', null],
      ['trust/copy-before-use', 'Instance/web', 'warning', null],
      ['trust/copy-before-use', 'Instance/db', 'error', 'Policy/baseline'],
    ]);
  });

  test('complains once of one place, in the words of the first Policy that asks', () => {
    const policies = ['cn-beijing', 'cn-shanghai'].map((region) =>
      aPolicy({ 'region/allowed': { regions: [region], kinds: ['Instance'] } }, { name: `only-${region}` }),
    );
    expect(check(aSubject({ policies })).findings.map(({ message }) => message)).toEqual([
      "`region` must be one of 'cn-beijing', not 'cn-hangzhou'",
    ]);
  });
});

describe('findings of the planner', () => {
  const subject = { desired: aDesired(), policies: [], waivers: [], today };
  const createOnly = aFinding({ ruleId: 'manifest/create-only', severity: 'info', address: 'Instance/web/0' });

  test('get the severity of their rule', () => {
    expect(applySeverity([createOnly], subject)).toEqual([{ ...createOnly, severity: 'error' }]);
    const policies = [aPolicy({ 'manifest/create-only': { severity: 'warning' } })];
    expect(applySeverity([createOnly], { ...subject, policies })).toEqual([
      { ...createOnly, severity: 'warning', decidedBy: 'Policy/baseline' },
    ]);
  });

  test('fall away where a Policy turns the rule off for the resource', () => {
    const off = aPolicy({ 'manifest/create-only': { severity: 'off' } });
    expect(applySeverity([createOnly], { ...subject, policies: [off] })).toEqual([]);
    const elsewhere = { ...off, match: aMatch({ labels: { tier: 'db' } }) };
    expect(applySeverity([createOnly], { ...subject, policies: [elsewhere] })).toHaveLength(1);
  });

  test('can be waived, by resource or member', () => {
    const waivers = [aWaiver({ rule: 'manifest/create-only' })];
    expect(applySeverity([createOnly], { ...subject, waivers })[0]?.waiver?.name).toBe('legacy-plain-disk');
  });

  test('of a duplicate stay errors whatever anybody says', () => {
    const duplicate = aFinding({ ruleId: 'lifecycle/duplicate', severity: 'info', address: 'Instance/web/0' });
    const policies = [aPolicy({ 'lifecycle/duplicate': { severity: 'off' } }, { extends: ['none'] })];
    const waivers = [aWaiver({ rule: 'lifecycle/duplicate' })];
    expect(applySeverity([duplicate], { ...subject, policies, waivers })).toEqual([
      { ...duplicate, severity: 'error' },
    ]);
  });

  test('that are mistakes of the manifest stay as they are', () => {
    const mistake = aFinding({ ruleId: 'trust/owner-required', isInputError: true, severity: 'error' });
    expect(applySeverity([mistake], subject)).toEqual([mistake]);
  });
});

/** A world in which rules that cannot be waived fail: changed image, changed owner, plain copy of an encrypted one. */
const broken = aSubject({
  desired: aDesired({
    imageCopies: [anImageCopy({ encrypted: false })],
    instances: [anInstance({ region: 'ap-southeast-1' })],
  }),
  lock: aLock(aLockEntry({ disks: [anImageDisk({ encrypted: true })] })),
  observed: anObservedState({ images: [anObservedImage({ owner: uidOfStranger })] }),
  plan: aPlan(),
  stage: 'plan',
});

const hardRules = [
  'encryption/shared-encrypted-image',
  'region/image-region',
  'trust/fingerprint',
  'trust/owner-mismatch',
];

const settings: fc.Arbitrary<RuleSetting> = fc.record({
  severity: fc.constantFrom('off', 'info', 'warning', 'error', null),
  parameters: fc.constant({}),
  origin: fc.constant({ file: 'policies/any.yaml', document: 0, path: [] }),
});

const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  match: fc.constantFrom(aMatch(), aMatch({ kinds: ['Instance'] }), aMatch({ regions: ['cn-hangzhou'] })),
  extends: fc.subarray(['recommended', 'none'] as const),
  rules: fc.dictionary(fc.constantFrom(...rules.filter((rule) => !rule.isWaivable).map(({ id }) => id)), settings),
  custom: fc.constant([]),
  origin: fc.constant({ file: 'policies/any.yaml', document: 0, path: [] }),
});

const anyWaiver: fc.Arbitrary<Waiver> = fc
  .record({
    rule: fc.constantFrom(...rules.map(({ id }) => id)),
    resources: fc.subarray(['ImageSource/golden', 'ImageCopy/web-base', 'Instance/web', 'ImageSource/'], {
      minLength: 1,
    }),
  })
  .map((changes) => aWaiver(changes));

describe('whatever policies and waivers say', () => {
  test('a rule that cannot be waived is an error, and unwaived', () => {
    fc.assert(
      fc.property(fc.array(anyPolicy, { maxLength: 4 }), fc.array(anyWaiver, { maxLength: 6 }), (policies, waivers) => {
        const { findings } = check({ ...broken, policies, waivers });
        const standing = findings.filter(({ severity, waiver }) => severity === 'error' && waiver === null);
        expect([...new Set(standing.map(({ ruleId }) => ruleId))]).toEqual(expect.arrayContaining(hardRules));
      }),
    );
  });

  test('another Policy never makes fewer findings or lower ones', () => {
    const rank = { info: 1, warning: 2, error: 3 };
    fc.assert(
      fc.property(fc.array(anyPolicy, { maxLength: 3 }), anyPolicy, (policies, one) => {
        const before = check({ ...broken, policies: [aPolicy({}), ...policies] }).findings;
        const after = check({ ...broken, policies: [aPolicy({}), ...policies, one] }).findings;
        for (const finding of before) {
          const same = after.find(({ ruleId, address }) => ruleId === finding.ruleId && address === finding.address);
          expect(rank[same?.severity ?? 'info']).toBeGreaterThanOrEqual(rank[finding.severity]);
        }
      }),
    );
  });
});
