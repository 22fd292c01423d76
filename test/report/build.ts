import type {
  CopyImageAction,
  ReplaceSystemDiskAction,
  TagResourceAction,
  WaitAction,
} from '../../src/domain/action.js';
import type { Diagnostic } from '../../src/domain/finding.js';
import type { Refusal, ResourceChange } from '../../src/domain/plan.js';
import type { ApplyResult, PlanDocument, PlanResult } from '../../src/domain/result.js';
import type { ApplyReport, CheckReport, PlanReport } from '../../src/report/check-report.js';

export const scope = { account: 'prod', region: 'cn-hangzhou' };

export function aDiagnostic(given: Partial<Diagnostic> = {}): Diagnostic {
  return {
    ruleId: 'trust/copy-before-use',
    severity: 'warning',
    message: "`image` must name an ImageCopy: 'golden' belongs to account '1600000000000001'",
    hint: "Add an ImageCopy of 'golden' and name it here.",
    at: { file: 'manifests/web.yaml', document: 0, path: ['spec', 'image', 'imageSource'] },
    address: 'Instance/web',
    value: 'golden',
    waiver: null,
    decidedBy: null,
    isInputError: false,
    key: '0123456789abcdef0123456789abcdef',
    range: { file: 'manifests/web.yaml', start: { line: 14, column: 18 }, end: { line: 14, column: 24 } },
    excerpt: '    imageSource: golden',
    ...given,
  };
}

/** `column` from 1; `length` in UTF-16 units. */
export function rangeOf(column: number, length: number): NonNullable<Diagnostic['range']> {
  return { file: 'a.yaml', start: { line: 7, column }, end: { line: 7, column: column + length } };
}

export function aCopyAction(given: Partial<CopyImageAction> = {}): CopyImageAction {
  return {
    kind: 'CopyImage',
    id: 'a1',
    address: 'ImageCopy/web-base/cn-hangzhou',
    scope,
    dependsOn: [],
    class: null,
    reason: 'not_found',
    role: 'copy',
    from: { kind: 'id', imageId: 'm-golden1' },
    fromRegion: 'cn-hangzhou',
    sourceImageId: 'm-golden1',
    sourceOwner: '1600000000000001',
    imageName: 'web-base-ab12',
    description: null,
    encrypted: true,
    kmsKeyId: 'key-hangzhou',
    resourceGroupId: null,
    tags: {},
    sizeGiB: 40,
    ...given,
  };
}

export function aReplaceAction(given: Partial<ReplaceSystemDiskAction> = {}): ReplaceSystemDiskAction {
  return {
    kind: 'ReplaceSystemDisk',
    id: 'a2',
    address: 'Instance/batch/0',
    scope,
    dependsOn: ['a1'],
    class: 'replace-system-disk',
    reason: 'image_differs',
    instanceId: 'i-1',
    diskId: 'd-1',
    image: { kind: 'copy', address: 'ImageCopy/web-base/cn-hangzhou', imageName: 'web-base-ab12' },
    sizeGiB: 40,
    encrypted: null,
    kmsKeyId: null,
    keyPairName: null,
    passwordInherit: false,
    ...given,
  };
}

export function aSealAction(given: Partial<TagResourceAction> = {}): TagResourceAction {
  return {
    kind: 'TagResource',
    id: 'a3',
    address: 'Instance/web/0',
    scope,
    dependsOn: [],
    class: null,
    reason: 'seal',
    target: { type: 'instance', id: 'i-2' },
    tags: {},
    mark: null,
    ...given,
  };
}

export function aCopyWait(): WaitAction {
  const until = { kind: 'image-available' as const, imageId: null, imageName: 'web-base-ab12' };
  return aHealthWait({ address: 'ImageCopy/web-base/cn-hangzhou', reason: 'until_available', until });
}

export function aHealthWait(given: Partial<WaitAction> = {}): WaitAction {
  return {
    kind: 'Wait',
    id: 'a4',
    address: 'Instance/web/0',
    scope,
    dependsOn: [],
    class: null,
    reason: 'until_healthy',
    until: {
      kind: 'instance-healthy',
      instanceId: 'i-2',
      image: { kind: 'id', imageId: 'm-1' },
      minReadySeconds: 60,
      health: { instanceStatus: { timeoutSeconds: 900, periodSeconds: 5, successes: 1 }, probes: [] },
      onFailure: 'Halt',
    },
    ...given,
  };
}

export function aChange(given: Partial<ResourceChange> = {}): ResourceChange {
  return {
    address: 'ImageCopy/web-base/cn-hangzhou',
    type: 'image_copy',
    scope,
    id: null,
    verb: 'create',
    before: null,
    after: { image_name: 'web-base-ab12', encrypted: true },
    afterUnknown: ['image_id'],
    reason: 'not_found',
    class: null,
    wave: null,
    ...given,
  };
}

