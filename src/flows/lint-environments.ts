import { compareDiagnostics, type Diagnostic } from '../domain/finding.js';
import type { LintResult } from '../domain/result.js';
import type { JudgedProject } from './base.js';
import { countFindings } from './count-findings.js';
import { lint, type LintOptions } from './lint.js';

/**
 * Lints a project in each of its environments. What is wrong in all of them is said once; what is wrong in some is said
 * once as well, with their names.
 */
export function lintEnvironments(projects: readonly JudgedProject[], options: LintOptions): LintResult {
  const results = projects.map((project) => lint(project, options));
  const [first] = results;
  if (first === undefined) throw new Error('a project is read at least once');
  if (results.length === 1) return first;
  const seen = new Map<string, Seen>();
  for (const [index, { diagnostics }] of results.entries()) {
    for (const diagnostic of diagnostics) note(seen, diagnostic, projects[index]?.environment ?? '');
  }
  const diagnostics = [...seen.values()].map((one) => named(one, results.length)).sort(compareDiagnostics);
  return {
    diagnostics,
    summary: {
      ...countFindings(diagnostics),
      skipped: results.reduce((sum, { summary }) => sum + summary.skipped, 0),
      rules: Math.max(...results.map(({ summary }) => summary.rules)),
      files: new Set(projects.flatMap(({ sources }) => sources.map(({ file }) => file))).size,
    },
  };
}

interface Seen {
  readonly diagnostic: Diagnostic;
  readonly environments: Set<string>;
}

function note(seen: Map<string, Seen>, diagnostic: Diagnostic, environment: string): void {
  const { key, severity, message, at, waiver } = diagnostic;
  const sameness = JSON.stringify([key, severity, message, at, waiver?.name]);
  const known = seen.get(sameness) ?? { diagnostic, environments: new Set() };
  known.environments.add(environment);
  seen.set(sameness, known);
}

function named({ diagnostic, environments }: Seen, of: number): Diagnostic {
  if (environments.size === of) return diagnostic;
  const names = [...environments].join(', ');
  const word = environments.size === 1 ? 'environment' : 'environments';
  return { ...diagnostic, message: `${diagnostic.message} (${word} ${names})` };
}
