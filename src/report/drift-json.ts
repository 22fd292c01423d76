import type { DriftEntry, DriftResult } from '../domain/drift.js';
import { diagnosticJson } from './diagnostic-json.js';
import { renderJson } from './json.js';

export function renderDriftJson(result: DriftResult): string {
  const { entries, unchanged, ignored } = result;
  const amount = (kind: DriftEntry['kind']): number => entries.filter((entry) => entry.kind === kind).length;
  return renderJson({
    format_version: '1.0',
    timestamp: result.timestamp,
    project: { name: result.project.name, id: result.project.id, environment: result.project.environment },
    commit: result.commit,
    drifted: entries.length > 0,
    summary: {
      changed: amount('changed'),
      missing: amount('missing'),
      unexpected: amount('unexpected'),
      unfinished: amount('unfinished'),
      findings: amount('finding'),
      unchanged: unchanged.length,
      ignored: ignored.length,
    },
    drift: entries.map(entryJson),
    unchanged,
    ignored,
    api_calls: result.apiCalls,
  });
}

function entryJson({ kind, address, scope, id, message, fields, trail, diagnostic }: DriftEntry): object {
  const { operations, since, until, lastWrite, facts } = trail;
  return {
    kind,
    address,
    account: scope?.account ?? null,
    region: scope?.region ?? null,
    id,
    summary: message,
    fields: fields.map(({ field, wanted, found }) => ({ field, wanted, found })),
    who: {
      operations,
      since,
      until,
      last_write:
        lastWrite === null
          ? null
          : { at: lastWrite.at, operation: lastWrite.operation, request_id: lastWrite.requestId, id: lastWrite.id },
      facts,
    },
    diagnostic: diagnosticJson(diagnostic),
  };
}
