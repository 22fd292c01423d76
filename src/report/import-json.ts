import type { ImportResult } from '../domain/imported.js';
import { diagnosticJson } from './diagnostic-json.js';
import { renderJson } from './json.js';

export function renderImportJson(result: ImportResult): string {
  const { project, files, lock, skipped, notes, diagnostics } = result;
  return renderJson({
    format_version: '1.0',
    timestamp: result.timestamp,
    project: { name: project.name, id: project.id, environment: project.environment },
    api_calls: result.apiCalls,
    files: files.map(({ path, documents }) => ({
      path,
      addresses: documents.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    })),
    documents: files.flatMap(({ documents }) => documents),
    lock: {
      path: lock.path,
      written: lock.isWritten,
      added: lock.added.map(({ source, region, imageId, owner }) => ({ source, region, image_id: imageId, owner })),
    },
    skipped: skipped.map(({ kind, id, scope, reason, message }) => ({
      kind,
      id,
      account: scope?.account ?? null,
      region: scope?.region ?? null,
      reason,
      summary: message,
    })),
    notes: notes.map(({ id, message }) => ({ id, summary: message })),
    findings: diagnostics.map(diagnosticJson),
    summary: {
      instances: result.instances,
      documents: files.flatMap(({ documents }) => documents).length,
      skipped: skipped.length,
    },
    project_file: result.projectText,
  });
}
