import { resourceOf, selects } from '../domain/address.js';
import type { DestructiveClass, Desired } from '../domain/desired.js';
import { digestOf } from '../domain/digest.js';
import { TallymanError } from '../domain/errors.js';
import { type Finding, hasAtLeast } from '../domain/finding.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState } from '../domain/observed.js';
import type { Plan, Refusal } from '../domain/plan.js';
import type { PlanResult } from '../domain/result.js';
import { diagnose } from '../manifest/locate.js';
import { observe } from '../observe/observe.js';
import { guard } from '../plan/guards.js';
import { lineageOf } from '../plan/lineage.js';
import { makeDestruction } from '../plan/make-destruction.js';
import { makePlan } from '../plan/make-plan.js';
import { withMoves } from '../plan/moves.js';
import { isJudged, isNarrowed, judgedResources, knownMembers, narrowPlan } from '../plan/narrow.js';
import { provenDrift } from '../plan/proven-drift.js';
import { windowRefusals } from '../plan/windows.js';
import { checkPolicies } from '../policy/check.js';
import { noOverrides } from '../policy/overrides.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { JudgedProject } from './base.js';
import { countFindings } from './count-findings.js';
import { judge } from './judge.js';
import { planDocument } from './plan-document.js';
import { usableProject } from './usable-project.js';

export interface PlanOptions {
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  readonly prune: boolean;
  readonly allow: readonly DestructiveClass[];
  readonly allowEmpty: boolean;
  /** Null = the project's. */
  readonly maxRemovals: number | null;
  readonly retryRejected: boolean;
  /** Whether everything of the project goes, as if no manifest wanted anything. */
  readonly destroys?: boolean;
  /** Why windows that are closed now do not count; null: they do. */
  readonly overrideWindow?: string | null;
  /** `YYYY-MM-DD` or ISO 8601; null = the clock's now. */
  readonly asOf: string | null;
}

export interface PlanPorts {
  readonly cloud: CloudReader;
  readonly clock: Clock;
  readonly commit: string | null;
  readonly toolVersion: string;
}

/** What would apply do? Reads manifests and the cloud; has nothing to write with. */
export async function plan(ports: PlanPorts, project: JudgedProject, options: PlanOptions): Promise<PlanResult> {
  return (await planInDetail(ports, project, options)).result;
}

export interface DetailedPlan {
  readonly result: PlanResult;
  readonly desired: Desired;
  readonly observed: ObservedState;
  /** What windows say of it, whether or not they are overridden. */
  readonly closed: readonly Refusal[];
}

/** The plan, and what it was made from: apply goes on with both. */
export async function planInDetail(
  ports: PlanPorts,
  project: JudgedProject,
  options: PlanOptions,
): Promise<DetailedPlan> {
  const desired = usableProject(project);
  const nowMs = ports.clock.now();
  const observed = await observe(ports.cloud, desired, project.lock, nowMs);
  return planFrom(ports, project, options, desired, observed, nowMs);
}

/** The plan from a recorded world, as of the time when it was recorded. Calls nothing. */
export function planRecorded(
  ports: Pick<PlanPorts, 'commit' | 'toolVersion'>,
  project: JudgedProject,
  options: PlanOptions,
  recorded: ObservedState,
): PlanResult {
  return planRecordedInDetail(ports, project, options, recorded).result;
}

export function planRecordedInDetail(
  ports: Pick<PlanPorts, 'commit' | 'toolVersion'>,
  project: JudgedProject,
  options: PlanOptions,
  recorded: ObservedState,
): DetailedPlan {
  const desired = usableProject(project);
  return planFrom(ports, project, options, desired, recorded, Date.parse(recorded.takenAt));
}

function planFrom(
  ports: Pick<PlanPorts, 'commit' | 'toolVersion'>,
  project: JudgedProject,
  options: PlanOptions,
  desired: Desired,
  observed: ObservedState,
  nowMs: number,
): DetailedPlan {
  const { retryRejected } = options;
  const prune = prunes(desired, options);
  // What was renamed is judged under its new name, as it is planned.
  const seen = withMoves(desired, observed).observed;
  const whole = wholePlan(project, options, desired, observed, nowMs);
  assertTargetsExist(desired, project.lock, whole, options.targets);
  const proposed = narrowPlan(whole, options);
  const { findings, ...counts } = judgeInScope(project, desired, seen, proposed, options, nowMs);
  const closed = closedWindows(project, desired, proposed, nowMs);
  const isOverridden = options.overrideWindow != null;
  const refusals = [
    ...guard(proposed, desired, seen, { ...options, prune, isNarrowed: isNarrowed(options) }),
    ...(isOverridden ? [] : closed),
  ];
  const facts = {
    purpose: options.destroys === true ? ('destroy' as const) : ('apply' as const),
    project: { name: desired.project.name, id: desired.project.id, environment: desired.environment },
    targets: targetsOf(desired),
    timestamp: new Date(nowMs).toISOString(),
    commit: ports.commit,
    inputs: project.inputs,
    plan: proposed,
    diagnostics: diagnose(findings, project),
    lineage: lineageOf(desired, project.lock, seen, nowMs, proposed, options),
    check: { ...countFindings(findings), ...counts, files: project.sources.length },
    refusals,
    isApplyable: refusals.length === 0 && !hasAtLeast(findings, 'error'),
    rehearsal: null,
    observedDigest: observedDigest(observed),
    apiCalls: observed.apiCalls,
  };
  const document = planDocument({
    ...facts,
    toolVersion: ports.toolVersion,
    drift: provenDrift(desired, project.lock, seen, proposed),
    scope: { targets: options.targets, excludes: options.excludes },
    options: {
      prune,
      allow: [...options.allow],
      allow_empty: options.allowEmpty,
      max_removals: options.maxRemovals,
      retry_rejected: retryRejected,
      as_of: options.asOf,
    },
  });
  return { result: { ...facts, document }, desired, observed, closed };
}

