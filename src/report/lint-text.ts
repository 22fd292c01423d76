import type { CheckSummary, LintResult } from '../domain/result.js';
import { diagnosticText } from './diagnostic-text.js';
import { createPaint, type TextOptions } from './paint.js';
import { count } from './words.js';

export interface LintTextOptions extends TextOptions {
  readonly showsWaived: boolean;
}

export function renderLintText(result: LintResult, options: LintTextOptions): string {
  const paint = createPaint(options.isColored);
  const blocks = result.diagnostics
    .filter((diagnostic) => options.showsWaived || diagnostic.waiver === null)
    .map((diagnostic) => diagnosticText(diagnostic, paint));
  return [...blocks, summaryText(result.summary)].join('\n');
}

export function summaryText(summary: CheckSummary): string {
  const found = [count(summary.errors, 'error'), count(summary.warnings, 'warning')];
  if (summary.infos > 0) found.push(count(summary.infos, 'info'));
  if (summary.waived > 0) found.push(`${summary.waived} waived`);
  const files = summary.files === 0 ? '' : ` over ${count(summary.files, 'file')}`;
  const looked = `${count(summary.rules, 'rule')}${files}`;
  const skipped =
    summary.skipped === 0 ? '' : `Skipped: ${count(summary.skipped, 'check')} that only \`tallyman plan\` can make.\n`;
  return `${found.join(', ')} (${looked}).\n${skipped}`;
}
