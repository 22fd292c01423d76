import type { DriftReport } from './check-report.js';
import { driftVerdict } from './drift-text.js';
import { findingsMarkdown } from './findings-markdown.js';
import { assembled, code, marker, prose } from './markdown.js';

/** Drift as a comment, an issue or a step summary. */
export function renderDriftMarkdown(report: DriftReport): string {
  const { result, showsUnchanged } = report;
  const { project, entries, unchanged, ignored, timestamp } = result;
  const id = [project.id ?? project.name, project.environment].filter((part) => part !== null).join('.');
  const symbol = entries.length === 0 ? '✅' : '⚠️';
  const about = project.environment === null ? '' : ` (${prose(project.environment)})`;
  const verdict = `${marker('drift', id)}### ${symbol} tallyman drift${about}: ${driftVerdict(result)}\n\n${unchanged.length} as they shall be, seen at ${prose(timestamp)}.\n`;
  const kept = showsUnchanged && unchanged.length > 0 ? `As they shall be: ${unchanged.map(code).join(', ')}.\n` : '';
  const left = ignored.length === 0 ? '' : `Ignored in this run: ${ignored.map(code).join(', ')}.\n`;
  return assembled([verdict, ...findingsMarkdown(report), kept], left);
}
