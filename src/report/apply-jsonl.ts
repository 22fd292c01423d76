import type { Diagnostic, Severity } from '../domain/finding.js';
import type { ActionOutcome, ActionStatus } from '../domain/outcome.js';
import type { PlanDocumentChange } from '../domain/result.js';
import { actionText } from './action-text.js';
import type { ApplyReport, CheckReport } from './check-report.js';
import { diagnosticJson } from './diagnostic-json.js';
import { renderJsonLine } from './json.js';
import { sanitise } from './sanitise.js';
import { count } from './words.js';

/** One line: what every line has, and what its type adds. */
interface Entry {
  readonly type: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: object;
}

/** The result line by line, in the shape of `terraform apply -json`. Every line has the time of the plan. */
export function renderApplyJsonl(report: ApplyReport): string {
  const { plan, outcome } = report.result;
  const changes = plan.document.resource_changes.filter(({ change }) => !change.actions.includes('no-op'));
  const entries = [
    versionEntry(report),
    ...changes.map(plannedEntry),
    ...report.diagnostics.map(diagnosticEntry),
    ...report.refusals.map(({ summary, hint, reason, addresses }): Entry => {
      const fields = { refusal: { reason, addresses, summary, hint } };
      return { type: 'diagnostic', level: 'error', message: summary, fields };
    }),
    ...(outcome?.actions ?? []).flatMap(actionEntries),
    summaryEntry(report),
  ];
  return linesOf(entries, plan.timestamp);
}

/** What is wrong with manifests that nothing can be applied from. */
export function renderUnusableJsonl(report: CheckReport): string {
  return linesOf([versionEntry(report), ...report.diagnostics.map(diagnosticEntry)], null);
}

function linesOf(entries: readonly Entry[], timestamp: string | null): string {
  return entries
    .map(({ type, level, message, fields }) => {
      const time = timestamp === null ? {} : { '@timestamp': timestamp };
      return renderJsonLine({ type, '@level': level, '@message': sanitise(message), ...time, ...fields });
    })
    .join('');
}

function versionEntry({ toolVersion }: CheckReport): Entry {
  const fields = { format_version: '1.0', tallyman_version: toolVersion };
  return { type: 'version', level: 'info', message: `tallyman ${toolVersion}`, fields };
}

function plannedEntry({ address, change, action_reason }: PlanDocumentChange): Entry {
  const { actions } = change;
  const fields = { change: { address, actions, reason: action_reason } };
  return { type: 'planned_change', level: 'info', message: `${address}: plan to ${actions.join(' and ')}`, fields };
}

const levels: Readonly<Record<Severity, Entry['level']>> = { error: 'error', warning: 'warn', info: 'info' };

function diagnosticEntry(diagnostic: Diagnostic): Entry {
  const { ruleId, severity, message } = diagnostic;
  const fields = { diagnostic: diagnosticJson(diagnostic) };
  return { type: 'diagnostic', level: levels[severity], message: `${ruleId}: ${message}`, fields };
}

/** Statuses of actions that were begun, and how each ended. */
const endings: Readonly<Partial<Record<ActionStatus, 'apply_complete' | 'apply_errored'>>> = {
  done: 'apply_complete',
  unchanged: 'apply_complete',
  failed: 'apply_errored',
  interrupted: 'apply_errored',
};

function actionEntries({ action, status, id, message, apiCode, requestId }: ActionOutcome): readonly Entry[] {
  if (status === 'not-attempted' || status === 'left-alone') return [];
  const hook = { id: action.id, kind: action.kind, address: action.address };
  const what = `${action.address}: ${actionText(action)}`;
  const start: Entry = { type: 'apply_start', level: 'info', message: `${what} started`, fields: { hook } };
  const type = endings[status];
  if (type === undefined) return [start];
  const cause = message === null || message === '' ? '' : `: ${message}`;
  return [
    start,
    {
      type,
      level: type === 'apply_errored' ? 'error' : 'info',
      message: `${what} ${status}${cause}`,
      fields: { hook: { ...hook, status, subject_id: id, api_code: apiCode, request_id: requestId } },
    },
  ];
}

function summaryEntry({ result: { outcome, plan } }: ApplyReport): Entry {
  const actions = outcome?.actions ?? [];
  const amount = (status: ActionStatus): number => actions.filter((action) => action.status === status).length;
  const changes = {
    done: amount('done'),
    unchanged: amount('unchanged'),
    failed: amount('failed'),
    interrupted: amount('interrupted'),
    in_progress: amount('in-progress'),
    left_alone: amount('left-alone'),
    not_attempted: outcome === null ? plan.plan.actions.length : amount('not-attempted'),
    writes: outcome?.writes ?? 0,
  };
  const message = `Apply: ${changes.done} of ${count(plan.plan.actions.length, 'action')} done, ${changes.failed} failed.`;
  return { type: 'change_summary', level: 'info', message, fields: { changes } };
}
