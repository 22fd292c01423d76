import type { Diagnostic, Severity } from '../domain/finding.js';
import type { Refusal } from '../domain/plan.js';
import { type CheckReport, counting } from './check-report.js';
import { ruleUri } from './diagnostic-json.js';
import { code, listParts, type Part, placeLink, prose, told } from './markdown.js';

/** Of a list of addresses. */
const shownMax = 50;

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** The worst first, each an item that may be left out; empty where there are none. */
export function findingsMarkdown(report: CheckReport): readonly Part[] {
  const shown = [...(report.showsWaived ? report.diagnostics : counting(report.diagnostics))].sort(
    (a, b) => Number(a.waiver !== null) - Number(b.waiver !== null) || order[a.severity] - order[b.severity],
  );
  const items = shown.map((diagnostic) => findingItem(diagnostic, report));
  return listParts('**Findings**\n\n', items, 'finding', 1);
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
export function refusalsMarkdown(refusals: readonly Refusal[]): readonly Part[] {
  const items = refusals.map(({ summary, addresses, hint }) => {
    const about = addresses.slice(0, shownMax).map(code).join(', ');
    const left = addresses.length <= shownMax ? '' : ` and ${addresses.length - shownMax} more`;
    const hints = hint
      .split('\n')
      .map((line) => told(line.trim()))
      .join('<br>');
    return `- ${told(summary)}${about === '' ? '' : `: ${about}${left}`}\n  <br>→ ${hints}\n`;
  });
  return listParts('**Refused**\n\n', items, 'refusal', 0);
}
