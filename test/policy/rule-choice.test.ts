import { describe, expect, test } from 'vitest';
import { overridesOf, type RuleChoice } from '../../src/policy/rule-choice.js';
import { rules } from '../../src/policy/rules/index.js';
import { check } from '../../src/policy/check.js';
import { aDesired, aLock, anImageCopy, aPolicy, today } from '../support/build.js';

function overrides(choice: Partial<RuleChoice>) {
  return overridesOf({ severities: [], only: [], skip: [], ...choice });
}

describe('the command line', () => {
  test('gives a rule another severity', () => {
    expect([...overrides({ severities: ['trust/image-age=error'] })]).toEqual([['trust/image-age', 'error']]);
  });

  test('leaves a rule out', () => {
    expect([...overrides({ skip: ['trust/image-age'] })]).toEqual([['trust/image-age', 'off']]);
  });

  test('runs one rule alone, and with it those that nobody may leave out', () => {
    const off = overrides({ only: ['trust/image-age'] });
    const running = rules.filter(({ id }) => !off.has(id));
    expect(running.filter(({ isWaivable }) => isWaivable).map(({ id }) => id)).toEqual(['trust/image-age']);
    expect(running.filter(({ isWaivable }) => !isWaivable).map(({ id }) => id)).toContain('trust/fingerprint');
  });

  test('may ask for what a rule that cannot be waived is anyway', () => {
    expect([...overrides({ severities: ['trust/fingerprint=error'] })]).toEqual([['trust/fingerprint', 'error']]);
  });

  test.each<readonly [Partial<RuleChoice>, string]>([
    [
      { severities: ['trust/fingerprint=warning'] },
      "`--rule` must not make 'trust/fingerprint' weaker: it cannot be waived",
    ],
    [
      { severities: ['trust/owner-mismatch=off'] },
      "`--rule` must not make 'trust/owner-mismatch' weaker: it cannot be waived",
    ],
    [{ skip: ['encryption/key-region'] }, "`--skip` must not make 'encryption/key-region' weaker: it cannot be waived"],
    [
      { only: ['trust/image-agee'] },
      "`--only` names 'trust/image-agee', and there is no such rule, did you mean 'trust/image-age'?",
    ],
    [{ skip: ['__proto__'] }, "`--skip` names '__proto__', and there is no such rule"],
    [
      { severities: ['trust/image-age'] },
      "`--rule` must be ID=SEVERITY with error, warning, info, off, not 'trust/image-age'",
    ],
    [
      { severities: ['trust/image-age=fatal'] },
      "`--rule` must be ID=SEVERITY with error, warning, info, off, not 'trust/image-age=fatal'",
    ],
  ])('refuses %j', (choice, message) => {
    expect(() => overrides(choice)).toThrow(message);
  });
});

test('a rule that is left out says nothing, whatever the Policies say', () => {
  const subject = {
    desired: aDesired({ imageCopies: [anImageCopy({ encrypted: false })] }),
    lock: aLock(),
    policies: [aPolicy({ 'encryption/required': { severity: 'error' } })],
    waivers: [],
    observed: null,
    plan: null,
    today,
    stage: 'lint' as const,
  };
  const found = (skip: readonly string[]) =>
    check({ ...subject, overrides: overrides({ skip }) }).findings.map(({ ruleId }) => ruleId);
  expect(found([])).toEqual(['encryption/required']);
  expect(found(['encryption/required'])).toEqual([]);
});
