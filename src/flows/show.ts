import type { Action, ActionKind, ActionReason } from '../domain/action.js';
import type { DestructiveClass } from '../domain/desired.js';
import type { Json } from '../domain/digest.js';
import type { Diagnostic, Severity, WaiverNote } from '../domain/finding.js';
import type { Lineage } from '../domain/lineage-graph.js';
import type { FieldPath } from '../domain/origin.js';
import type { ChangeVerb, Notice, Refusal, ResourceChange } from '../domain/plan.js';
import type { PlanDocument, PlanDocumentAction, PlanDocumentChange, PlanResult, Rehearsal } from '../domain/result.js';

/**
 * A saved plan as a result that can be shown. What a plan file does not hold (the parameters of its actions, the lines
 * around a finding) is not shown and not made up.
 */
export function shownPlan(document: PlanDocument): PlanResult {
  return {
    purpose: 'apply',
    project: { ...document.project, environment: document.environment },
    targets: document.targets.map(({ account, account_id, regions }) => ({ account, accountId: account_id, regions })),
    timestamp: document.timestamp,
    commit: document.commit,
    inputs: document.inputs,
    plan: {
      actions: document.actions.map(shownAction),
      changes: document.resource_changes.map(shownChange),
      notices: document.notices.map(shownNotice),
      findings: [],
      refusals: [],
    },
    lineage: shownLineage(document),
    diagnostics: document.findings.map(shownFinding),
    check: document.check,
    refusals: document.refusals.map(shownRefusal),
    isApplyable: document.applyable,
    rehearsal: shownRehearsal(document.rehearsal),
    observedDigest: document.observed_digest,
    apiCalls: document.api_calls,
    document,
  };
}

function shownLineage({ lineage }: PlanDocument): Lineage {
  return {
    nodes: lineage.nodes.map(({ image_id, image_name, kms_key_id, ...node }) => {
      return { ...node, imageId: image_id, imageName: image_name, kmsKeyId: kms_key_id };
    }),
    edges: lineage.edges.map(({ from, to }) => [from, to]),
  };
}

/** The part of an action that is shown. The file holds no more of it, and whoever carries it out plans anew. */
function shownAction(action: PlanDocumentAction): Action {
  const { id, kind, address, account, region, depends_on, reason, role, size_gib } = action;
  const shown = {
    id,
    kind: kind as ActionKind,
    address,
    scope: { account, region },
    dependsOn: depends_on,
    class: action.class as DestructiveClass | null,
    reason: reason as ActionReason,
    ...(role === undefined ? {} : { role, sizeGiB: size_gib ?? 0 }),
  };
  return shown as unknown as Action;
}

function shownChange(record: PlanDocumentChange): ResourceChange {
  const { change } = record;
  return {
    address: record.address,
    type: record.type as ResourceChange['type'],
    scope: { account: record.account, region: record.region },
    id: record.id,
    verb: verbOf(change.actions),
    before: change.before,
    after: change.after,
    afterUnknown: Object.keys(change.after_unknown),
    reason: record.action_reason,
    class: record.class as DestructiveClass | null,
    ...(change.importing === undefined ? {} : { importing: change.importing.id }),
    wave: record.wave,
  };
}

/** As `terraform show -json` writes a replacement: as two. */
function verbOf(actions: readonly string[]): ChangeVerb {
  const [first = 'no-op'] = actions;
  return actions.length > 1 ? 'replace' : (first as ChangeVerb);
}

type Fields = Readonly<Record<string, Json>>;

function shownNotice(notice: Fields): Notice {
  const { kind, address, account, region, id, message } = notice as Readonly<Record<string, string>>;
  return {
    kind: kind as Notice['kind'],
    address: address ?? '',
    scope: { account: account ?? '', region: region ?? '' },
    id: id ?? '',
    message: message ?? '',
  };
}

function shownRefusal(record: Json): Refusal {
  return record as unknown as Refusal;
}

function shownRehearsal(record: PlanDocument['rehearsal']): Rehearsal | null {
  if (record === undefined) return null;
  return {
    ...record,
    problems: record.problems.map(({ action_kind, operation, api_code, addresses, diagnostic }) => ({
      diagnostic: shownFinding(diagnostic),
      addresses,
      actionKind: action_kind,
      operation,
      apiCode: api_code,
    })),
  };
}

interface FindingRecord {
  readonly rule_id: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly detail: string;
  readonly address: string | null;
  readonly path: FieldPath | null;
  readonly decided_by: string | null;
  readonly finding_key: string;
  readonly waiver: (Omit<WaiverNote, 'approvedBy'> & { readonly approved_by: string }) | null;
  readonly range: {
    readonly filename: string;
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  } | null;
}

/** The schema of the plan file says that a finding has these members. */
function shownFinding(record: Json): Diagnostic {
  const { waiver, range, path, ...finding } = record as unknown as FindingRecord;
  return {
    ruleId: finding.rule_id,
    severity: finding.severity,
    message: finding.summary,
    hint: finding.detail,
    at: range === null ? null : { file: range.filename, document: 0, path: path ?? [] },
    address: finding.address,
    value: '',
    waiver:
      waiver === null
        ? null
        : { name: waiver.name, reason: waiver.reason, approvedBy: waiver.approved_by, expires: waiver.expires },
    decidedBy: finding.decided_by,
    isInputError: false,
    key: finding.finding_key,
    range: range === null ? null : { file: range.filename, start: range.start, end: range.end },
    excerpt: null,
  };
}
