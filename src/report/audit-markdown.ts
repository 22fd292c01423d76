import type { AuditReport } from './check-report.js';
import { lintMarkdown } from './lint-markdown.js';
import { code, table } from './markdown.js';
import { ownerCells, ownerHeader } from './running-owners.js';
import { capitalised } from './words.js';

/** As of lint, with whose images run after the verdict. */
export function renderAuditMarkdown(report: AuditReport): string {
  const { owners, nowMs } = report.result;
  if (owners.length === 0) return lintMarkdown(report, ['No instances run here.\n']);
  const header = ownerHeader.map((word) => capitalised(word.toLowerCase()));
  const rows = owners.map((row) => ownerCells(row, nowMs).map((cell) => ({ markdown: code(cell) })));
  return lintMarkdown(report, [table(header, rows)]);
}
