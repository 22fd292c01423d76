import { describe, expect, it } from 'vitest';
import { applyExit, lintExit, planExit, updateExit } from '../../src/cli/exit-code.js';
import type { Diagnostic } from '../../src/domain/finding.js';
import type { ActionOutcome, ActionStatus, Outcome } from '../../src/domain/outcome.js';
import type { Refusal } from '../../src/domain/plan.js';
import type { LintResult, UpdateResult } from '../../src/domain/result.js';
import { aCopyAction, aDiagnostic, aHealthWait, aPlanResult } from '../report/build.js';

const waiver = { name: 'w', reason: 'r', approvedBy: 'a', expires: '2026-12-31' };
const warning = aDiagnostic();
const error = aDiagnostic({ severity: 'error' });
const info = aDiagnostic({ severity: 'info' });
const waived = aDiagnostic({ severity: 'error', waiver });
const input = aDiagnostic({ severity: 'error', isInputError: true });
const refusal: Refusal = { reason: 'removal-budget', class: 'delete', addresses: [], summary: '', hint: '' };
const actions = [aCopyAction()];

function linted(...diagnostics: readonly Diagnostic[]): LintResult {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const summary = { errors: 0, warnings, infos: 0, waived: 0, skipped: 0, files: 1, rules: 1 };
  return { diagnostics, summary };
}

describe('lint', () => {
  it.each([
    ['nothing found', [], 'error', null, 0],
    ['a warning', [warning], 'error', null, 0],
    ['an error', [error], 'error', null, 3],
    ['a waived error', [waived], 'error', null, 0],
    ['a warning that fails', [warning], 'warning', null, 3],
    ['an info that fails', [info], 'info', null, 3],
    ['an error that does not fail', [error], 'none', null, 0],
    ['as many warnings as allowed', [warning, warning], 'error', 2, 0],
    ['a warning too many', [warning, warning], 'error', 1, 3],
    ['a manifest that is not usable', [input, error], 'error', null, 4],
    ['the same where nothing fails', [input], 'none', null, 4],
  ] as const)('with %s', (_what, diagnostics, failOn, maxWarnings, code) => {
    expect(lintExit(linted(...diagnostics), { failOn, maxWarnings })).toBe(code);
  });
});

describe('plan', () => {
  it.each([
    ['no changes', aPlanResult(), true, 0],
    ['changes', aPlanResult({ plan: { actions } }), false, 0],
    ['changes that the caller asks about', aPlanResult({ plan: { actions } }), true, 2],
    ['a policy error before changes', aPlanResult({ plan: { actions }, diagnostics: [error] }), true, 3],
    ['a policy error before a guard', aPlanResult({ diagnostics: [error], refusals: [refusal] }), true, 3],
    ['a guard before changes', aPlanResult({ plan: { actions }, refusals: [refusal] }), true, 8],
    ['input before policy', aPlanResult({ diagnostics: [error, input] }), true, 4],
    ['a waived error', aPlanResult({ diagnostics: [waived] }), true, 0],
  ] as const)('with %s', (_what, result, detailedExitcode, code) => {
    expect(planExit(result, { detailedExitcode })).toBe(code);
  });
});

describe('update', () => {
  const base: UpdateResult = { lockFile: 'l', changes: [], diagnostics: [], isWritten: false, isCheckOnly: true };
  const changed = { source: 's', region: 'r', kind: 'changed' as const, before: null, after: null };

  it.each([
    ['nothing newer', base, 0],
    ['something newer', { ...base, changes: [changed] }, 2],
    ['nothing but what stays', { ...base, changes: [{ ...changed, kind: 'unchanged' as const }] }, 0],
    ['something newer that is written', { ...base, changes: [changed], isCheckOnly: false, isWritten: true }, 0],
    ['a source that cannot be resolved', { ...base, changes: [changed], diagnostics: [error] }, 3],
    ['a source without owner', { ...base, diagnostics: [input] }, 4],
  ] as const)('with %s', (_what, result, code) => {
    expect(updateExit(result)).toBe(code);
  });
});

describe('apply', () => {
  const outcomes = (statuses: readonly ActionStatus[]): readonly ActionOutcome[] =>
    statuses.map((status) => {
      return { action: aCopyAction(), status, id: null, message: null, hint: null, apiCode: null, requestId: null };
    });
  const plan = aPlanResult({ plan: { actions } });

  it.each([
    ['everything done', ['done', 'unchanged'], 3, null, 0],
    ['a copy that goes on', ['done', 'in-progress', 'not-attempted'], 1, null, 6],
    ['something that another run does', ['left-alone'], 0, null, 6],
    ['a failure before any write', ['failed', 'not-attempted'], 0, null, 1],
    ['a failure after a write', ['done', 'failed'], 1, null, 7],
    ['a failure beside a copy that goes on', ['in-progress', 'failed'], 1, null, 7],
    ['SIGINT before any write', ['interrupted', 'not-attempted'], 0, 'SIGINT', 130],
    ['SIGTERM before any write', ['not-attempted'], 0, 'SIGTERM', 143],
    ['SIGINT after a write', ['done', 'not-attempted'], 1, 'SIGINT', 7],
    ['SIGINT when all was done', ['done'], 1, 'SIGINT', 0],
  ] as const)('with %s', (_what, statuses, writes, interruptedBy, code) => {
    const outcome: Outcome = { actions: outcomes(statuses), writes, interruptedBy };
    expect(applyExit({ plan, outcome, isApproved: true })).toBe(code);
  });

  it('calls a rollout that halts partly applied, even where this run wrote nothing', () => {
    const actions = outcomes(['failed']).map((each) => ({ ...each, action: aHealthWait() }));
    const outcome: Outcome = { actions, writes: 0, interruptedBy: null };
    expect(applyExit({ plan, outcome, isApproved: true })).toBe(7);
  });

  it.each([
    ['nothing to do', aPlanResult(), false, 0],
    ['nobody who approved', plan, false, 8],
    ['a policy error', aPlanResult({ plan: { actions }, diagnostics: [error], isApplyable: false }), false, 3],
    ['a guard', aPlanResult({ plan: { actions }, refusals: [refusal], isApplyable: false }), false, 8],
    ['an error although there is nothing to do', aPlanResult({ diagnostics: [error], isApplyable: false }), false, 3],
  ] as const)('with %s', (_what, result, isApproved, code) => {
    expect(applyExit({ plan: result, outcome: null, isApproved })).toBe(code);
  });
});
