import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderApplyHtml, renderCheckHtml, renderPlanHtml } from '../../src/report/html/pages.js';
import { renderDriftHtml } from '../../src/report/html/drift-page.js';
import { renderStatusHtml } from '../../src/report/html/status-page.js';
import {
  aCheckReport,
  aCopyAction,
  aDiagnostic,
  anApplyReport,
  aPlanReport,
  aRefusal,
  aReplaceAction,
  scope,
} from '../report/build.js';
import { aLargePlan } from '../report/large-plan.js';

/** Pages as files, in a folder of their own. */
export class PageFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tallyman-pages-'));

  write(name: string, text: string, extension: 'html' | 'svg' = 'html'): string {
    const file = join(this.#folder, `${name}.${extension}`);
    writeFileSync(file, text);
    return file;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const links = { commit: '3f2c1ab4d5e6', blobs: 'https://github.com/web/fleet/blob' };

export function planPage(changes: number): string {
  return renderPlanHtml(aPlanReport(aLargePlan(changes), links));
}

/** Everything that a page of a plan can show, at once. */
export function refusedPage(): string {
  const plan = aLargePlan(20);
  const share = { type: 'image_share' as const, scope, id: 'm-golden1', before: null, after: null, afterUnknown: [] };
  const at = (uid: string): string => `ImageShare/golden-to-prod/cn-hangzhou/${uid}`;
  const changes = [
    { ...share, address: at('1600000000000002'), verb: 'create', reason: 'not_shared', class: null, wave: null },
    { ...share, address: at('1600000000000009'), verb: 'delete', reason: 'not_listed', class: 'unshare', wave: null },
    ...plan.plan.changes,
  ] as const;
  const notices = [
    { kind: 'orphan', address: 'Instance/old/0', scope, id: 'i-9', message: 'no manifest wants it' },
  ] as const;
  const refusals = [aRefusal()];
  const diagnostics = [...Array(7).keys()].map((index) =>
    aDiagnostic({
      severity: index === 0 ? 'error' : 'warning',
      key: `${index}`.repeat(32),
      address: 'Instance/web-0/0',
    }),
  );
  const check = { ...plan.check, errors: 1, warnings: 6, infos: 0 };
  const result = {
    ...plan,
    plan: { ...plan.plan, changes, notices },
    refusals,
    diagnostics,
    check,
    isApplyable: false,
  };
  return renderPlanHtml(aPlanReport(result, links));
}

export function lintPage(): string {
  const { diagnostics, check } = aLargePlan(2000);
  return renderCheckHtml(aCheckReport({ ...links, diagnostics, summary: check }));
}

export function applyPage(): string {
  const done = {
    action: aCopyAction(),
    status: 'done' as const,
    id: 'm-1',
    message: null,
    hint: null,
    apiCode: null,
    requestId: null,
  };
  const failed = {
    ...done,
    action: aReplaceAction({ address: 'Instance/web-0/0' }),
    status: 'failed' as const,
    message: 'the stock is used up',
    hint: 'Try again later.',
    apiCode: 'OperationDenied.NoStock',
    requestId: '0E5C6A7E-1B7F-4C8E-9D8A-1F0B3C2D4E5F',
  };
  const rest = { ...done, status: 'not-attempted' as const, id: null };
  const actions = [done, failed, rest, rest, { ...done, status: 'in-progress' as const }, done];
  return renderApplyHtml(anApplyReport({ plan: aLargePlan(10), outcome: { actions, writes: 2, interruptedBy: null } }));
}

export function statusPage(): string {
  const conditions = ['Ready', 'Blocked', 'Drifted', 'Progressing', 'Ready', 'Ready', 'Ready'] as const;
  const { project, timestamp } = aLargePlan(1);
  return renderStatusHtml({
    project,
    timestamp,
    resources: [
      {
        address: 'Instance/web',
        members: 7,
        ready: 4,
        condition: 'Blocked',
        reason: 'RolloutHalted',
        isSuspended: false,
      },
    ],
    members: conditions.map((condition, ordinal) => ({
      address: `Instance/web/${ordinal}`,
      scope,
      id: `i-bp1example000${ordinal}`,
      state: 'Running',
      condition,
      reason: condition === 'Ready' ? 'UpToDate' : 'ImageDiffers',
      imageId: 'm-bp1example0001',
      wantedImageId: condition === 'Ready' ? 'm-bp1example0001' : 'm-bp1example0002',
      createdAt: '2025-12-01T00:00:00Z',
      sizeGiB: 40,
      rollout: null,
      duplicates: [],
      notes: condition === 'Blocked' ? ['the image was rejected before'] : [],
    })),
    others: [
      {
        address: 'ImageCopy/web-base/cn-hangzhou',
        scope,
        id: 'm-bp1example0000',
        kind: 'superseded',
        sizeGiB: 40,
        createdAt: '2025-11-01T00:00:00Z',
        keptBy: ['history'],
      },
    ],
    apiCalls: {},
  });
}

export const hugePage = 'a plan of 2,000 changes';

/** One thing of each kind that drift can be. */
export function driftPage(): string {
  const { project, timestamp } = aLargePlan(1);
  const kinds = ['changed', 'missing', 'unexpected', 'unfinished', 'finding', 'changed'] as const;
  const trail = { operations: ['StopInstance'], since: null, until: timestamp, lastWrite: null, facts: [] };
  const entries = kinds.map((kind, ordinal) => ({
    kind,
    address: `Instance/web/${ordinal}`,
    scope,
    id: kind === 'missing' ? null : `i-bp1example000${ordinal}`,
    message: 'it is otherwise',
    fields: kind === 'changed' ? [{ field: 'instance_type', wanted: 'ecs.g7.large', found: 'ecs.g7.xlarge' }] : [],
    trail,
    diagnostic: aDiagnostic({ severity: 'error', ruleId: `drift/${kind}` }),
  }));
  const counts = { apiCalls: {}, files: 2, rules: 5 };
  const result = { project, timestamp, commit: null, entries, unchanged: ['Instance/batch/0'], ignored: [], ...counts };
  const diagnostics = entries.map(({ diagnostic }) => diagnostic);
  return renderDriftHtml({
    ...aCheckReport({ ...links, command: 'drift', diagnostics }),
    result,
    showsUnchanged: true,
  });
}

export const pages: Readonly<Record<string, () => string>> = {
  'a plan of 3 changes': () => planPage(3),
  'a plan of 200 changes': () => planPage(200),
  [hugePage]: () => planPage(2000),
  'a plan that is refused': refusedPage,
  'a lint': lintPage,
  'an apply': applyPage,
  'a status': statusPage,
  'a drift': driftPage,
};
