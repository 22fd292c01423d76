import { describe, expect, test } from 'vitest';
import type { Policy, Waiver } from '../../../../src/domain/policy.js';
import { check } from '../../../../src/policy/check.js';
import { aDesired, aLock, anInstance, aPolicy, aProject, aSystemDisk, aWaiver, today } from '../../../support/build.js';

const plain = [
  anInstance({ systemDisk: aSystemDisk({ encrypted: false }), image: { kind: 'imageSource', name: 'golden' } }),
];

function judge(waivers: readonly Waiver[], policies: readonly Policy[] = [], day = today) {
  const { findings } = check({
    desired: aDesired({ instances: plain, project: aProject({ approvers: ['security-team'] }) }),
    lock: aLock(),
    policies,
    waivers,
    observed: null,
    plan: null,
    today: day,
    stage: 'lint',
  });
  const disk = findings.find(({ ruleId }) => ruleId === 'encryption/required');
  const remarks = findings.filter(({ ruleId }) => ruleId === 'hygiene/waiver');
  return {
    waivedBy: disk?.waiver?.name ?? null,
    remarks: remarks.map(({ severity, message, at, waiver }) => ({
      severity,
      message,
      at: at?.path.join('.'),
      waivedBy: waiver?.name ?? null,
    })),
  };
}

describe('a waiver counts', () => {
  test('where rule and resource are its own', () => {
    expect(judge([aWaiver()])).toEqual({ waivedBy: 'legacy-plain-disk', remarks: [] });
  });

  test('on its last day, with a notice', () => {
    expect(judge([aWaiver({ expires: '2026-01-15' })])).toEqual({
      waivedBy: 'legacy-plain-disk',
      remarks: [
        {
          severity: 'info',
          at: 'spec.expires',
          message: "waiver 'legacy-plain-disk' for 'encryption/required' ends today, with '2026-01-15'",
          waivedBy: null,
        },
      ],
    });
  });

  test('fourteen days before its end with a notice, and fifteen days before without', () => {
    expect(judge([aWaiver({ expires: '2026-01-29' })]).remarks.map(({ message }) => message)).toEqual([
      "waiver 'legacy-plain-disk' for 'encryption/required' ends in 14 days, with '2026-01-29'",
    ]);
    expect(judge([aWaiver({ expires: '2026-01-30' })]).remarks).toEqual([]);
  });

  test('for as long as a Policy lets waivers last', () => {
    const policy = aPolicy({ 'hygiene/waiver': { maxDays: 30 } });
    expect(judge([aWaiver({ expires: '2026-02-14' })], [policy]).waivedBy).toBe('legacy-plain-disk');
    expect(judge([aWaiver({ expires: '2026-02-15' })], [policy]).waivedBy).toBeNull();
  });
});

describe('a waiver does not count, and says so', () => {
  test.each([
    [
      'on the day after its last',
      { expires: '2026-01-14' },
      'spec.expires',
      "waiver 'legacy-plain-disk' for 'encryption/required' has expired with '2026-01-14'",
    ],
    [
      'where it lasts longer than a year',
      { expires: '2027-01-16' },
      'spec.expires',
      "`expires` must be at most 365 days ahead, and '2027-01-16' is later: the waiver does not count",
    ],
    [
      'where no approver stands behind it',
      { approvedBy: 'me' },
      'spec.approvedBy',
      "`approvedBy` must be one of the project's approvers, and 'me' is none: the waiver does not count",
    ],
    [
      'where the reason is short, white space apart',
      { reason: '   because            ' },
      'spec.reason',
      '`reason` must have at least 20 characters: the waiver does not count',
    ],
  ])('%s', (_, changes, at, message) => {
    expect(judge([aWaiver(changes)])).toEqual({
      waivedBy: null,
      remarks: [{ severity: 'warning', at, message, waivedBy: null }],
    });
  });

  test('where it names a member of a resource that fails as a whole', () => {
    expect(judge([aWaiver({ resources: ['Instance/web/0'] })])).toEqual({
      waivedBy: null,
      remarks: [
        {
          severity: 'warning',
          at: 'spec.resources',
          message:
            "waiver 'legacy-plain-disk' covers nothing: 'encryption/required' does not fail for 'Instance/web/0'",
          waivedBy: null,
        },
      ],
    });
  });
});

describe('an unused waiver', () => {
  const unused = aWaiver({ name: 'unused', rule: 'trust/image-age', resources: ['ImageSource/golden'] });

  test('is a finding', () => {
    expect(judge([unused]).remarks.map(({ message }) => message)).toEqual([
      "waiver 'unused' covers nothing: 'trust/image-age' does not fail for 'ImageSource/golden'",
    ]);
  });

  test('is none where its rule did not run', () => {
    const off = aPolicy({ 'trust/image-age': { severity: 'off' } });
    expect(judge([unused], [off]).remarks).toEqual([]);
    expect(judge([aWaiver({ rule: 'trust/image-unavailable' })]).remarks).toEqual([]);
  });

  test('has the severity that a Policy gives, and can be waived itself', () => {
    const strict = aPolicy({ 'hygiene/waiver': { severity: 'error' } });
    const excuse = aWaiver({ name: 'excuse', rule: 'hygiene/waiver', resources: ['Waiver/unused'] });
    expect(judge([unused, excuse], [strict]).remarks).toMatchObject([{ severity: 'error', waivedBy: 'excuse' }]);
  });
});

test('with hygiene/waiver off nothing is said, and what does not count still does not', () => {
  const off = aPolicy({ 'hygiene/waiver': { severity: 'off' } });
  expect(judge([aWaiver({ expires: '2026-01-14' })], [off])).toEqual({ waivedBy: null, remarks: [] });
});
