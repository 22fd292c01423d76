import {
  type ExpectedFinding,
  type FoundFinding,
  hasPassed,
  type PolicyTestCase,
  type PolicyTestResult,
} from '../domain/policy-test.js';
import { diagnosticText } from './diagnostic-text.js';
import { createPaint, type Paint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { count } from './words.js';

/** Cases by file; of one that failed, what is missing and what is there beside it, as in a diff. */
export function renderPolicyTestText({ cases, diagnostics }: PolicyTestResult, options: TextOptions): string {
  const paint = createPaint(options.isColored);
  if (diagnostics.length > 0) {
    const blocks = diagnostics.map((diagnostic) => diagnosticText(diagnostic, paint));
    return [...blocks, `No case was run: ${count(diagnostics.length, 'mistake')}.\n`].join('\n');
  }
  const lines = cases.flatMap((one, index) => {
    const before = cases[index - 1];
    const isFirst = before?.file !== one.file || before.test !== one.test;
    return [...(isFirst ? [`${sanitise(one.file)}: ${sanitise(one.test)}`] : []), ...caseLines(one, paint)];
  });
  const failed = cases.filter((one) => !hasPassed(one)).length;
  const verdict = `${count(cases.length, 'case')}, ${failed === 0 ? 'all passed' : `${failed} failed`}.`;
  return `${[...lines, '', verdict].join('\n')}\n`;
}

function caseLines(one: PolicyTestCase, paint: Paint): readonly string[] {
  if (hasPassed(one)) return [`  ok    ${sanitise(one.name)}`];
  return [`  ${paint.error('FAIL')}  ${sanitise(one.name)}`, ...differenceOf(one).map((line) => `        ${line}`)];
}

/** `-` is expected and was not found, `+` was found and is not expected. */
export function differenceOf({ missing, unexpected }: PolicyTestCase): readonly string[] {
  return [
    ...missing.map((expectation) => `- ${sanitise(findingText(expectation))}`),
    ...unexpected.map((finding) => `+ ${sanitise(findingText(finding))}`),
  ];
}

function findingText({ rule, address, severity, message }: ExpectedFinding | FoundFinding): string {
  const rest = [severity, message].filter((part) => part !== null).join(': ');
  return `${rule} ${address}${rest === '' ? '' : ` ${rest}`}`;
}
