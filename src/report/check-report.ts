import type { DriftResult } from '../domain/drift.js';
import type { Diagnostic, RuleSeverity, Severity } from '../domain/finding.js';
import type { Refusal } from '../domain/plan.js';
import type { ApplyResult, AuditResult, CheckSummary, LintResult, PlanResult } from '../domain/result.js';

/** A rule as a report introduces it. */
export interface RuleDescription {
  /** `area/name`. */
  readonly id: string;
  /** What is wrong where it fails, one line, starting lower case, no full stop. */
  readonly summary: string;
  /** What it checks and why. */
  readonly description: string;
  /** Without any Policy; `off`: until a Policy asks for it. */
  readonly severity: RuleSeverity;
}

/** What is reported of a check, whichever command made it: all that the formats for machines look at. */
export interface CheckReport {
  /** `lint`, `plan`: it names the run. */
  readonly command: string;
  readonly toolVersion: string;
  /** Relative to the root of the repository, as the files of the diagnostics are: the place of what has no other. */
  readonly projectFile: string;
  /** That the work tree is at; null outside git. */
  readonly commit: string | null;
  /** Files that are not as they are in the commit; as those of the diagnostics, from the root of the repository. */
  readonly changedFiles: ReadonlySet<string>;
  /** Where a site shows the files of a commit: `https://github.com/OWNER/NAME/blob`; null where no such site is known. */
  readonly blobs: string | null;
  /** Waived ones too. */
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: CheckSummary;
  readonly refusals: readonly Refusal[];
  /** All that could have judged, whether they found something or not. */
  readonly rules: readonly RuleDescription[];
  readonly showsWaived: boolean;
  /** The least severity that fails the run. */
  readonly failOn: Severity | 'none';
  /** More warnings than this fail the run; null: any number is fine. */
  readonly maxWarnings: number | null;
}

export interface LintReport extends CheckReport {
  /** As made: its files are relative to the root of the project. */
  readonly result: LintResult;
}

export interface AuditReport extends CheckReport {
  readonly result: AuditResult;
}

export interface PlanReport extends CheckReport {
  readonly result: PlanResult;
  readonly showsUnchanged: boolean;
  /** What the reader may do next: a saved plan's path, nothing saved yet, or nothing to say (while applying). */
  readonly next: { readonly kind: 'saved'; readonly file: string } | { readonly kind: 'unsaved' } | null;
}

export interface DriftReport extends CheckReport {
  readonly result: DriftResult;
  readonly showsUnchanged: boolean;
}

export interface ApplyReport extends CheckReport {
  readonly result: ApplyResult;
  /** The words that were typed, `tallyman` first: the same go on. */
  readonly typed: readonly string[];
  /** What was told as JSON lines while it happened; '' where nobody asked for them. */
  readonly lines: string;
}

/** What a report counts: waived findings are exempt. */
export function counting(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ waiver }) => waiver === null);
}

/** Whether a finding is among those that fail the run. An input that cannot be used fails it at any threshold. */
export function isFailing({ failOn, maxWarnings, summary }: CheckReport, diagnostic: Diagnostic): boolean {
  const { severity, waiver, isInputError } = diagnostic;
  if (waiver !== null) return false;
  if (severity === 'error' && isInputError) return true;
  if (severity === 'warning' && maxWarnings !== null && summary.warnings > maxWarnings) return true;
  return failOn !== 'none' && rank[severity] >= rank[failOn];
}

const rank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** What a finding is about: its resource, else its file, else the project as a whole. */
export function objectOf({ address, range, at }: Diagnostic): string {
  return address ?? range?.file ?? at?.file ?? 'project';
}
