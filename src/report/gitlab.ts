import type { Diagnostic, Severity } from '../domain/finding.js';
import { type CheckReport, counting } from './check-report.js';
import { renderJson } from './json.js';
import { sanitise } from './sanitise.js';
import { securitySeverity } from './security-severity.js';

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' };

/** From here on an error is a blocker. */
const blockerFrom = 9;

/** GitLab's code quality report. Fingerprints must be unique in it, and the same from run to run. */
export function renderGitlab(report: CheckReport): string {
  const occurrences = new Map<string, number>();
  const issues = counting(report.diagnostics).map((diagnostic) => {
    const occurrence = (occurrences.get(diagnostic.key) ?? 0) + 1;
    occurrences.set(diagnostic.key, occurrence);
    return {
      description: sanitise(diagnostic.message),
      check_name: sanitise(diagnostic.ruleId),
      fingerprint: `${diagnostic.key}-${occurrence}`,
      severity: severityOf(diagnostic),
      location: {
        path: sanitise(diagnostic.range?.file ?? report.projectFile),
        lines: { begin: diagnostic.range?.start.line ?? 1 },
      },
    };
  });
  return renderJson(issues);
}

function severityOf({ severity, ruleId }: Diagnostic): string {
  const isBlocker = severity === 'error' && Number(securitySeverity(ruleId) ?? 0) >= blockerFrom;
  return isBlocker ? 'blocker' : severities[severity];
}
