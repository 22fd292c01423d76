import { type Action, operationOf } from '../domain/action.js';
import { compareAddresses } from '../domain/address.js';
import { canonicalJson } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import type { ActionOutcome, Outcome } from '../domain/outcome.js';
import type { Plan, Refusal } from '../domain/plan.js';
import type { PlanResult, Rehearsal, RehearsalProblem } from '../domain/result.js';
import { diagnose } from '../manifest/locate.js';
import { observe } from '../observe/observe.js';
import { narrowPlan } from '../plan/narrow.js';
import type { OpenRehearsal, RehearsalWorld } from '../ports/rehearsal-world.js';
import { placeOfRefusal } from './api-code-place.js';
import { carryOut } from './apply.js';
import type { JudgedProject } from './base.js';
import { type DetailedPlan, type PlanOptions, wholePlan } from './plan.js';
import { rehearsedDocument } from './plan-document.js';

/** As apply has it where nobody says otherwise. */
const parallelism = 10;

export interface RehearsedPlan {
  readonly result: PlanResult;
  /** How the actions ended in the made-up cloud; null where no rehearsal was held. */
  readonly outcome: Outcome | null;
}

/**
 * The same plan, and what came of carrying it out in a made-up cloud that holds what was observed: whatever goes wrong
 * there stands against the plan. A plan that rules or guards forbid is rehearsed too: what the service would say of it
 * is worth knowing. Nothing real is touched.
 */
export async function rehearse(
  open: OpenRehearsal,
  project: JudgedProject,
  options: PlanOptions,
  detailed: DetailedPlan,
): Promise<RehearsedPlan> {
  const { result, desired, observed } = detailed;
  const world = await open({ desired, observed, nowMs: Date.parse(result.timestamp) });
  if ('impossible' in world) {
    const reason = `the emulator cannot imitate what was observed: ${world.impossible}`;
    return { result: withRehearsal(result, skipped(result, reason)), outcome: null };
  }
  const before = await planIn(world, project, options, detailed);
  const strange = firstDifference(result.plan, before);
  if (strange !== null) {
    const reason = `the emulator does not show what was observed as it is: ${strange}`;
    return { result: withRehearsal(result, skipped(result, reason)), outcome: null };
  }
  const ports = { ...world, audit: null, progress: () => undefined, interrupt: noInterrupt };
  const outcome = await carryOut(ports, project, { noWait: false, parallelism }, detailed);
  const isWhole = outcome.actions.every(isDone);
  const after = isWhole ? await planIn(world, project, options, detailed) : null;
  const rehearsal = rehearsalOf(project, detailed, outcome, after);
  return { result: withRehearsal(result, rehearsal), outcome };
}

const noInterrupt = { reason: null, onInterrupt: () => undefined };

function skipped({ plan }: PlanResult, reason: string): Rehearsal {
  return { status: 'skipped', reason, actions: plan.actions.length, done: 0, problems: [] };
}

async function planIn(
  { cloud, clock }: RehearsalWorld,
  project: JudgedProject,
  options: PlanOptions,
  { desired }: DetailedPlan,
): Promise<Plan> {
  const nowMs = clock.now();
  const observed = await observe(cloud, desired, project.lock, nowMs);
  return narrowPlan(wholePlan(project, options, desired, observed, nowMs), options);
}

/** A rehearsal in another world than the observed one would say nothing. */
function firstDifference(real: Plan, madeUp: Plan): string | null {
  const textOf = (action: Action): string => canonicalJson(action);
  const known = new Set(madeUp.actions.map(textOf));
  const lost = real.actions.find((action) => !known.has(textOf(action)));
  if (lost !== undefined) return `it would not ${lost.kind} at ${lost.address}`;
  if (madeUp.actions.length === real.actions.length) return null;
  const expected = new Set(real.actions.map(textOf));
  const further = madeUp.actions.find((action) => !expected.has(textOf(action)));
  return further === undefined ? null : `it would ${further.kind} at ${further.address}`;
}

function isDone({ status }: ActionOutcome): boolean {
  return status === 'done' || status === 'unchanged';
}

