import type { Json } from '../domain/digest.js';
import type { ImportedDocument } from '../domain/imported.js';
import type { FieldPath } from '../domain/origin.js';
import { isImageCopy, isImageShare, isImageSource, isInstance, type Validator } from './generated/validators.js';
import type { ParsedDocument } from './parsed-text.js';
import { isRefusedKey } from './read-node.js';
import { schemaFindings } from './schema-findings.js';

const validators: Readonly<Record<ImportedDocument['kind'], Validator<unknown>>> = {
  ImageSource: isImageSource,
  ImageCopy: isImageCopy,
  ImageShare: isImageShare,
  Instance: isInstance,
};

/** What is wrong with a managed document or a source that was made rather than read; the field, and why. */
export function mistakesIn(
  document: ImportedDocument,
): readonly { readonly path: FieldPath; readonly message: string }[] {
  const { kind } = document;
  const isValid = validators[kind];
  const refused = refusedKeys(document, []);
  if (refused.length > 0 || isValid(document)) return refused;
  const parsed: ParsedDocument = {
    origin: { file: '', document: 0, path: [] },
    value: jsonOf(document),
    textAt: () => undefined,
  };
  const findings = schemaFindings({ kind, document: parsed, address: null }, isValid.errors ?? []);
  return findings.map(({ at, message }) => ({ path: at?.path ?? [], message }));
}

/** What a schema judges is a value like any that was read. */
function jsonOf(value: unknown): Json {
  return value as Json;
}

function refusedKeys(value: unknown, path: FieldPath): ReturnType<typeof mistakesIn> {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (isRefusedKey(key)) return [{ path: at, message: `no field may be called '${key}'` }];
    return refusedKeys(member, at);
  });
}
