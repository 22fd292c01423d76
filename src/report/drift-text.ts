import type { DriftEntry, DriftKind, DriftResult } from '../domain/drift.js';
import type { DriftReport } from './check-report.js';
import { codeFrame } from './code-frame.js';
import { createPaint, type Paint, type TextOptions } from './paint.js';
import { sanitise, sanitiseLines } from './sanitise.js';
import { count } from './words.js';

/** Each thing that is not as it shall be, where it stands, what differs, and where to look for who did it. */
export function renderDriftText({ result, showsUnchanged }: DriftReport, options: TextOptions): string {
  const paint = createPaint(options.isColored);
  const sections = [
    ...result.entries.map((entry) => entryText(entry, paint)),
    showsUnchanged ? unchangedText(result) : '',
    sumText(result),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function entryText(entry: DriftEntry, paint: Paint): string {
  const { diagnostic, kind, address, id, fields } = entry;
  const { range, excerpt, severity, hint } = diagnostic;
  const place = range === null ? '' : `${range.file}:${range.start.line}:${range.start.column} `;
  const thing = id === null ? address : `${address} (${id})`;
  const head = `${paint.strong(sanitise(`${place}${thing}`))} ${paint[severity](kind)}`;
  // Fields of their own lines say the same, each readable.
  const isListed = fields.length > 0 && diagnostic.ruleId === 'drift/changed';
  const body = [
    ...(isListed && id !== null ? fields.map(fieldLine) : [sanitise(diagnostic.message)]),
    ...(range === null || excerpt === null ? [] : codeFrame(excerpt, range, paint)),
    ...(hint === '' ? [] : sanitiseLines(hint).map((line) => paint.faint(line))),
  ];
  return `${[head, ...body.map((line) => `  ${line}`)].join('\n')}\n`;
}

function fieldLine({ field, wanted, found }: DriftEntry['fields'][number]): string {
  const shown = (value: DriftEntry['fields'][number]['wanted']): string =>
    value === null ? '(absent)' : sanitise(JSON.stringify(value));
  return `~ ${sanitise(field)} is ${shown(found)}, wanted ${shown(wanted)}`;
}

function unchangedText({ unchanged }: DriftResult): string {
  return unchanged.length === 0
    ? ''
    : `${unchanged.map((address) => `  ${sanitise(address)} as it shall be`).join('\n')}\n`;
}

function sumText(result: DriftResult): string {
  const { entries, unchanged, ignored, apiCalls } = result;
  const calls = Object.values(apiCalls).reduce((sum, amount) => sum + amount, 0);
  const lines = [
    entries.length === 0 ? 'No drift. The cloud is as the manifests say.' : `Drift: ${driftVerdict(result)}.`,
    `${unchanged.length} as they shall be.`,
  ];
  if (ignored.length > 0) lines.push(`Ignored in this run: ${ignored.map((address) => sanitise(address)).join(', ')}.`);
  lines.push(`Looked with ${count(calls, 'API call')}.`);
  return `${lines.join('\n')}\n`;
}

const kinds: readonly DriftKind[] = ['changed', 'missing', 'unexpected', 'unfinished', 'finding'];

/** `1 changed, 2 missing`; `no drift`. */
export function driftVerdict({ entries }: DriftResult): string {
  const parts = kinds
    .map((kind) => [entries.filter((entry) => entry.kind === kind).length, kind] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, kind]) => (kind === 'finding' ? count(amount, 'finding') : `${amount} ${kind}`));
  return parts.length === 0 ? 'no drift' : parts.join(', ');
}
