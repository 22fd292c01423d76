import { describe, expect, test } from 'vitest';
import { decide } from '../../src/policy/decide.js';
import { fingerprint } from '../../src/policy/rules/trust/fingerprint.js';
import { copyBeforeUse } from '../../src/policy/rules/trust/copy-before-use.js';
import { imageAge } from '../../src/policy/rules/trust/image-age.js';
import { allowed } from '../../src/policy/rules/region/allowed.js';
import { aPolicy } from '../support/build.js';

const id = 'trust/copy-before-use';

describe('the severity of a rule', () => {
  test.each([
    ['without any Policy is that of recommended', [], { severity: 'warning', decidedBy: null }],
    [
      'under strict is that of strict',
      [aPolicy({}, { extends: ['strict'] })],
      { severity: 'error', decidedBy: 'Policy/baseline' },
    ],
    ['under none is off', [aPolicy({}, { extends: ['none'] })], null],
    [
      'under several presets is the highest',
      [aPolicy({}, { extends: ['none', 'strict'] })],
      { severity: 'error', decidedBy: 'Policy/baseline' },
    ],
    [
      'is what the Policy says, whatever it extends',
      [aPolicy({ [id]: { severity: 'info' } }, { extends: ['strict'] })],
      { severity: 'info', decidedBy: 'Policy/baseline' },
    ],
    ['can be off', [aPolicy({ [id]: { severity: 'off' } })], null],
    [
      'cannot be lowered by a second Policy',
      [aPolicy({}, { extends: ['strict'] }), aPolicy({ [id]: { severity: 'off' } }, { name: 'second', extends: [] })],
      { severity: 'error', decidedBy: 'Policy/baseline' },
    ],
    [
      'is the highest of several Policies, and names the one that set it',
      [
        aPolicy({ [id]: { severity: 'info' } }),
        aPolicy({ [id]: { severity: 'error' } }, { name: 'second' }),
        aPolicy({ [id]: { severity: 'warning' } }, { name: 'third' }),
      ],
      { severity: 'error', decidedBy: 'Policy/second' },
    ],
    [
      'stays recommended under a Policy that neither extends anything nor names it',
      [aPolicy({ 'trust/image-age': { maxDays: 10 } }, { extends: [] })],
      { severity: 'warning', decidedBy: null },
    ],
  ] as const)('%s', (_, policies, expected) => {
    expect(decide(copyBeforeUse, policies)).toEqual(expected);
  });

  test('of a rule that needs parameters comes with them', () => {
    const given = aPolicy({ 'region/allowed': { regions: ['cn-hangzhou'] } });
    expect(decide(allowed, [])).toBeNull();
    expect(decide(allowed, [given])).toEqual({ severity: 'error', decidedBy: 'Policy/baseline' });
    expect(decide(allowed, [{ ...given, extends: ['none'] }])).toEqual({
      severity: 'error',
      decidedBy: 'Policy/baseline',
    });
  });

  test('stays the preset’s where a Policy gives parameters alone', () => {
    expect(decide(imageAge, [aPolicy({ 'trust/image-age': { maxDays: 10 } })])).toEqual({
      severity: 'warning',
      decidedBy: 'Policy/baseline',
    });
  });

  test('is what the command line says, in this run', () => {
    const strict = aPolicy({}, { extends: ['strict'] });
    expect(decide(copyBeforeUse, [strict], new Map([[id, 'info']]))).toEqual({
      severity: 'info',
      decidedBy: 'command line',
    });
    expect(decide(copyBeforeUse, [strict], new Map([[id, 'off']]))).toBeNull();
  });

  test('of a rule that cannot be waived is always error', () => {
    const policy = aPolicy({ 'trust/fingerprint': { severity: 'off' } }, { extends: ['none'] });
    const overrides = new Map([['trust/fingerprint', 'off']] as const);
    expect(decide(fingerprint, [policy], overrides)).toEqual({ severity: 'error', decidedBy: null });
  });
});