export function aReplacement(given: Partial<ResourceChange> = {}): ResourceChange {
  return aChange({
    address: 'Instance/batch/0',
    type: 'instance',
    id: 'i-1',
    verb: 'replace',
    before: { image_id: 'm-0', instance_type: 'ecs.g7.large' },
    after: { instance_type: 'ecs.g7.large' },
    afterUnknown: ['image_id'],
    reason: 'image_differs',
    class: 'replace-system-disk',
    wave: { number: 1, of: 1 },
    ...given,
  });
}

/** `plan` may be given in parts; everything else is empty and applyable. */
export function aPlanResult(
  given: Partial<Omit<PlanResult, 'plan'>> & { readonly plan?: Partial<PlanResult['plan']> } = {},
): PlanResult {
  const plan = { actions: [], changes: [], notices: [], findings: [], refusals: [], ...given.plan };
  return {
    project: { name: 'web-platform', id: 'k3v9x2ab', environment: null },
    targets: [{ account: 'prod', accountId: '1600000000000002', regions: ['cn-hangzhou'] }],
    timestamp: '2026-01-02T00:00:00Z',
    commit: null,
    inputs: {},
    diagnostics: [],
    check: { errors: 0, warnings: 0, infos: 0, waived: 0, skipped: 0, files: 2, rules: 30 },
    refusals: [],
    isApplyable: true,
    purpose: 'apply',
    rehearsal: null,
    observedDigest: 'sha256:00',
    apiCalls: { DescribeImages: 2, DescribeInstances: 1 },
    document: aDocument(),
    lineage: { nodes: [], edges: [] },
    ...given,
    plan,
  };
}

export function aDocument(given: Partial<PlanDocument> = {}): PlanDocument {
  return {
    format_version: '1.0',
    tallyman_version: '0.1.0',
    timestamp: '2026-01-02T00:00:00Z',
    errored: false,
    applyable: true,
    environment: null,
    project: { name: 'web-platform', id: 'k3v9x2ab' },
    check: { errors: 0, warnings: 0, infos: 0, waived: 0, skipped: 0, files: 2, rules: 30 },
    targets: [],
    commit: null,
    inputs: {},
    observed_digest: 'sha256:00',
    plan_digest: 'sha256:11',
    api_calls: {},
    scope: { targets: [], excludes: [] },
    options: {},
    actions: [],
    resource_changes: [
      {
        address: 'Instance/batch/0',
        type: 'instance',
        name: 'batch',
        account: 'prod',
        region: 'cn-hangzhou',
        id: 'i-1',
        class: 'replace-system-disk',
        wave: { number: 1, of: 1 },
        change: {
          actions: ['delete', 'create'],
          before: {},
          after: {},
          after_unknown: { image_id: true },
          replace_paths: [['image_id']],
        },
        action_reason: 'image_differs',
      },
    ],
    resource_drift: [],
    notices: [],
    lineage: { nodes: [], edges: [] },
    findings: [],
    refusals: [],
    summary: { create: 0, update: 0, replace: 0, delete: 0, adopt: 0, forget: 0, no_op: 0 },
    ...given,
  };
}

/** Of `lint`, with one rule of each kind; failing at errors. */
export function aCheckReport(given: Partial<CheckReport> = {}): CheckReport {
  return {
    command: 'lint',
    toolVersion: '0.1.0',
    projectFile: 'tallyman.yaml',
    commit: null,
    changedFiles: new Set(),
    blobs: null,
    diagnostics: [],
    summary: { errors: 0, warnings: 0, infos: 0, waived: 0, skipped: 0, files: 2, rules: 30 },
    refusals: [],
    rules: [
      {
        id: 'trust/copy-before-use',
        summary: 'an instance runs from an image that its owner can take away',
        description: 'Whoever owns an image can delete it.',
        severity: 'warning',
      },
      {
        id: 'region/allowed',
        summary: 'a region is not allowed',
        description: 'Where things may be.',
        severity: 'off',
      },
    ],
    showsWaived: false,
    failOn: 'error',
    maxWarnings: null,
    ...given,
  };
}

export const aWaiver = {
  name: 'legacy',
  reason: 'moves in March, ticket 4711',
  approvedBy: 'sec',
  expires: '2026-03-31',
};

export function aRefusal(given: Partial<Refusal> = {}): Refusal {
  return {
    reason: 'class-not-allowed',
    class: 'delete',
    addresses: ['Instance/web/1'],
    summary: 'delete is not allowed',
    hint: 'Allow it:\n  tallyman plan --allow delete',
    ...given,
  };
}

export function aPlanReport(result: PlanResult, given: Partial<PlanReport> = {}): PlanReport {
  const { diagnostics, check, refusals, commit } = result;
  const facts = { command: 'plan', diagnostics, summary: check, refusals, commit };
  return { ...aCheckReport(facts), result, showsUnchanged: false, next: { kind: 'unsaved' }, ...given };
}

export function anApplyReport(given: Partial<ApplyResult> = {}): ApplyReport {
  const result = { plan: aPlanResult(), outcome: null, isApproved: true, ...given };
  const { diagnostics, check, refusals } = result.plan;
  const facts = { command: 'apply', diagnostics, summary: check, refusals };
  return { ...aCheckReport(facts), result, typed: ['tallyman', 'apply', 'p.json'], lines: '' };
}
