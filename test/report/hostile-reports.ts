import { manifestTexts } from '../../src/manifest/manifest-text.js';
import type { Lineage } from '../../src/domain/lineage-graph.js';
import type { Diagnostic } from '../../src/domain/finding.js';
import type { ImportResult } from '../../src/domain/imported.js';
import { importRemarks } from '../../src/report/import-text.js';
import type { ActionOutcome } from '../../src/domain/outcome.js';
import type { ProgressEvent } from '../../src/domain/progress.js';
import {
  applyFormats,
  driftFormats,
  graphFormats,
  importFormats,
  lintFormats,
  planFormats,
  statusFormats,
  updateFormats,
} from '../../src/cli/formats.js';
import { renderEventJsonl, renderPlannedJsonl, renderSummaryJsonl } from '../../src/report/apply-jsonl.js';
import type { ApplyReport, DriftReport, LintReport, PlanReport } from '../../src/report/check-report.js';
import {
  aChange,
  aCheckReport,
  aCopyAction,
  aDiagnostic,
  aDocument,
  anApplyReport,
  aPlanReport,
  aPlanResult,
  aRefusal,
  aReplacement,
  scope,
} from './build.js';
import { aNode } from './large-plan.js';

function aHostileDiagnostic(name: string): Diagnostic {
  return aDiagnostic({
    ruleId: 'trust/trusted-owner',
    severity: 'error',
    message: `'${name}' must not be`,
    hint: name,
    address: `Instance/${name}`,
    excerpt: name,
    decidedBy: name,
    range: { file: `manifests/${name}.yaml`, start: { line: 1, column: 1 }, end: { line: 1, column: 3 } },
  });
}

function diagnosticsOf(name: string): readonly Diagnostic[] {
  const diagnostic = aHostileDiagnostic(name);
  const bare = { ...diagnostic, message: name };
  const waiver = { name, reason: name, approvedBy: name, expires: name };
  return [diagnostic, { ...bare, range: null }, { ...bare, waiver, severity: 'warning' }];
}

function aLintReport(name: string): LintReport {
  const diagnostics = diagnosticsOf(name);
  const report = aCheckReport({ diagnostics, refusals: [refusalOf(name)], showsWaived: true });
  return { ...report, projectFile: `${name}/tallyman.yaml`, result: { diagnostics, summary: report.summary } };
}

function refusalOf(name: string) {
  return aRefusal({ addresses: [`Instance/${name}`], summary: name, hint: name });
}

function aHostilePlan(name: string): PlanReport {
  const fields = { image_name: name, tags: { [name]: name }, list: [name] };
  const share = `ImageShare/${name}/cn-hangzhou`;
  const account = {
    ...aChange({ address: `${share}/${name}`, type: 'image_share', id: name, verb: 'delete' }),
    class: 'unshare' as const,
  };
  const result = aPlanResult({
    project: { name, id: null, environment: name },
    targets: [{ account: name, accountId: name, regions: [name] }],
    commit: '3f2c1ab',
    diagnostics: diagnosticsOf(name),
    refusals: [refusalOf(name)],
    isApplyable: false,
    rehearsal: {
      status: 'failed',
      reason: name,
      actions: 1,
      done: 0,
      problems: [
        {
          diagnostic: aHostileDiagnostic(name),
          addresses: [name],
          actionKind: 'RunInstance',
          operation: 'RunInstances',
          apiCode: name,
        },
      ],
    },
    document: aDocument({
      resource_changes: [
        {
          address: name,
          type: name,
          name,
          account: name,
          region: name,
          id: name,
          class: null,
          wave: null,
          change: { actions: ['create'], before: null, after: fields, after_unknown: {} },
          action_reason: name,
        },
      ],
    }),
    plan: {
      actions: [aCopyAction({ address: `ImageCopy/${name}`, from: { kind: 'id', imageId: name } })],
      changes: [
        aChange({ address: `ImageCopy/${name}`, after: fields, reason: name, afterUnknown: [name] }),
        aReplacement({ address: `Instance/${name}/0`, id: name, before: { image_id: name, x: name }, after: fields }),
        account,
      ],
      notices: [{ kind: 'orphan', address: name, scope, id: name, message: name }],
    },
    lineage: aHostileLineage(name),
  });
  return aPlanReport(result, { next: { kind: 'saved', file: name }, blobs: 'https://git.example/blob' });
}

/** One node of each kind, each named so in all its parts. */
function aHostileLineage(name: string): Lineage {
  const facts = { account: name, owner: name, region: name, imageId: name, imageName: name, kmsKeyId: name };
  const roles = ['source', 'image', 'hop', 'copy', 'instance', 'share'] as const;
  const nodes = roles.map((role) => {
    return aNode({
      ...facts,
      key: `${role} ${name}`,
      role,
      address: role === 'image' ? null : name,
      change: 'replace',
    });
  });
  return { nodes, edges: [[`source ${name}`, `copy ${name}`]] };
}

