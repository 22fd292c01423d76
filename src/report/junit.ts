import type { Diagnostic } from '../domain/finding.js';
import type { ActionOutcome, ActionStatus } from '../domain/outcome.js';
import type { Refusal } from '../domain/plan.js';
import { actionText } from './action-text.js';
import { type ApplyReport, type CheckReport, isFailing, objectOf } from './check-report.js';
import { count } from './words.js';
import { renderXml, type XmlElement } from './xml.js';

/** How a test ended, with what is told about it. */
export interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly file?: string | null;
  readonly line?: number | null;
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly message: string;
  /** More than the first line. */
  readonly details: string;
}

/** One test case a rule and object; what nothing was found for is one case more, so that a clean run is not an empty one. */
export function renderCheckJunit(report: CheckReport): string {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of report.diagnostics) {
    const key = JSON.stringify([diagnostic.ruleId, objectOf(diagnostic)]);
    groups.set(key, [...(groups.get(key) ?? []), diagnostic]);
  }
  const cases = [
    summaryCase(report),
    ...report.refusals.map(refusalCase),
    ...[...groups.values()].map((diagnostics) => findingCase(report, diagnostics)),
  ];
  return renderSuite(`tallyman ${report.command}`, cases);
}

function summaryCase({ command, summary }: CheckReport): TestCase {
  const unasked = summary.skipped === 0 ? '' : `, ${count(summary.skipped, 'check')} not judged`;
  return {
    classname: 'tallyman',
    name: `${command}: ${count(summary.rules, 'rule')} over ${count(summary.files, 'file')}${unasked}`,
    result: 'passed',
    message: '',
    details: '',
  };
}

function refusalCase({ reason, summary, addresses, hint }: Refusal): TestCase {
  const details = [...addresses, hint].join('\n');
  return { classname: `guard/${reason}`, name: summary, result: 'failed', message: summary, details };
}

function findingCase(report: CheckReport, diagnostics: readonly Diagnostic[]): TestCase {
  const failing = diagnostics.filter((diagnostic) => isFailing(report, diagnostic));
  const waived = diagnostics.filter(({ waiver }) => waiver !== null);
  const [first] = [...failing, ...diagnostics];
  if (first === undefined) throw new Error('a test case stands for at least one finding');
  const base = {
    classname: first.ruleId,
    name: objectOf(first),
    file: first.range?.file ?? null,
    line: first.range?.start.line ?? null,
    details: diagnostics.map(findingText).join('\n'),
  };
  if (failing.length > 0) return { ...base, result: 'failed', message: first.message };
  if (waived.length === diagnostics.length) {
    return { ...base, result: 'skipped', message: `waived by ${waived.map(waiverText).join('; ')}` };
  }
  return { ...base, result: 'passed', message: '' };
}

function findingText({ range, severity, message, hint }: Diagnostic): string {
  const place = range === null ? '' : `${range.file}:${range.start.line}:${range.start.column} `;
  return `${place}${severity}: ${message}${hint === '' ? '' : `\n  ${hint.replaceAll('\n', '\n  ')}`}`;
}

function waiverText({ waiver }: Diagnostic): string {
  return waiver === null ? '' : `${waiver.name} until ${waiver.expires}: ${waiver.reason}`;
}

/** One test case an action; of a plan that was not begun, what stood in the way. */
export function renderApplyJunit(report: ApplyReport): string {
  const { outcome } = report.result;
  return outcome === null
    ? renderCheckJunit(report)
    : renderSuite(`tallyman ${report.command}`, outcome.actions.map(actionCase));
}

const resultByStatus: Readonly<Record<ActionStatus, TestCase['result']>> = {
  done: 'passed',
  unchanged: 'passed',
  failed: 'failed',
  interrupted: 'failed',
  'in-progress': 'skipped',
  'left-alone': 'skipped',
  'not-attempted': 'skipped',
};

function actionCase({ action, status, message, hint, apiCode, requestId }: ActionOutcome): TestCase {
  const cause = [apiCode, message].filter((part) => part !== null && part !== '').join(': ');
  return {
    classname: action.address,
    name: `${action.id} ${actionText(action)}`,
    result: resultByStatus[status],
    message: cause === '' ? status.replace('-', ' ') : cause,
    details: [hint, requestId === null ? null : `request ${requestId}`].filter((part) => part !== null).join('\n'),
  };
}

export function renderSuite(name: string, cases: readonly TestCase[]): string {
  const amount = (result: TestCase['result']): number => cases.filter((one) => one.result === result).length;
  const sums = { tests: cases.length, failures: amount('failed'), errors: 0, skipped: amount('skipped') };
  const suite: XmlElement = { name: 'testsuite', attributes: { name, ...sums }, children: cases.map(caseElement) };
  return renderXml({ name: 'testsuites', attributes: { name: 'tallyman', ...sums }, children: [suite] });
}

function caseElement({ classname, name, file = null, line = null, ...ended }: TestCase): XmlElement {
  return { name: 'testcase', attributes: { classname, name, file, line }, children: endElements(ended) };
}

function endElements({
  result,
  message,
  details,
}: Pick<TestCase, 'result' | 'message' | 'details'>): readonly XmlElement[] {
  if (result === 'skipped') return [{ name: 'skipped', attributes: { message } }];
  if (result === 'failed') return [{ name: 'failure', attributes: { message, type: 'failure' }, text: details }];
  return details === '' ? [] : [{ name: 'system-out', text: details }];
}
