import type { Desired, ImageCopy, ImageShare, ImageSource, Instance, Resource } from '../domain/desired.js';
import type { RuleSeverity } from '../domain/finding.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState } from '../domain/observed.js';
import type { Plan } from '../domain/plan.js';
import type { Violation } from '../domain/policy.js';
import type { Parameters } from './parameters.js';
import type { References } from './references.js';

export type ResourceKind = 'ImageSource' | 'ImageCopy' | 'ImageShare' | 'Instance';

/** What a rule may look at. Everything is there to be looked up; only `judged` is there to be complained about. */
export interface RuleContext<P = null> {
  readonly desired: Desired;
  readonly lock: Lock;
  readonly references: References;
  /** Null when only manifests and lock are checked. */
  readonly observed: ObservedState | null;
  readonly plan: Plan | null;
  readonly parameters: P;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** The resources for which the same Policies decide. */
  readonly judged: Judged;
  /** What another rule asks of a resource; each set must hold. Empty where that rule is off. */
  parametersOf<Q>(rule: Rule<Q>, resource: Resource): readonly Q[];
}

export interface LiveContext<P = null> extends RuleContext<P> {
  readonly observed: ObservedState;
}

export interface Judged {
  readonly imageSources: readonly ImageSource[];
  readonly imageCopies: readonly ImageCopy[];
  readonly imageShares: readonly ImageShare[];
  readonly instances: readonly Instance[];
}

interface RuleBase<P> {
  /** `area/name`: the path of its file, of its test and of its page. Never reused. */
  readonly id: string;
  /** Without `none` the rule is off under that preset, unless it cannot be waived. */
  readonly severity: {
    readonly recommended: RuleSeverity;
    readonly strict: RuleSeverity;
    readonly none?: RuleSeverity;
  };
  /** False: no Policy and no Waiver can silence it. */
  readonly isWaivable: boolean;
  readonly judges: readonly ResourceKind[];
  /** What is wrong where the rule fails, one line. */
  readonly summary: string;
  /** What it checks and why, some sentences. */
  readonly description: string;
  /** Null where there is nothing to set but the severity. */
  readonly parameters: Parameters<P> | null;
  /** Where parameters are a limit: the tighter of two, so that messages name the one that counts. */
  tighter?(a: P, b: P): P;
}

/** Answers from manifests and lock; live facts, where there are any, may add to it. */
export interface LintRule<P> extends RuleBase<P> {
  readonly stage: 'lint';
  /** Absent where another part of the program makes the findings: then only the severity is looked up here. */
  check?(context: RuleContext<P>): readonly Violation[];
}

/** Needs what the cloud reports. */
export interface PlanRule<P> extends RuleBase<P> {
  readonly stage: 'plan';
  check?(context: LiveContext<P>): readonly Violation[];
  /** What manifests alone show already; the rest counts as not judged all the same. Asked together with `check` too. */
  foresee?(context: RuleContext<P>): readonly Violation[];
}

/** One named check. `P`: its parameters, null where it has none. */
export type Rule<P = null> = LintRule<P> | PlanRule<P>;

/** A rule whatever its parameters are. */
export type AnyRule = Rule<unknown>;

/** Whether the preset `recommended` leaves the rule off until a Policy gives it parameters. */
export function isOffUntilAsked(rule: AnyRule): boolean {
  return rule.severity.recommended === 'off';
}

/** Whether the rule has nothing to say before a Policy gives it parameters. */
export function needsParameters(rule: AnyRule): boolean {
  return rule.parameters !== null && rule.parameters.required.length > 0;
}
