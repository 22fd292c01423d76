import { setMaxListeners } from 'node:events';
import { execute } from '../apply/execute.js';
import { hasAtLeast } from '../domain/finding.js';
import { consistencyTimes, projectTag } from '../domain/ownership.js';
import type { Outcome } from '../domain/outcome.js';
import type { Interrupt, ProgressEvent } from '../domain/progress.js';
import type { ApplyResult, PlanDocument, PlanResult } from '../domain/result.js';
import type { Audit } from '../ports/audit.js';
import type { CloudWriter } from '../ports/cloud-writer.js';
import type { Pace } from '../ports/pace.js';
import type { Prober } from '../ports/prober.js';
import type { JudgedProject } from './base.js';
import { forbiddenImages } from './forbidden-images.js';
import { type DetailedPlan, type PlanOptions, type PlanPorts, planInDetail } from './plan.js';
import { assertApplicable, assertSamePlan, optionsOf } from './saved-plan.js';

export interface ApplyPorts extends PlanPorts {
  readonly writer: CloudWriter;
  readonly audit: Audit | null;
  readonly prober: Prober;
  readonly pace: Pace;
  readonly progress: (event: ProgressEvent) => void;
  /** Told of the plan as soon as it is made, also where nothing comes of it. */
  readonly planned: (plan: PlanResult) => Promise<void>;
  /** Asked once, with the whole plan, before the first write. */
  readonly approve: (plan: PlanResult) => Promise<boolean>;
  readonly interrupt: Interrupt;
}

export interface ApplyOptions extends PlanOptions {
  /** What the plan file holds; null = plan now and ask. */
  readonly savedPlan: PlanDocument | null;
  readonly planMaxAgeMs: number;
  /** Digest that travelled outside the plan file; null = not checked. */
  readonly planDigest: string | null;
  /** Start copies and leave. */
  readonly noWait: boolean;
  readonly parallelism: number;
}

/** Carries out the reviewed plan, or a fresh one that somebody agrees to; or says why not, and writes nothing. */
export async function apply(ports: ApplyPorts, project: JudgedProject, options: ApplyOptions): Promise<ApplyResult> {
  const detailed = await planToApply(ports, project, options);
  const { result } = detailed;
  await ports.planned(result);
  if (!result.isApplyable || result.plan.actions.length === 0) {
    return { plan: result, outcome: null, isApproved: false };
  }
  const isApproved = options.savedPlan !== null || (await ports.approve(result));
  if (!isApproved || ports.interrupt.reason !== null) return { plan: result, outcome: null, isApproved };
  await noteOverride(ports, options, detailed);
  return { plan: result, outcome: await carryOut(ports, project, options, detailed), isApproved };
}

/** A closed window that is passed over stands in the audit log, for each account and region, before the first write. */
async function noteOverride(ports: ApplyPorts, options: ApplyOptions, { result, closed }: DetailedPlan): Promise<void> {
  const reason = options.overrideWindow ?? null;
  if (reason === null || closed.length === 0) return;
  const addresses = new Set(closed.flatMap((refusal) => refusal.addresses));
  for (const address of addresses) {
    const action = result.plan.actions.find((one) => one.address === address);
    await ports.audit?.append({
      phase: 'before',
      at: new Date(ports.clock.now()).toISOString(),
      operation: 'OverrideWindow',
      account: action?.scope.account ?? '',
      region: action?.scope.region ?? '',
      address,
      token: null,
      subject: null,
      result: null,
      errorCode: null,
      requestId: null,
      reason,
    });
  }
}

async function planToApply(ports: ApplyPorts, project: JudgedProject, options: ApplyOptions): Promise<DetailedPlan> {
  if (options.savedPlan === null) return planInDetail(ports, project, options);
  const saved = options.savedPlan;
  assertApplicable(saved, {
    nowMs: ports.clock.now(),
    maxAgeMs: options.planMaxAgeMs,
    expectedDigest: options.planDigest,
    toolVersion: ports.toolVersion,
    inputs: project.inputs,
  });
  const { asOf, overrideWindow = null } = options;
  const fresh = await planInDetail(ports, project, { ...optionsOf(saved), asOf, overrideWindow });
  const isForbidden = hasAtLeast(fresh.result.diagnostics, 'error');
  if (!isForbidden) assertSamePlan(saved, fresh.result);
  return fresh;
}

/** What carrying out needs, in the cloud or in a made-up one. */
export type CarryOutPorts = Pick<
  ApplyPorts,
  'cloud' | 'writer' | 'clock' | 'audit' | 'prober' | 'pace' | 'progress' | 'interrupt'
>;

/** The actions of a plan that nothing stands against, as they are. */
export async function carryOut(
  ports: CarryOutPorts,
  project: JudgedProject,
  options: Pick<ApplyOptions, 'noWait' | 'parallelism'>,
  { result, desired, observed }: DetailedPlan,
): Promise<Outcome> {
  const controller = new AbortController();
  // Every wait of the run listens, and there may be hundreds.
  setMaxListeners(0, controller.signal);
  ports.interrupt.onInterrupt((reason) => controller.abort(new Error(`interrupted by ${reason}`)));
  const context = {
    cloud: ports.cloud,
    writer: ports.writer,
    clock: ports.clock,
    audit: ports.audit,
    prober: ports.prober,
    pace: ports.pace,
    forbiddenImages: forbiddenImages(project, desired, observed, result.timestamp),
    times: consistencyTimes(ports.clock.speed),
    project: projectTag(desired.project, desired.environment),
    desired,
    begunMs: ports.clock.now(),
    lock: project.lock,
    noWait: options.noWait,
    signal: controller.signal,
    report: (event: Omit<ProgressEvent, 'atMs'>) => ports.progress({ ...event, atMs: ports.clock.now() }),
    made: {
      idByAddress: new Map(),
      hopSnapshots: new Map(),
      diskByInstance: new Map(),
      lastWriteMs: new Map(),
      started: new Set<string>(),
      deleted: new Set<string>(),
      writes: 0,
    },
  };
  return execute(context, result.plan, options.parallelism, () => ports.interrupt.reason);
}
