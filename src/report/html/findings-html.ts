import type { Diagnostic } from '../../domain/finding.js';
import type { Refusal } from '../../domain/plan.js';
import { type CheckReport, counting, objectOf } from '../check-report.js';
import { cutAround } from '../code-frame.js';
import { ruleUri } from '../diagnostic-json.js';
import { filterHtml, type Tile } from './page.js';
import { type Html, html, told } from './template.js';

export function checkTiles({ summary }: CheckReport): readonly Tile[] {
  return [
    { name: summary.errors === 1 ? 'error' : 'errors', amount: summary.errors, tone: 'error' },
    { name: summary.warnings === 1 ? 'warning' : 'warnings', amount: summary.warnings, tone: 'warning' },
    { name: summary.infos === 1 ? 'info' : 'infos', amount: summary.infos, tone: 'info' },
    { name: 'waived', amount: summary.waived, tone: null },
    { name: 'not judged', amount: summary.skipped, tone: null },
  ];
}

/** Null where there are none. */
export function findingsHtml(report: CheckReport): Html | null {
  const shown = report.showsWaived ? report.diagnostics : counting(report.diagnostics);
  if (shown.length === 0) return null;
  return html`<section aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>
${shown.length > 5 ? filterHtml('findings', 'findings') : null}
<table id="findings" class="findings wide"><thead><tr><th scope="col">Severity</th><th scope="col">Where</th><th scope="col">What</th></tr></thead>
<tbody>${shown.map(rowHtml)}</tbody></table></section>
`;
}

function rowHtml(diagnostic: Diagnostic): Html {
  const { severity, range, address, ruleId, message, hint, waiver } = diagnostic;
  const place = range === null ? objectOf(diagnostic) : `${range.file}:${range.start.line}:${range.start.column}`;
  const state = waiver === null ? severity : 'waived';
  return html`<tr data-row><td><b class="${severity}">${state}</b></td>
<td><code>${place}</code>${range === null || address === null ? null : html`<br><code class="faint">${address}</code>`}</td>
<td><p>${told(message)}</p>${excerptHtml(diagnostic)}${hint.split('\n').map((line) => (line === '' ? null : html`<p>${told(line)}</p>`))}
${waiver === null ? null : html`<p class="faint">waived by ${waiver.name} until ${waiver.expires}: ${waiver.reason}</p>`}
<p><a href="${ruleUri(encodeURI(ruleId))}"><code>${ruleId}</code></a></p></td></tr>
`;
}

function excerptHtml({ range, excerpt }: Diagnostic): Html | null {
  if (range === null || excerpt === null) return null;
  const { text, start, end } = cutAround(excerpt, range);
  return html`<pre><span class="faint">${range.start.line} | </span>${text.slice(0, start)}<mark>${text.slice(start, end)}</mark>${text.slice(end)}</pre>`;
}

/** Null where nothing is refused. */
export function refusalsHtml(refusals: readonly Refusal[]): Html | null {
  if (refusals.length === 0) return null;
  return html`<section class="box" aria-labelledby="refused-title"><h2 id="refused-title">Refused</h2><ul>${refusals.map(
    ({ summary, addresses, hint }) =>
      html`<li>${told(summary)}${addresses.map((address) => html` <code>${address}</code>`)}<br><span class="faint">${hint}</span></li>`,
  )}</ul></section>
`;
}
