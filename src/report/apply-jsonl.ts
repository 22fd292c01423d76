import type { Action } from '../domain/action.js';
import type { Diagnostic, Severity } from '../domain/finding.js';
import type { ActionOutcome, ActionStatus } from '../domain/outcome.js';
import type { ProgressEvent } from '../domain/progress.js';
import type { ApplyResult, PlanDocumentChange, PlanResult } from '../domain/result.js';
import { actionText } from './action-text.js';
import type { CheckReport } from './check-report.js';
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

/** What begins an apply, in the shape of `terraform apply -json`: the version, and the plan with all that is said of it. */
export function renderPlannedJsonl(report: CheckReport, plan: PlanResult): string {
  const changes = plan.document.resource_changes.filter(({ change }) => !change.actions.includes('no-op'));
  const refusals = report.refusals.map(({ summary, hint, reason, addresses }): Entry => {
    const fields = { refusal: { reason, addresses, summary, hint } };
    return { type: 'diagnostic', level: 'error', message: summary, fields };
  });
  const entries = [
    versionEntry(report),
    ...changes.map(plannedEntry),
    ...report.diagnostics.map(diagnosticEntry),
    ...refusals,
  ];
  return linesOf(entries, plan.timestamp);
}

/** An action that begins or ends; '' for what lies between, and for what was never begun. */
export function renderEventJsonl({ kind, action, outcome, atMs }: ProgressEvent): string {
  if (kind === 'progress' || kind === 'skipped') return '';
  return linesOf([outcome === null ? startEntry(action) : endEntry(outcome)], new Date(atMs).toISOString());
}

/** The last line. */
export function renderSummaryJsonl(result: ApplyResult, time: string): string {
  return linesOf([summaryEntry(result)], time);
}

/** What is wrong with manifests that nothing can be applied from. */
export function renderUnusableJsonl(report: CheckReport): string {
  return linesOf([versionEntry(report), ...report.diagnostics.map(diagnosticEntry)], null);
}

function linesOf(entries: readonly Entry[], time: string | null): string {
  return entries
    .map(({ type, level, message, fields }) => {
      const at = time === null ? {} : { '@timestamp': time };
      return renderJsonLine({ type, '@level': level, '@message': sanitise(message), ...at, ...fields });
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

function hookOf({ id, kind, address }: Action): object {
  return { id, kind, address };
}

function startEntry(action: Action): Entry {
  const message = `${action.address}: ${actionText(action)} started`;
  return { type: 'apply_start', level: 'info', message, fields: { hook: hookOf(action) } };
}

function endEntry({ action, status, id, message, apiCode, requestId }: ActionOutcome): Entry {
  const isErrored = status === 'failed' || status === 'interrupted';
  const cause = message === null || message === '' ? '' : `: ${message}`;
  return {
    type: isErrored ? 'apply_errored' : 'apply_complete',
    level: isErrored ? 'error' : 'info',
    message: `${action.address}: ${actionText(action)} ${status}${cause}`,
    fields: { hook: { ...hookOf(action), status, subject_id: id, api_code: apiCode, request_id: requestId } },
  };
}

function summaryEntry({ outcome, plan }: ApplyResult): Entry {
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
