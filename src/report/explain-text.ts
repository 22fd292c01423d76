import { stringify } from 'yaml';
import type { SchemaField } from '../domain/schema-field.js';
import { createPaint, type TextOptions } from './paint.js';
import { wrapped } from './wrapped.js';

/** Columns that prose is wrapped to. */
const columnsMax = 100;

/** A field for people: what it is, what it may be, what is in it. */
export function renderExplainText(kind: string, field: SchemaField, { isColored, columns }: TextOptions): string {
  const paint = createPaint(isColored);
  const width = Math.min(columns ?? columnsMax, columnsMax);
  const block = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${paint.strong(title)}\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
  const parts = [
    `${paint.strong(field.path === '' ? kind : `${kind}.${field.path}`)}  ${typeText(field)}\n`,
    block('MEANING', wrapped(field.description, width - 2)),
    block('DEFAULT', field.default === undefined ? [] : [JSON.stringify(field.default)]),
    block('ALLOWED', field.allowed === null ? [] : wrapped(field.allowed.map(String).join(', '), width - 2)),
    block('LIMITS', field.limits === '' ? [] : [field.limits]),
    block(
      'EXAMPLE',
      field.examples.slice(0, 1).flatMap((example) => stringify(example).trimEnd().split('\n')),
    ),
    block(
      'FIELDS',
      field.fields.flatMap((one) => [
        `${paint.strong(one.path.slice(one.path.lastIndexOf('.') + 1))}  ${typeText(one)}`,
        ...wrapped(one.description, width - 4).map((line) => `  ${line}`),
      ]),
    ),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function typeText({ type, isRequired, path }: Pick<SchemaField, 'type' | 'isRequired' | 'path'>): string {
  return `<${type}>${isRequired && path !== '' ? '  required' : ''}`;
}
