import type { LintResult } from '../domain/result.js';
import { diagnosticJson } from './diagnostic-json.js';
import { renderJson } from './json.js';

export function renderLintJson(result: LintResult): string {
  return renderJson(lintDocument(result));
}

/** Waived findings are among the diagnostics, with their waiver. */
export function lintDocument(result: LintResult): object {
  const { errors, warnings, infos, waived, skipped, files, rules } = result.summary;
  return {
    format_version: '1.0',
    valid: errors === 0,
    summary: { errors, warnings, infos, waived, skipped, files, rules },
    diagnostics: result.diagnostics.map(diagnosticJson),
  };
}
