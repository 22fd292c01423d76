import { hasPassed, type PolicyTestResult } from '../domain/policy-test.js';
import { renderSuite, type TestCase } from './junit.js';
import { differenceOf } from './policy-test-text.js';

/** One test case a case; of cases that are not usable, one a mistake. */
export function renderPolicyTestJunit({ cases, diagnostics }: PolicyTestResult): string {
  const mistakes = diagnostics.map(({ ruleId, message, hint, range }): TestCase => {
    const line = range?.start.line ?? null;
    return {
      classname: ruleId,
      name: message,
      file: range?.file ?? null,
      line,
      result: 'failed',
      message,
      details: hint,
    };
  });
  const ran = cases.map((one): TestCase => {
    const { file, test, name } = one;
    const base = { classname: test, name, file, details: differenceOf(one).join('\n') };
    if (hasPassed(one)) return { ...base, result: 'passed', message: '' };
    const message = `${one.missing.length} expected and not found, ${one.unexpected.length} found and not expected`;
    return { ...base, result: 'failed', message };
  });
  return renderSuite('tallyman policy test', [...mistakes, ...ran]);
}
