import { hasPassed, type PolicyTestResult } from '../domain/policy-test.js';
import { diagnosticJson } from './diagnostic-json.js';
import { renderJson } from './json.js';

export function renderPolicyTestJson({ cases, diagnostics }: PolicyTestResult): string {
  const failed = cases.filter((one) => !hasPassed(one)).length;
  return renderJson({
    format_version: '1.0',
    valid: diagnostics.length === 0 && failed === 0,
    summary: { cases: cases.length, failed },
    cases: cases.map((one) => ({
      file: one.file,
      test: one.test,
      name: one.name,
      passed: hasPassed(one),
      missing: one.missing,
      unexpected: one.unexpected,
    })),
    diagnostics: diagnostics.map(diagnosticJson),
  });
}
