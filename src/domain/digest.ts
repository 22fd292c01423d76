import { createHash, type Hash, hash as hashOf } from 'node:crypto';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON with the keys of every object in code-unit order and no white space: equal values give equal text. Members that
 * are undefined are left out; what is not JSON at all is a bug. One text grows here, and no lists are made: everything
 * that was observed goes through.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return scalarJson(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${canonicalJson(item)}`;
    return `[${text}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const key of keysOf(members)) {
    if (members[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(members[key])}`;
  }
  return `{${text}}`;
}

function scalarJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (typeof text !== 'string') throw new Error(`a ${typeof value} cannot be written as JSON`);
  return text;
}

/** Keys in the order in which they are written: `sort` compares code units where it is told nothing else. */
function keysOf(members: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(members).sort();
}

export function sha256Hex(text: string): string {
  return hashOf('sha256', text);
}

/** `sha256:<hex>` of the canonical JSON of a value: how plan, lock and audit write a digest. */
export function digestOf(value: unknown): string {
  const hash = createHash('sha256');
  feed(hash, value, 2);
  return `sha256:${hash.digest('hex')}`;
}

/** The members of so many outer levels one by one: the text of a large estate never stands in memory as a whole. */
function feed(hash: Hash, value: unknown, levels: number): void {
  if (levels === 0 || typeof value !== 'object' || value === null) {
    hash.update(canonicalJson(value), 'utf8');
    return;
  }
  let separator = '';
  if (Array.isArray(value)) {
    hash.update('[');
    for (const item of value) {
      hash.update(separator);
      feed(hash, item, levels - 1);
      separator = ',';
    }
    hash.update(']');
    return;
  }
  hash.update('{');
  const members = value as Readonly<Record<string, unknown>>;
  for (const key of keysOf(members)) {
    if (members[key] === undefined) continue;
    hash.update(`${separator}${JSON.stringify(key)}:`, 'utf8');
    feed(hash, members[key], levels - 1);
    separator = ',';
  }
  hash.update('}');
}