function rehearsalOf(
  project: JudgedProject,
  { result, desired }: DetailedPlan,
  outcome: Outcome,
  after: Plan | null,
): Rehearsal {
  // What was not attempted only waited for what went wrong.
  const ended = outcome.actions.filter((one) => !isDone(one) && one.status !== 'not-attempted');
  const met: readonly Met[] = [
    ...ended.map((one) => metByAction(one, placeOfRefusal(desired, refusalIn(one)))),
    ...(after?.actions ?? []).map((action) =>
      metAsDifference(action, placeOfRefusal(desired, { action, apiCode: null, message: '' })),
    ),
  ];
  const problems = grouped(met, project);
  return {
    status: problems.length === 0 ? 'passed' : 'failed',
    reason: null,
    actions: result.plan.actions.length,
    done: outcome.actions.filter(isDone).length,
    problems,
  };
}

function refusalIn({ action, apiCode, message }: ActionOutcome): Parameters<typeof placeOfRefusal>[1] {
  return { action, apiCode, message: message ?? '' };
}

interface Met {
  readonly action: Action;
  readonly apiCode: string | null;
  readonly finding: Finding;
}

const base = { severity: 'error', waiver: null, decidedBy: null, isInputError: false } as const;

function metByAction({ action, apiCode, message, hint, status }: ActionOutcome, at: Finding['at']): Met {
  const why = message ?? status;
  return {
    action,
    apiCode,
    finding: {
      ...base,
      ruleId: 'rehearsal/action-failed',
      message: `\`apply\` would fail at ${action.kind} of ${action.address}: ${why}`,
      // The service's own hint names a request, and there was none.
      hint:
        apiCode === null
          ? (hint ?? '')
          : `Look up ${apiCode} in the API reference of ${operationOf(action) ?? action.kind}.`,
      at,
      address: action.address,
      value: apiCode ?? why,
    },
  };
}

function metAsDifference(action: Action, at: Finding['at']): Met {
  return {
    action,
    apiCode: null,
    finding: {
      ...base,
      ruleId: 'rehearsal/difference',
      message: `after \`apply\` a second plan would still ${action.kind} ${action.address} (${action.reason})`,
      hint: 'Something does not stay as the manifest wants it: compare both, or leave the field out.',
      at,
      address: action.address,
      value: action.reason,
    },
  };
}

/** Members of one resource that meet the same stand in one entry. */
function grouped(met: readonly Met[], project: JudgedProject): readonly RehearsalProblem[] {
  const groups = new Map<string, Met[]>();
  for (const one of met) {
    const { at, ruleId, value } = one.finding;
    const place = at === null ? one.action.address : [at.file, at.document, ...at.path].join(' ');
    const key = JSON.stringify([ruleId, place, one.action.kind, value]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const problems = [...groups.values()].flatMap((group) => problemOf(group, project));
  const order = new Map(
    diagnose(
      problems.map(({ diagnostic }) => diagnostic),
      project,
    ).map(({ key }, index) => [key, index]),
  );
  return problems.toSorted((a, b) => (order.get(a.diagnostic.key) ?? 0) - (order.get(b.diagnostic.key) ?? 0));
}

function problemOf(group: readonly Met[], project: JudgedProject): readonly RehearsalProblem[] {
  const [first] = group;
  if (first === undefined) return [];
  const addresses = [...new Set(group.map(({ action }) => action.address))].sort(compareAddresses);
  const more = addresses.length > 1 ? `, and ${addresses.length - 1} more meet the same` : '';
  const finding = project.placed({ ...first.finding, message: `${first.finding.message}${more}` });
  return diagnose([finding], project).map((diagnostic) => ({
    diagnostic,
    addresses,
    actionKind: first.action.kind,
    operation: operationOf(first.action),
    apiCode: first.apiCode,
  }));
}

/** What the rehearsal met stands against the plan like what a guard refuses. */
function withRehearsal(result: PlanResult, rehearsal: Rehearsal): PlanResult {
  const refusals = [...result.refusals, ...refusalOf(rehearsal)];
  const isApplyable = result.isApplyable && rehearsal.status !== 'failed';
  const whole = { ...result, refusals, isApplyable, rehearsal };
  return { ...whole, document: rehearsedDocument(whole) };
}

function refusalOf({ status, problems, actions, done }: Rehearsal): readonly Refusal[] {
  if (status !== 'failed') return [];
  const summary =
    done === actions
      ? 'the rehearsal did not come to rest: a second plan is not empty'
      : `the rehearsal failed: ${done} of ${actions} actions came to their end`;
  return [
    {
      reason: 'rehearsal-failed',
      class: null,
      addresses: [...new Set(problems.flatMap(({ addresses }) => addresses))].sort(compareAddresses),
      summary,
      hint: 'Mend what the rehearsal met, and plan again. Where it is wrong about your cloud, plan without --rehearse.',
    },
  ];
}
