import type { Address } from '../domain/address.js';
import type { Finding } from '../domain/finding.js';
import type { FieldPath, Origin } from '../domain/origin.js';
import type { ManifestRuleId } from './manifest-rules.js';

export interface InputError {
  readonly ruleId: ManifestRuleId;
  readonly at: Origin;
  readonly address: Address | null;
  readonly message: string;
  readonly hint: string;
  readonly value: string;
}

/** A finding that makes the manifest unusable. */
export function inputError(error: InputError): Finding {
  return { ...error, severity: 'error', waiver: null, decidedBy: null, isInputError: true };
}

/** So much of a value is shown. */
const shownMax = 80;

/** The value as text in single quotes, cut where it is long. */
export function quoted(value: unknown): string {
  return `'${clipped(value)}'`;
}

export function clipped(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)}...`;
}

/** A field as people write it: `spec.destinations[0].region` without the `spec.` that all have. */
export function fieldName(path: FieldPath): string {
  const shown = path.length > 1 && path[0] === 'spec' ? path.slice(1) : path;
  const text = shown.map((part) => (typeof part === 'number' ? `[${part}]` : `.${clipped(part)}`)).join('');
  return `\`${text.replace(/^\./, '') || 'document'}\``;
}

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`. */
export function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
