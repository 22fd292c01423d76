import type { AuditReport } from '../check-report.js';
import { ownerCells, ownerHeader } from '../running-owners.js';
import { capitalised } from '../words.js';
import { headHtml, type Section } from './page.js';
import { checkPage } from './pages.js';
import { html } from './template.js';

/** As of lint, with whose images run in front. */
export function renderAuditHtml(report: AuditReport): string {
  return checkPage(report, [ownersSection(report)]);
}

function ownersSection({ result: { owners, nowMs } }: AuditReport): Section | null {
  if (owners.length === 0) return null;
  const rows = owners.map((row) => {
    const [owner = '', sort = '', trusted = '', ...others] = ownerCells(row, nowMs);
    const judged = row.trusted === 'no' ? html`<b class="error"><span aria-hidden="true">✕</span> no</b>` : trusted;
    return html`<tr><td><code>${owner}</code></td><td>${sort}</td><td>${judged}</td>${others.map((cell) => html`<td>${cell}</td>`)}</tr>
`;
  });
  const heads = ownerHeader.map((word) => capitalised(word.toLowerCase()));
  const body = html`<table class="wide">${headHtml(heads)}<tbody>${rows}</tbody></table>`;
  return { id: 'running', title: 'What runs, by owner of its image', amount: owners.length, body };
}
