import type { Diagnostic, Severity } from '../domain/finding.js';
import type { Refusal } from '../domain/plan.js';
import { type CheckReport, counting } from './check-report.js';
import { ruleUri } from './diagnostic-json.js';
import { code, placeLink, prose, told } from './markdown.js';
import { count } from './words.js';

/** Findings that are shown; a longer list is read elsewhere. */
const shownMax = 50;

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** The worst first; '' where there are none. */
export function findingsMarkdown(report: CheckReport): string {
  const shown = [...(report.showsWaived ? report.diagnostics : counting(report.diagnostics))].sort(
    (a, b) => Number(a.waiver !== null) - Number(b.waiver !== null) || order[a.severity] - order[b.severity],
  );
  if (shown.length === 0) return '';
  const items = shown.slice(0, shownMax).map((diagnostic) => findingItem(diagnostic, report));
  const left = shown.length - items.length;
  const more = left === 0 ? '' : `\n${count(left, 'more finding')} in the log and in the other formats.\n`;
  return `**Findings**\n\n${items.join('')}${more}`;
}

function findingItem(diagnostic: Diagnostic, report: CheckReport): string {
  const { severity, range, address, ruleId, message, hint, waiver } = diagnostic;
  const place = range === null ? code(address ?? 'project') : placeLink(report, range.file, range.start.line);
  const rule = `[${code(ruleId)}](${ruleUri(encodeURI(ruleId))})`;
  const state = waiver === null ? severity : 'waived';
  const lines = [
    `- **${state}** ${place} ${rule}: ${told(message)}`,
    ...(hint === ''
      ? []
      : [
          `  <br>→ ${hint
            .split('\n')
            .map((line) => told(line.trim()))
            .join('<br>')}`,
        ]),
    ...(waiver === null
      ? []
      : [`  <br>→ ${prose(`waived by ${waiver.name} until ${waiver.expires}: ${waiver.reason}`)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a guard refuses, with what allows it. */
export function refusalsMarkdown(refusals: readonly Refusal[]): string {
  if (refusals.length === 0) return '';
  const items = refusals.map(({ summary, addresses, hint }) => {
    const about = addresses.slice(0, shownMax).map(code).join(', ');
    const left = addresses.length <= shownMax ? '' : ` and ${addresses.length - shownMax} more`;
    const hints = hint
      .split('\n')
      .map((line) => told(line.trim()))
      .join('<br>');
    return `- ${told(summary)}${about === '' ? '' : `: ${about}${left}`}\n  <br>→ ${hints}\n`;
  });
  return `**Refused**\n\n${items.join('')}`;
}
