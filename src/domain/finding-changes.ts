import type { Diagnostic } from './finding.js';

/** How the findings of two runs differ; each list in the order of its run. */
export interface FindingChanges {
  /** Not in the run before. */
  readonly appeared: readonly Diagnostic[];
  /** In both, as of now: their lines may have moved. */
  readonly stayed: readonly Diagnostic[];
  /** As of the run before. */
  readonly disappeared: readonly Diagnostic[];
}

/**
 * Compares by key and severity, so that a finding stays the same when lines move. What is there several times under one
 * key is counted.
 */
export function findingChanges(before: readonly Diagnostic[], now: readonly Diagnostic[]): FindingChanges {
  const left = new Map<string, Diagnostic[]>();
  for (const diagnostic of before)
    left.set(identity(diagnostic), [...(left.get(identity(diagnostic)) ?? []), diagnostic]);
  const appeared: Diagnostic[] = [];
  const stayed: Diagnostic[] = [];
  for (const diagnostic of now) {
    (left.get(identity(diagnostic))?.shift() === undefined ? appeared : stayed).push(diagnostic);
  }
  const gone = new Set([...left.values()].flat());
  return { appeared, stayed, disappeared: before.filter((diagnostic) => gone.has(diagnostic)) };
}

function identity({ key, severity, at }: Diagnostic): string {
  return JSON.stringify([key, severity, at?.file ?? null]);
}
