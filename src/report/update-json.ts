import type { LockEntry } from '../domain/lock.js';
import type { UpdateResult } from '../domain/result.js';
import { diagnosticJson } from './diagnostic-json.js';
import { renderJson } from './json.js';

export function renderUpdateJson(result: UpdateResult): string {
  return renderJson({
    format_version: '1.0',
    lock_file: result.lockFile,
    check_only: result.isCheckOnly,
    written: result.isWritten,
    changes: result.changes.map(({ source, region, kind, before, after }) => ({
      source,
      region,
      kind,
      before: entryJson(before),
      after: entryJson(after),
    })),
    diagnostics: result.diagnostics.map(diagnosticJson),
  });
}

function entryJson(entry: LockEntry | null): object | null {
  if (entry === null) return null;
  return {
    image_id: entry.imageId,
    owner: entry.owner,
    name: entry.name,
    created_at: entry.createdAt,
    size_gib: entry.sizeGiB,
    encrypted: entry.encrypted,
    fingerprint: entry.fingerprint,
  };
}
