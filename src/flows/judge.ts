import type { Desired, Project } from '../domain/desired.js';
import { type Finding, findingKey } from '../domain/finding.js';
import type { ObservedState } from '../domain/observed.js';
import type { Plan } from '../domain/plan.js';
import type { Policy, Waiver } from '../domain/policy.js';
import type { ReadProject } from '../manifest/read-project.js';
import { applySeverity, type CheckResult, check } from '../policy/check.js';
import { loosened } from '../policy/loosened.js';
import type { RuleOverrides } from '../policy/overrides.js';
import { asFindings } from '../policy/remarks.js';
import { policyLoosened } from '../policy/rules/hygiene/policy-loosened.js';
import { unite } from '../policy/unite.js';
import type { Base, JudgedProject } from './base.js';

export interface JudgedFacts {
  readonly stage: 'lint' | 'plan';
  /** Null where the cloud was not looked at. */
  readonly observed: ObservedState | null;
  readonly plan: Plan | null;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  readonly overrides: RuleOverrides;
}

interface Law {
  readonly policies: readonly Policy[];
  readonly waivers: readonly Waiver[];
  readonly approvers: readonly string[];
}

/** What policy says of the project; beside a base, what the policy of either commit says. */
export function judge(project: JudgedProject, desired: Desired, facts: JudgedFacts): CheckResult {
  const { lock, base } = project;
  const ownLaw = { ...project, approvers: desired.project.approvers };
  const own = judgeUnder(ownLaw, desired, lock, facts);
  if (base === undefined) return own;
  const baseLaw = lawOf(base);
  const foreign = judgeUnder(baseLaw, desired, lock, facts);
  const findings = unite(own.findings, foreign.findings, expiredAt(base, desired.project, facts));
  return { ...own, findings: [...findings, ...loosenedSince(base, baseLaw, project, desired, facts)] };
}

function lawOf({ read }: Base): Law {
  if (read === null) return { policies: [], waivers: [], approvers: [] };
  return { policies: read.policies, waivers: read.waivers, approvers: read.project.approvers };
}

function judgeUnder(law: Law, desired: Desired, lock: ReadProject['lock'], facts: JudgedFacts): CheckResult {
  const { today, overrides, plan } = facts;
  const { policies, waivers, approvers } = law;
  const lawful = { ...desired, project: { ...desired.project, approvers } };
  const checked = check({ ...facts, desired: lawful, lock, policies, waivers });
  const planned = applySeverity(plan?.findings ?? [], { desired: lawful, policies, waivers, today, overrides });
  return { ...checked, findings: [...checked.findings, ...planned] };
}

/**
 * Keys of what was wrong on the base already and waived there, until a waiver of the base expired: a change that does not
 * touch it is not held up by the calendar.
 */
function expiredAt({ read }: Base, project: Project, facts: JudgedFacts): ReadonlySet<string> {
  const expired = read?.waivers.filter((waiver) => waiver.expires < facts.today) ?? [];
  if (read === null || read.desired === null || expired.length === 0) return new Set();
  const { accounts } = project;
  const desired = { ...read.desired, project: { ...read.project, accounts } };
  const revived = expired.map((waiver) => ({ ...waiver, expires: facts.today }));
  const law = { policies: read.policies, waivers: revived, approvers: read.project.approvers };
  const { findings } = judgeUnder(law, desired, read.lock, { ...facts, plan: null });
  return new Set(findings.filter(({ waiver }) => waiver !== null).map(findingKey));
}

/** Decided by the base, too: a change cannot silence the remark about itself. */
function loosenedSince(
  base: Base,
  law: Law,
  head: ReadProject,
  desired: Desired,
  { today, overrides }: JudgedFacts,
): readonly Finding[] {
  // The accounts in `desired` are the base's already.
  const wanted = head.project ?? desired.project;
  const before = base.read?.project ?? { ...nobody, origin: wanted.origin, accounts: wanted.accounts };
  const remarks = loosened(
    { ...law, project: before },
    { project: wanted, policies: head.policies, waivers: head.waivers },
  );
  const lawful = { ...desired, project: { ...desired.project, approvers: law.approvers } };
  return asFindings(policyLoosened, remarks, { ...law, desired: lawful, today, overrides });
}

const nobody = { approvers: [], safety: { prune: false, allow: [], maxRemovals: Number.POSITIVE_INFINITY } };
