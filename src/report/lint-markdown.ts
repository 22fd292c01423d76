import type { CheckReport } from './check-report.js';
import { findingsMarkdown } from './findings-markdown.js';
import { assembled, marker } from './markdown.js';
import { count } from './words.js';

/** A check as a comment or a step summary: small where nothing is found. */
export function renderLintMarkdown(report: CheckReport): string {
  return lintMarkdown(report, []);
}

/** `before`: parts that come between the verdict and the findings. */
export function lintMarkdown(report: CheckReport, before: readonly string[]): string {
  const { errors, warnings, infos, waived, skipped, files, rules } = report.summary;
  const counts = [
    count(errors, 'error'),
    count(warnings, 'warning'),
    ...(infos > 0 ? [count(infos, 'info')] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
  ].join(', ');
  const symbol = errors > 0 ? '❌' : warnings > 0 ? '⚠️' : '✅';
  const verdict = `${marker(report.command, report.projectFile)}### ${symbol} tallyman ${report.command}: ${counts}\n`;
  const looked = `${count(rules, 'rule')}${files === 0 ? '' : ` over ${count(files, 'file')}`}${skipped === 0 ? '' : `; ${count(skipped, 'check')} that only \`tallyman plan\` can make`}.\n`;
  return assembled([verdict, ...before, ...findingsMarkdown(report)], looked);
}
