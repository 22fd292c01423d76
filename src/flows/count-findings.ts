import type { Finding } from '../domain/finding.js';
import type { CheckSummary } from '../domain/result.js';

/** Waived findings are counted apart, and no longer by severity. */
export function countFindings(
  findings: readonly Finding[],
): Pick<CheckSummary, 'errors' | 'warnings' | 'infos' | 'waived'> {
  const counting = findings.filter((finding) => finding.waiver === null);
  const count = (severity: Finding['severity']) => counting.filter((finding) => finding.severity === severity).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    waived: findings.length - counting.length,
  };
}
