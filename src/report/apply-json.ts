import type { ActionOutcome } from '../domain/outcome.js';
import type { ApplyResult } from '../domain/result.js';
import { renderJson } from './json.js';

export function renderApplyJson(result: ApplyResult): string {
  const { outcome, plan } = result;
  return renderJson({
    format_version: '1.0',
    tallyman_version: plan.document.tallyman_version,
    plan_digest: plan.document.plan_digest,
    approved: result.isApproved,
    outcome:
      outcome === null
        ? null
        : {
            writes: outcome.writes,
            interrupted_by: outcome.interruptedBy,
            actions: outcome.actions.map(outcomeJson),
          },
    plan: plan.document,
  });
}

function outcomeJson(outcome: ActionOutcome): object {
  const { action } = outcome;
  return {
    id: action.id,
    kind: action.kind,
    address: action.address,
    account: action.scope.account,
    region: action.scope.region,
    status: outcome.status.replace('-', '_'),
    subject_id: outcome.id,
    message: outcome.message,
    hint: outcome.hint,
    api_code: outcome.apiCode,
    request_id: outcome.requestId,
  };
}
