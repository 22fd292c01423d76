import type { Finding } from '../domain/finding.js';
import type { LockDocument } from '../domain/generated/documents.js';
import { compareEntries, type Lock, type LockEntry } from '../domain/lock.js';
import { child } from '../domain/origin.js';
import type { Checked } from './checked-documents.js';
import { inputError } from './input-error.js';

/** The lock of a project; without a document it has no entries. */
export function readLock(file: string, document: Checked<LockDocument> | undefined): Lock {
  const entries = (document?.body.spec.entries ?? []).map((entry): LockEntry => ({ ...entry, via: entry.via ?? null }));
  return { file, entries: entries.sort(compareEntries) };
}

/** A source is pinned once in a region. */
export function lockFindings(document: Checked<LockDocument>): readonly Finding[] {
  const seen = new Set<string>();
  return document.body.spec.entries.flatMap(({ source, region }, index) => {
    const key = `${source} ${region}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    if (isFirst) return [];
    return [
      inputError({
        ruleId: 'manifest/duplicate-item',
        at: child(document.origin, 'spec', 'entries', index),
        address: document.address,
        message: `source '${source}' is pinned twice in region '${region}'`,
        hint: 'Run `tallyman update`, which writes the lock anew.',
        value: key,
      }),
    ];
  });
}
