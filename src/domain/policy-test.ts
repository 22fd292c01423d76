import type { Diagnostic, Severity } from './finding.js';

/** A finding that a case asks for; what is null does not matter. */
export interface ExpectedFinding {
  readonly rule: string;
  readonly address: string;
  readonly severity: Severity | null;
  /** The message, or a part of it. */
  readonly message: string | null;
}

export interface FoundFinding {
  readonly rule: string;
  readonly address: string;
  readonly severity: Severity;
  readonly message: string;
}

/** How one case went: it passes where nothing is missing and nothing is there beside what it asks for. */
export interface PolicyTestCase {
  /** Relative to the project root. */
  readonly file: string;
  /** Name of the document. */
  readonly test: string;
  readonly name: string;
  readonly missing: readonly ExpectedFinding[];
  readonly unexpected: readonly FoundFinding[];
}

export interface PolicyTestResult {
  readonly cases: readonly PolicyTestCase[];
  /** What makes policies or cases unusable, with places: then nothing was run. */
  readonly diagnostics: readonly Diagnostic[];
}

export function hasPassed({ missing, unexpected }: PolicyTestCase): boolean {
  return missing.length === 0 && unexpected.length === 0;
}
