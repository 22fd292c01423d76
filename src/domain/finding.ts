import type { Address } from './address.js';
import { compareText } from './address.js';
import { canonicalJson, sha256Hex } from './digest.js';
import type { Origin, Range } from './origin.js';

export type Severity = 'error' | 'warning' | 'info';

/** How a Policy may set a rule. */
export type RuleSeverity = Severity | 'off';

/** The exemption under which a finding does not count. */
export interface WaiverNote {
  readonly name: string;
  readonly reason: string;
  readonly approvedBy: string;
  /** `YYYY-MM-DD`. */
  readonly expires: string;
}

/** One place where a rule fails. A value: collected and sorted, never thrown. */
export interface Finding {
  /** `area/name`. */
  readonly ruleId: string;
  readonly severity: Severity;
  /** What is wrong with which value, one line, no full stop. */
  readonly message: string;
  /** A sentence that says what to do now. */
  readonly hint: string;
  /** Where it was written; null for what only the cloud shows. */
  readonly at: Origin | null;
  /** Which part of the value at that place: offsets in its text, `end` exclusive. Absent: the whole. */
  readonly within?: { readonly start: number; readonly end: number };
  readonly address: Address | null;
  /** The offending value as text; part of the key. */
  readonly value: string;
  readonly waiver: WaiverNote | null;
  /** `Policy/NAME` that decided the severity, or `command line`; null where it is what it is without any Policy. */
  readonly decidedBy: string | null;
  /** Whether the manifest is unusable (exit 4) rather than against policy (exit 3). */
  readonly isInputError: boolean;
}

/** A finding with its place in the text, ready to be shown. `key` stays the same when lines move. */
export interface Diagnostic extends Finding {
  readonly key: string;
  readonly range: Range | null;
  /** The lines of the file that the range covers (first only); null without a range. */
  readonly excerpt: string | null;
}

/** What makes two findings one though lines moved: rule, address, field and offending value. */
export function findingKey(finding: Finding): string {
  const { ruleId, address, at, value } = finding;
  return sha256Hex(canonicalJson([ruleId, address, at?.path ?? [], value])).slice(0, 32);
}

/** File, line, column, rule; what has no file comes last, by address. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.range === null || b.range === null) {
    if (a.range !== b.range) return a.range === null ? 1 : -1;
    return compareText(a.address ?? '', b.address ?? '') || compareText(a.ruleId, b.ruleId);
  }
  return (
    compareText(a.range.file, b.range.file) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.message, b.message)
  );
}

/** Whether an unwaived finding of this severity or worse is there. */
export function hasAtLeast(findings: readonly Finding[], severity: Severity): boolean {
  return findings.some((finding) => finding.waiver === null && rank(finding.severity) >= rank(severity));
}

function rank(severity: Severity): number {
  return { info: 0, warning: 1, error: 2 }[severity];
}
