import type { Encryption, LockEntry } from '../domain/lock.js';
import type { LockChange, UpdateResult } from '../domain/result.js';
import { diagnosticText } from './diagnostic-text.js';
import { createPaint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { alignedRows } from './table.js';
import { ageText, count } from './words.js';

export interface UpdateTextOptions extends TextOptions {
  /** Milliseconds since 1970, for ages. */
  readonly nowMs: number;
}

const header = ['SOURCE', 'REGION', 'IMAGE', 'NAME', 'OWNER', 'AGE', 'SIZE', 'ENCRYPTED'];

/** Each source that changes in one row, old -> new where the two differ. */
export function renderUpdateText(result: UpdateResult, options: UpdateTextOptions): string {
  const paint = createPaint(options.isColored);
  const changed = result.changes.filter((change) => change.kind !== 'unchanged');
  const sections = result.diagnostics.map((diagnostic) => diagnosticText(diagnostic, paint));
  if (changed.length > 0) {
    const [head = '', ...rows] = alignedRows([header, ...changed.map((change) => rowOf(change, options.nowMs))]);
    sections.push(`${[paint.strong(head), ...rows].join('\n')}\n`);
  }
  sections.push(conclusion(result, changed.length));
  return sections.join('\n');
}

function rowOf({ source, region, before, after }: LockChange, nowMs: number): readonly string[] {
  const cell = (text: (entry: LockEntry) => string): string => {
    const [old, fresh] = [before, after].flatMap((entry) => (entry === null ? [] : [sanitise(text(entry))]));
    return fresh === undefined || old === fresh ? (old ?? '') : `${old} -> ${fresh}`;
  };
  const mark = before === null ? ' (new)' : after === null ? ' (removed)' : '';
  return [
    sanitise(source),
    sanitise(region),
    `${cell((entry) => entry.imageId)}${mark}`,
    cell((entry) => entry.name),
    cell((entry) => entry.owner),
    cell((entry) => ageText(entry.createdAt, nowMs)),
    cell((entry) => `${entry.sizeGiB} GiB`),
    cell((entry) => encryptionText(entry.encrypted)),
  ];
}

export function encryptionText(encrypted: Encryption): string {
  if (encrypted === 'unknown') return encrypted;
  return encrypted ? 'yes' : 'no';
}

function conclusion(result: UpdateResult, changed: number): string {
  const file = sanitise(result.lockFile);
  const unchanged = `${result.changes.length - changed} unchanged`;
  const failed = result.diagnostics.filter(({ severity, waiver }) => severity === 'error' && waiver === null).length;
  if (changed === 0 && failed > 0) return `${file} is left as it is: ${count(failed, 'error')}, ${unchanged}.\n`;
  if (changed === 0) return `${file} is up to date (${unchanged}).\n`;
  const sum = `${count(changed, 'change')}, ${unchanged}`;
  if (result.isWritten) return `Wrote ${file}: ${sum}.\n`;
  return `${file} was not written${result.isCheckOnly ? ' (--check)' : ''}: ${sum}.\n`;
}