/** A member that is neither wanted nor there must not look like a plan without changes. */
function assertTargetsExist(desired: Desired, lock: Lock, whole: Plan, targets: readonly string[]): void {
  const known = knownMembers(desired, lock, whole);
  for (const target of targets) {
    const resource = resourceOf(target);
    if (target === resource || target === `${resource}/` || known.some((address) => selects(target, address))) continue;
    const members = known.filter((address) => selects(resource, address)).slice(0, 10);
    const hint = members.length === 0 ? `Name ${resource} as a whole.` : `Name one of ${members.join(', ')}.`;
    throw new TallymanError('input/flag', `\`--target\` names '${target}', and there is no such member`, hint);
  }
}

/** What is to be done, before it is narrowed and before anybody asks whether it may be. */
export function wholePlan(
  { lock }: JudgedProject,
  options: Pick<PlanOptions, 'retryRejected' | 'prune' | 'destroys'>,
  desired: Desired,
  observed: ObservedState,
  nowMs: number,
): Plan {
  if (options.destroys === true) return makeDestruction(desired, lock, observed, nowMs);
  const { retryRejected } = options;
  return makePlan(desired, lock, observed, nowMs, { retryRejected, prune: prunes(desired, options) });
}

function prunes(desired: Desired, options: Pick<PlanOptions, 'prune'>): boolean {
  return options.prune || desired.project.safety.prune;
}

/**
 * By the clock's now, whatever is judged as of. Beside a base both have their say: a change cannot open a window for
 * itself.
 */
function closedWindows(project: JudgedProject, desired: Desired, proposed: Plan, nowMs: number): readonly Refusal[] {
  const head = windowRefusals(proposed, desired, desired.project.windows, nowMs);
  const base = windowRefusals(proposed, desired, project.base?.read?.project.windows ?? [], nowMs);
  const told = new Set(head.map((refusal) => JSON.stringify(refusal)));
  return [...head, ...base.filter((refusal) => !told.has(JSON.stringify(refusal)))];
}

interface Judgement {
  readonly findings: readonly Finding[];
  readonly skipped: number;
  readonly rules: number;
}

/** Everything that lint says, and what the live facts say; outside a narrowed run's scope nothing is judged. */
function judgeInScope(
  project: JudgedProject,
  desired: Desired,
  observed: ObservedState,
  proposed: Plan,
  options: PlanOptions,
  nowMs: number,
): Judgement {
  const today = (options.asOf ?? new Date(nowMs).toISOString()).slice(0, 10);
  const facts = { stage: 'plan', observed, plan: proposed, today, overrides: noOverrides } as const;
  const checked = judge(project, desired, facts);
  const found = [...project.findings, ...checkPolicies(project.policies, project.waivers), ...checked.findings];
  const all = options.destroys === true ? found.filter(aboutActions(project)) : found;
  const judged = judgedResources(desired, proposed, options);
  const findings = all.filter((finding) => isJudged(judged, finding.address)).map(project.placed);
  return { findings, skipped: checked.skipped + all.length - findings.length, rules: checked.rules };
}

/** What the manifests ask for is not going to be made: only rules that speak of what is done have a say. */
function aboutActions({ policies, base }: JudgedProject): (finding: Finding) => boolean {
  const custom = [...policies, ...(base?.read?.policies ?? [])].flatMap((policy) => policy.custom);
  const speaking = new Set(custom.filter(({ expr }) => /\baction\b/.test(expr)).map(({ id }) => id));
  return ({ ruleId }) => ruleId.startsWith('lifecycle/') || speaking.has(ruleId);
}

function targetsOf(desired: Desired): PlanResult['targets'] {
  return desired.project.accounts
    .map((account) => ({ account: account.name, accountId: account.uid, regions: desired.project.regions }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
}

function observedDigest(observed: ObservedState): string {
  const { takenAt: _takenAt, apiCalls: _apiCalls, ...facts } = observed;
  return digestOf(facts);
}
