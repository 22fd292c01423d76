import type { AuditReport } from './check-report.js';
import { renderLintText } from './lint-text.js';
import { createPaint, type TextOptions } from './paint.js';
import { ownerCells, ownerHeader } from './running-owners.js';
import { sanitise } from './sanitise.js';
import { alignedRows } from './table.js';

/** Whose images run, then what the rules found. */
export function renderAuditText({ result, showsWaived }: AuditReport, options: TextOptions): string {
  const paint = createPaint(options.isColored);
  const findings = renderLintText(result, { ...options, showsWaived });
  if (result.owners.length === 0) return `No instances run here.\n\n${findings}`;
  const rows = result.owners.map((row) => ownerCells(row, result.nowMs).map((cell) => sanitise(cell)));
  const [head = '', ...body] = alignedRows([ownerHeader, ...rows]);
  const lines = body.map((line, index) => (result.owners[index]?.trusted === 'no' ? paint.error(line) : line));
  return `${[paint.strong(head), ...lines].join('\n')}\n\n${findings}`;
}
