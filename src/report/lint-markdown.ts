import type { CheckReport } from './check-report.js';
import { findingsMarkdown } from './findings-markdown.js';
import { assembled, marker } from './markdown.js';
import { count } from './words.js';

/** A check as a comment or a step summary: small where nothing is found. */
export function renderLintMarkdown(report: CheckReport): string {
  const { errors, warnings, infos, waived, skipped, files, rules } = report.summary;
  const counts = [
    count(errors, 'error'),
    count(warnings, 'warning'),
    ...(infos > 0 ? [count(infos, 'info')] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
  ].join(', ');
  const symbol = errors > 0 ? '❌' : warnings > 0 ? '⚠️' : '✅';
  const verdict = `${marker(report.command, report.projectFile)}### ${symbol} tallyman ${report.command}: ${counts}\n`;
  const looked = `${count(rules, 'rule')} over ${count(files, 'file')}${skipped === 0 ? '' : `; ${count(skipped, 'check')} that only \`tallyman plan\` can make`}.\n`;
  return assembled([verdict, findingsMarkdown(report)], looked);
}