function aHostileApply(name: string): ApplyReport {
  const outcome = (status: ActionOutcome['status']): ActionOutcome => ({
    action: aCopyAction({ address: `ImageCopy/${name}` }),
    status,
    id: name,
    message: name,
    hint: name,
    apiCode: name,
    requestId: name,
  });
  const plan = aHostilePlan(name).result;
  const actions = [outcome('failed'), outcome('done'), outcome('in-progress'), outcome('not-attempted')];
  const report = anApplyReport({ plan, outcome: { actions, writes: 2, interruptedBy: null } });
  const events = actions.flatMap((ended): readonly ProgressEvent[] => [
    { kind: 'start', action: ended.action, message: '', outcome: null, atMs: 0 },
    { kind: 'done', action: ended.action, message: name, outcome: ended, atMs: 0 },
  ]);
  const lines = [
    renderPlannedJsonl(report, plan),
    ...events.map(renderEventJsonl),
    renderSummaryJsonl(report.result, ''),
  ];
  return { ...report, typed: ['tallyman', 'apply', name], lines: lines.join('') };
}

const entryOf = (name: string) => ({
  source: name,
  region: name,
  selector: name,
  imageId: name,
  owner: name,
  name,
  createdAt: name,
  sizeGiB: 40,
  encrypted: true as const,
  disks: [],
  fingerprint: name,
  via: null,
});

function anUpdate(name: string) {
  const entry = entryOf(name);
  const change = {
    source: name,
    region: name,
    kind: 'changed' as const,
    before: entry,
    after: { ...entry, owner: 'x' },
  };
  return {
    result: {
      lockFile: name,
      changes: [change],
      diagnostics: diagnosticsOf(name),
      isWritten: false,
      isCheckOnly: true,
    },
    nowMs: 0,
    rolls: [{ address: name, source: name, members: 1, waves: 1 }],
  };
}

function aStatus(name: string) {
  const { project, timestamp } = aPlanResult({ project: { name, id: name, environment: name } });
  const member = {
    address: `Instance/${name}/0`,
    scope,
    id: name,
    state: name,
    condition: 'Blocked' as const,
    reason: name,
    imageId: name,
    wantedImageId: name,
    createdAt: name,
    sizeGiB: 1,
    rollout: { updatingTo: name, since: name, previous: name, rejected: name },
    duplicates: [name, name],
    notes: [name],
  };
  const other = {
    address: name,
    scope,
    id: name,
    kind: 'orphan' as const,
    sizeGiB: 1,
    createdAt: name,
    keptBy: ['no-prune' as const],
  };
  const resource = {
    address: `Instance/${name}`.split('/').slice(0, 2).join('/'),
    members: 1,
    ready: 0,
    condition: 'Blocked' as const,
    reason: name,
    isSuspended: true,
  };
  return { project, timestamp, resources: [resource], members: [member], others: [other], apiCalls: {} };
}

function anImport(name: string): ImportResult {
  const { project, timestamp } = aPlanResult({ project: { name, id: name, environment: name } });
  const document = {
    apiVersion: 'tallyman.dev/v1' as const,
    kind: 'ImageSource' as const,
    metadata: { name, labels: { [name]: name } },
    spec: { owner: name, name },
  };
  const [written] = manifestTexts([document], 'as a test');
  return {
    project,
    timestamp,
    files: [{ path: null, documents: [document], text: written?.text ?? '' }],
    instances: 0,
    lock: { path: name, added: [], isWritten: false },
    skipped: [
      { kind: 'instance', id: name, scope: { account: name, region: name }, reason: 'image-gone', message: name },
    ],
    notes: [{ id: name, message: name }],
    diagnostics: [],
    projectText: null,
    apiCalls: {},
  };
}

function aDrift(name: string): DriftReport {
  const diagnostics = [
    aHostileDiagnostic(name),
    { ...aHostileDiagnostic(name), ruleId: 'drift/changed', key: 'other' },
  ];
  const trail = {
    operations: ['TagResources'],
    since: name,
    until: name,
    lastWrite: { at: name, operation: name, requestId: name, id: name },
    facts: [name],
  };
  const entries = diagnostics.map((diagnostic) => ({
    kind: 'changed' as const,
    address: `Instance/${name}`,
    scope: { account: name, region: name },
    id: name,
    message: name,
    fields: [{ field: name, wanted: name, found: { [name]: [name] } }],
    trail,
    diagnostic,
  }));
  const { project, timestamp } = aPlanResult({ project: { name, id: name, environment: name } });
  const told = { unchanged: [name], ignored: [name], apiCalls: {}, files: 1, rules: 1 };
  return {
    ...aCheckReport({ command: 'drift', diagnostics }),
    projectFile: `${name}/tallyman.yaml`,
    result: { project, timestamp, commit: null, entries, ...told },
    showsUnchanged: true,
  };
}

/** Every format of every command, over one hostile name. */
export async function renderedWith(
  name: string,
): Promise<readonly (readonly [command: string, format: string, text: string])[]> {
  const plain = { isColored: false };
  const of = async <Report>(
    command: string,
    formats: Readonly<Record<string, () => Promise<(report: Report, options: typeof plain) => string>>>,
    report: Report,
  ) =>
    Promise.all(
      Object.entries(formats).map(async ([format, load]) => [command, format, (await load())(report, plain)] as const),
    );
  return [
    ...(await of('lint', lintFormats, aLintReport(name))),
    ...(await of('plan', planFormats, aHostilePlan(name))),
    ...(await of('drift', driftFormats, aDrift(name))),
    ...(await of('apply', applyFormats, aHostileApply(name))),
    ...(await of('graph', graphFormats, aHostilePlan(name).result)),
    ...(await of('status', statusFormats, aStatus(name))),
    ...(await of('update', updateFormats, anUpdate(name))),
    ...(await of('import', importFormats, anImport(name))),
    ['import', 'text', importRemarks(anImport(name), plain)] as const,
  ];
}
