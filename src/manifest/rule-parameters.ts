import type { Address } from '../domain/address.js';
import type { Json } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import { child, type FieldPath } from '../domain/origin.js';
import { inputError } from './input-error.js';
import { isMapping, memberOf } from './member-of.js';
import type { ParsedDocument } from './parsed-text.js';
import { unquotedNumber } from './schema-findings.js';

/** Parameters under these names are account UIDs or lists of them. */
const uidFields = new Set(['uid', 'uids', 'owner', 'owners', 'account', 'accounts']);

/**
 * Numbers in a rule's parameters that were meant as text. What the parameters mean is the rule's business, but only
 * here is the text of the file still known, and a UID that was read as a number has lost digits.
 */
export function parameterFindings(document: ParsedDocument, address: Address | null): readonly Finding[] {
  return numbersIn(memberOf(memberOf(document.value, 'spec'), 'rules'), ['spec', 'rules']).flatMap((path) => {
    const text = document.textAt(path) ?? '';
    const name = path.findLast((part) => typeof part === 'string');
    if (!uidFields.has(String(name)) && isExact(text)) return [];
    const { ruleId, message, hint, value } = unquotedNumber(text, path);
    return [inputError({ ruleId, message, hint, value, address, at: child(document.origin, ...path) })];
  });
}

/** Whether the number is the text: neither rounded nor written in a way that people read as something else. */
function isExact(text: string): boolean {
  return String(Number(text)) === text && (Number.isSafeInteger(Number(text)) || text.includes('.'));
}

function numbersIn(value: Json | undefined, path: FieldPath): readonly FieldPath[] {
  if (typeof value === 'number') return [path];
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => numbersIn(item, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => numbersIn(member, [...path, key]));
}
