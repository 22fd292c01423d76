import { type Action, operationOf } from '../domain/action.js';
import { resourceOf } from '../domain/address.js';
import { digestOf, type Json } from '../domain/digest.js';
import type { ChangeVerb, Notice, Plan, Refusal, ResourceChange } from '../domain/plan.js';
import type {
  PlanDocument,
  PlanDocumentAction,
  PlanDocumentChange,
  PlanResult,
  Rehearsal,
  RehearsalRecord,
} from '../domain/result.js';
import type { ProvenDrift } from '../plan/proven-drift.js';
import { diagnosticJson } from '../report/diagnostic-json.js';
import { lineageJson } from '../report/lineage-json.js';

type PlanFacts = Omit<PlanResult, 'document'> & {
  readonly toolVersion: string;
  readonly drift: readonly ProvenDrift[];
  readonly scope: PlanDocument['scope'];
  readonly options: PlanDocument['options'];
};

/** The plan as it is published and saved. The same facts give the same bytes, `timestamp` and `api_calls` apart. */
export function planDocument(facts: PlanFacts): PlanDocument {
  const { plan } = facts;
  const body: Omit<PlanDocument, 'plan_digest'> = {
    format_version: '1.0',
    tallyman_version: facts.toolVersion,
    timestamp: facts.timestamp,
    errored: false,
    applyable: facts.isApplyable,
    project: { name: facts.project.name, id: facts.project.id },
    environment: facts.project.environment,
    targets: facts.targets.map(({ account, accountId, regions }) => ({ account, account_id: accountId, regions })),
    commit: facts.commit,
    inputs: facts.inputs,
    observed_digest: facts.observedDigest,
    api_calls: facts.apiCalls,
    scope: facts.scope,
    options: facts.options,
    actions: plan.actions.map(actionRecord),
    resource_changes: plan.changes.map(changeRecord),
    resource_drift: facts.drift.map(driftRecord),
    notices: plan.notices.map(noticeRecord),
    lineage: lineageJson(facts.lineage),
    check: facts.check,
    findings: facts.diagnostics.map(diagnosticJson),
    refusals: facts.refusals.map(refusalRecord),
    summary: summaryOf(plan),
  };
  return { ...body, plan_digest: planDigest(body) };
}

/** The same document with what a rehearsal adds to it. */
export function rehearsedDocument({ document, refusals, isApplyable, rehearsal }: PlanResult): PlanDocument {
  if (rehearsal === null) return document;
  const { plan_digest: _digest, summary, ...rest } = document;
  const body = {
    ...rest,
    applyable: isApplyable,
    refusals: refusals.map(refusalRecord),
    rehearsal: rehearsalRecord(rehearsal),
    summary,
  };
  return { ...body, plan_digest: planDigest(body) };
}

function rehearsalRecord({ status, reason, actions, done, problems }: Rehearsal): RehearsalRecord {
  return {
    status,
    reason,
    actions,
    done,
    problems: problems.map(({ actionKind, operation, apiCode, addresses, diagnostic }) => ({
      action_kind: actionKind,
      operation,
      api_code: apiCode,
      addresses,
      diagnostic: diagnosticJson(diagnostic),
    })),
  };
}

/** Digest over everything but itself, the time of planning and the number of calls that it took. */
export function planDigest(document: Omit<PlanDocument, 'plan_digest'> & { readonly plan_digest?: string }): string {
  const { timestamp: _timestamp, api_calls: _calls, plan_digest: _digest, ...rest } = document;
  return digestOf(rest);
}

function actionRecord(action: Action): PlanDocumentAction {
  return {
    id: action.id,
    kind: action.kind,
    address: action.address,
    account: action.scope.account,
    region: action.scope.region,
    operation: operationOf(action),
    depends_on: action.dependsOn,
    class: action.class,
    reason: action.reason,
    ...(action.kind === 'CopyImage' ? { role: action.role, size_gib: action.sizeGiB } : {}),
  };
}

const verbsOf: Readonly<Record<ChangeVerb, readonly string[]>> = {
  'no-op': ['no-op'],
  create: ['create'],
  read: ['read'],
  update: ['update'],
  delete: ['delete'],
  replace: ['delete', 'create'],
  forget: ['forget'],
};

function changeRecord(change: ResourceChange): PlanDocumentChange {
  return {
    address: change.address,
    type: change.type,
    name: resourceOf(change.address).split('/')[1] ?? '',
    account: change.scope.account,
    region: change.scope.region,
    id: change.id,
    class: change.class,
    wave: change.wave,
    change: {
      actions: verbsOf[change.verb],
      before: change.before,
      after: change.after,
      after_unknown: Object.fromEntries(change.afterUnknown.map((field) => [field, true as const])),
      ...(change.importing === undefined ? {} : { importing: { id: change.importing } }),
      ...(change.verb === 'replace' ? { replace_paths: [['image_id']] } : {}),
    },
    action_reason: change.reason,
  };
}

/** In the shape of a change: what somebody did, from before to after. */
function driftRecord({ address, type, scope, id, before, after, reason }: ProvenDrift): PlanDocumentChange {
  return {
    address,
    type,
    name: resourceOf(address).split('/')[1] ?? '',
    account: scope.account,
    region: scope.region,
    id,
    class: null,
    wave: null,
    change: { actions: [after === null ? 'delete' : 'update'], before, after, after_unknown: {} },
    action_reason: reason,
  };
}

function noticeRecord(notice: Notice): Readonly<Record<string, Json>> {
  const { kind, address, scope, id, message } = notice;
  return { kind, address, account: scope.account, region: scope.region, id, message };
}

function refusalRecord(refusal: Refusal): Json {
  const { reason, addresses, summary, hint } = refusal;
  return { reason, class: refusal.class, addresses, summary, hint };
}

function summaryOf(plan: Plan): PlanDocument['summary'] {
  const count = (verb: ChangeVerb): number =>
    plan.changes.filter((change) => change.verb === verb && change.importing === undefined).length;
  return {
    create: count('create'),
    update: count('update'),
    replace: count('replace'),
    delete: count('delete'),
    adopt: plan.changes.filter((change) => change.importing !== undefined).length,
    forget: count('forget'),
    no_op: count('no-op'),
  };
}
