import type { DriftResult } from '../domain/drift.js';
import { type ExitCode, exitCode } from '../domain/errors.js';
import { type Diagnostic, hasAtLeast, type Severity } from '../domain/finding.js';
import type { ImportResult } from '../domain/imported.js';
import type { ActionOutcome, Outcome } from '../domain/outcome.js';
import { hasChanges, type Plan } from '../domain/plan.js';
import type { ApplyResult, LintResult, PlanResult, UpdateResult } from '../domain/result.js';

/**
 * What a process answers with, from the result alone and before anything is drawn. The first failing phase decides:
 * input, policy, stale plan, guard, execution, changes. A stale plan and what failed outright arrive as errors.
 */
export interface LintExitOptions {
  readonly failOn: Severity | 'none';
  /** Null: any number. */
  readonly maxWarnings: number | null;
}

export function lintExit(result: LintResult, { failOn, maxWarnings }: LintExitOptions): ExitCode {
  if (hasInputError(result.diagnostics)) return exitCode.input;
  if (failOn !== 'none' && hasAtLeast(result.diagnostics, failOn)) return exitCode.policy;
  if (maxWarnings !== null && result.summary.warnings > maxWarnings) return exitCode.policy;
  return exitCode.done;
}

/** Whether the manifests themselves are not usable: there is nothing to plan from. */
export function hasInputError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ isInputError, severity, waiver }) => {
    return isInputError && severity === 'error' && waiver === null;
  });
}

export function planExit(result: PlanResult, options: { readonly detailedExitcode: boolean }): ExitCode {
  const obstacle = obstacleExit(result);
  if (obstacle !== null) return obstacle;
  return options.detailedExitcode && hasChanges(result.plan) ? exitCode.changes : exitCode.done;
}

/** Policy is not asked: what differs is told, and whether it is allowed is another question. */
export function driftExit(result: DriftResult): ExitCode {
  return result.entries.length > 0 ? exitCode.changes : exitCode.done;
}

function obstacleExit(result: PlanResult): ExitCode | null {
  if (hasInputError(result.diagnostics)) return exitCode.input;
  if (hasAtLeast(result.diagnostics, 'error')) return exitCode.policy;
  return result.refusals.length > 0 ? exitCode.refused : null;
}

export function updateExit(result: UpdateResult): ExitCode {
  if (hasInputError(result.diagnostics)) return exitCode.input;
  if (hasAtLeast(result.diagnostics, 'error')) return exitCode.policy;
  const hasNews = result.changes.some(({ kind }) => kind !== 'unchanged');
  return result.isCheckOnly && hasNews ? exitCode.changes : exitCode.done;
}

export function applyExit(result: ApplyResult): ExitCode {
  const { plan } = result.plan;
  if (result.outcome !== null) return outcomeExit(result.outcome) || leftoverExit(plan);
  const obstacle = obstacleExit(result.plan);
  if (obstacle !== null) return obstacle;
  return hasChanges(plan) ? exitCode.refused : leftoverExit(plan);
}

/** Members that a plan has to leave as they are: on an image that failed there, or in the hands of another run. */
function leftoverExit({ notices }: Plan): ExitCode {
  if (notices.some(({ kind }) => kind === 'rejected')) return exitCode.partlyApplied;
  return notices.some(({ kind }) => kind === 'busy') ? exitCode.inProgress : exitCode.done;
}

function outcomeExit(outcome: Outcome): ExitCode {
  const has = (...statuses: readonly ActionOutcome['status'][]): boolean =>
    outcome.actions.some(({ status }) => statuses.includes(status));
  const isStopped = has('interrupted') || (outcome.interruptedBy !== null && has('not-attempted'));
  if (has('failed') || isStopped) {
    if (outcome.writes > 0 || outcome.actions.some(isHaltedRollout)) return exitCode.partlyApplied;
    if (!isStopped || outcome.interruptedBy === null) return exitCode.couldNotFinish;
    return outcome.interruptedBy === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
  }
  return has('in-progress', 'left-alone', 'not-attempted') ? exitCode.inProgress : exitCode.done;
}

/** A member that is not healthy holds its rollout back: earlier waves were written, if not by this run. */
function isHaltedRollout({ action, status }: ActionOutcome): boolean {
  if (status !== 'failed' || action.kind !== 'Wait') return false;
  return action.until.kind === 'instance-healthy' || action.until.kind === 'siblings-healthy';
}

/** What was named by its ID and is not written down: somebody counts on it. */
export function importExit({ skipped }: ImportResult, ids: readonly string[]): ExitCode {
  return skipped.some(({ id }) => ids.includes(id)) ? exitCode.couldNotFinish : exitCode.done;
}
