import type { AuditReport } from './check-report.js';
import { renderJson } from './json.js';
import { lintDocument } from './lint-json.js';

/** The document of lint, and whose images run. */
export function renderAuditJson({ result, diagnostics }: AuditReport): string {
  return renderJson({
    ...lintDocument({ ...result, diagnostics }),
    running: result.owners.map(({ owner, account, ...row }) => ({ owner: owner || null, account, ...row })),
  });
}
