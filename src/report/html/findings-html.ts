import type { Diagnostic } from '../../domain/finding.js';
import type { Refusal } from '../../domain/plan.js';
import { type CheckReport, counting, objectOf } from '../check-report.js';
import { cutAround } from '../code-frame.js';
import { ruleUri } from '../diagnostic-json.js';
import { fileUri } from '../source-links.js';
import { type Anchors, filterHtml, type Section, type Tile, valuesOf } from './page.js';
import { type Html, html, told } from './template.js';

export function checkTiles({ summary }: CheckReport): readonly Tile[] {
  return [
    { symbol: '✕', name: summary.errors === 1 ? 'error' : 'errors', amount: summary.errors, tone: 'error' },
    { symbol: '!', name: summary.warnings === 1 ? 'warning' : 'warnings', amount: summary.warnings, tone: 'warning' },
    { symbol: 'i', name: summary.infos === 1 ? 'info' : 'infos', amount: summary.infos, tone: 'info' },
    { symbol: '', name: 'waived', amount: summary.waived, tone: 'none' },
    { symbol: '', name: 'not judged', amount: summary.skipped, tone: 'none' },
  ];
}

const rank = { error: 0, warning: 1, info: 2 };
const symbols = { error: '✕', warning: '!', info: 'i', waived: '' };

/** The worst first, each with the line that it is about. Null where there are none. */
export function findingsSection(report: CheckReport, anchors: Anchors): Section | null {
  const shown = [...(report.showsWaived ? report.diagnostics : counting(report.diagnostics))].sort(
    (a, b) => Number(a.waiver !== null) - Number(b.waiver !== null) || rank[a.severity] - rank[b.severity],
  );
  if (shown.length === 0) return null;
  const seen = new Map<string, number>();
  const rows = shown.map((diagnostic) => {
    const number = (seen.get(diagnostic.key) ?? 0) + 1;
    seen.set(diagnostic.key, number);
    const name = `finding-${diagnostic.key}${number === 1 ? '' : `-${number}`}`;
    return rowHtml(diagnostic, anchors.idOf(name), report, anchors);
  });
  const filter =
    shown.length <= 5
      ? null
      : filterHtml('findings-list', 'findings', [
          { key: 'severity', name: 'Severity', values: valuesOf(shown.map(stateOf)) },
          { key: 'rule', name: 'Rule', values: valuesOf(shown.map(({ ruleId }) => ruleId)) },
        ]);
  const body = html`${filter}<table id="findings-list" class="findings wide"><thead><tr><th scope="col">Severity</th><th scope="col">Where</th><th scope="col">What</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return { id: 'findings', title: 'Findings', amount: shown.length, body };
}

function stateOf({ severity, waiver }: Diagnostic): keyof typeof symbols {
  return waiver === null ? severity : 'waived';
}

function rowHtml(diagnostic: Diagnostic, id: string, report: CheckReport, anchors: Anchors): Html {
  const { severity, range, address, ruleId, message, hint, waiver } = diagnostic;
  const state = stateOf(diagnostic);
  const subject = anchors.linkTo(address);
  return html`<tr id="${id}" data-row="" data-severity="${state}" data-rule="${ruleId}"><td><b class="${waiver === null ? severity : 'none'}"><span aria-hidden="true">${symbols[state]}</span> ${state}</b></td>
<td>${linkedPlace(diagnostic, report)}${range === null || address === null ? null : html`<br>${linked(subject, html`<code>${address}</code>`)}`}</td>
<td><p>${told(message)}</p>${excerptHtml(diagnostic)}${hintHtml(hint)}
${waiver === null ? null : html`<p class="faint">waived by ${waiver.name} until ${waiver.expires}: ${waiver.reason}</p>`}
${ruleHtml(diagnostic, id)}</td></tr>
`;
}

/** Which rule, whose decision, and the finding's own address on the page where it has one. */
export function ruleHtml({ ruleId, severity, decidedBy }: Diagnostic, id: string | null = null): Html {
  const decided = decidedBy === null ? null : html` · ${severity} by ${decidedBy}`;
  const own = id === null ? null : html` · <a href="#${id}" aria-label="Link to this finding">link</a>`;
  return html`<p class="faint"><a href="${ruleUri(encodeURI(ruleId))}"><code>${ruleId}</code></a>${decided}${own}</p>`;
}

/** Where it stands, linked to the file in its commit; else what it is about. */
export function linkedPlace(diagnostic: Diagnostic, report: CheckReport): Html {
  const { range } = diagnostic;
  if (range === null) return html`<code>${objectOf(diagnostic)}</code>`;
  const { file, start } = range;
  return linked(fileUri(report, file, start.line), html`<code>${file}:${start.line}:${start.column}</code>`);
}

function linked(target: string | null, text: Html): Html {
  return target === null ? text : html`<a href="${target}">${text}</a>`;
}

/** The line that it is about, with its part marked. */
export function excerptHtml({ range, excerpt }: Diagnostic): Html | null {
  if (range === null || excerpt === null) return null;
  const { text, start, end } = cutAround(excerpt, range);
  return html`<pre><span class="faint">${range.start.line} | </span>${text.slice(0, start)}<mark>${text.slice(start, end)}</mark>${text.slice(end)}</pre>`;
}

/** What to do, line by line; a line that is set in is a command to copy. */
export function hintHtml(hint: string): readonly (Html | null)[] {
  return hint.split('\n').map((line) => {
    if (line.trim() === '') return null;
    return line.startsWith('  ')
      ? html`<p class="hint"><code>${line.trim()}</code></p>`
      : html`<p class="hint">${told(line)}</p>`;
  });
}

/** Null where nothing is refused. */
export function refusalsSection(refusals: readonly Refusal[], anchors: Anchors): Section | null {
  if (refusals.length === 0) return null;
  const body = html`<ul>${refusals.map(({ summary, addresses, hint }) => {
    const shown = addresses.map((address) => html` ${linked(anchors.linkTo(address), html`<code>${address}</code>`)}`);
    const list =
      shown.length <= 20
        ? shown
        : html` <details class="inline"><summary>${shown.length} addresses</summary>${shown}</details>`;
    return html`<li>${told(summary)}${shown.length === 0 ? null : ':'}${list}${hintHtml(hint)}</li>`;
  })}</ul>`;
  return { id: 'refused', title: 'Refused', amount: refusals.length, isAlarming: true, body };
}
