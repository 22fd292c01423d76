import type { LintResult } from '../domain/result.js';
import { diagnose } from '../manifest/locate.js';
import type { ReadProject } from '../manifest/read-project.js';
import { type CheckResult, check, checkPolicies } from '../policy/check.js';
import { countFindings } from './count-findings.js';

export interface LintOptions {
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
}

/** What manifests and lock can answer, without the cloud. Policy is judged only where everything could be read. */
export function lint(project: ReadProject, options: LintOptions): LintResult {
  const read = [...project.findings, ...checkPolicies(project.policies, project.waivers)];
  const isUsable = !read.some((finding) => finding.isInputError);
  const judged = isUsable ? judge(project, options) : nothingJudged;
  const findings = [...read, ...judged.findings];
  return {
    diagnostics: diagnose(findings, project.sources),
    summary: {
      ...countFindings(findings),
      skipped: judged.skipped,
      rules: judged.rules,
      files: project.sources.length,
    },
  };
}

const nothingJudged: CheckResult = { findings: [], skipped: 0, rules: 0 };

function judge({ desired, lock, policies, waivers }: ReadProject, { today }: LintOptions): CheckResult {
  if (desired === null) return nothingJudged;
  return check({ desired, lock, policies, waivers, today, observed: null, plan: null, stage: 'lint' });
}
