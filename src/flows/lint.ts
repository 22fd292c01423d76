import type { LintResult } from '../domain/result.js';
import { diagnose } from '../manifest/locate.js';
import { type CheckResult, checkPolicies } from '../policy/check.js';
import { noOverrides, type RuleOverrides } from '../policy/overrides.js';
import type { JudgedProject } from './base.js';
import { countFindings } from './count-findings.js';
import { judge } from './judge.js';

export interface LintOptions {
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** What the command line says about single rules. */
  readonly overrides?: RuleOverrides;
}

/** What manifests and lock can answer, without the cloud. Policy is judged only where everything could be read. */
export function lint(project: JudgedProject, { today, overrides = noOverrides }: LintOptions): LintResult {
  const read = [...project.findings, ...checkPolicies(project.policies, project.waivers)];
  const isUsable = project.desired !== null && !read.some((finding) => finding.isInputError);
  const judged = isUsable
    ? judge(project, project.desired, { stage: 'lint', observed: null, plan: null, today, overrides })
    : nothingJudged;
  const findings = [...read, ...judged.findings].map(project.placed);
  return {
    diagnostics: diagnose(findings, project),
    summary: {
      ...countFindings(findings),
      skipped: judged.skipped,
      rules: judged.rules,
      files: project.sources.length,
    },
  };
}

const nothingJudged: CheckResult = { findings: [], skipped: 0, rules: 0 };
