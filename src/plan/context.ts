import type { Action, ImageRef } from '../domain/action.js';
import type { Address } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState, Scope, Tags } from '../domain/observed.js';
import { ownershipOf, projectTag, tagKey } from '../domain/ownership.js';
import type { Notice, Refusal, ResourceChange } from '../domain/plan.js';
import { indexWorld, type WorldIndex } from './world-index.js';

export interface PlanningOptions {
  /** Roll out an image again that was rejected before. */
  readonly retryRejected: boolean;
  /** Delete owned things that no manifest wants. */
  readonly prune: boolean;
  /** IDs of owned things that stay although nothing wants them. */
  readonly kept?: ReadonlySet<string>;
}

export interface PlanningContext {
  readonly desired: Desired;
  readonly lock: Lock;
  readonly observed: ObservedState;
  readonly nowMs: number;
  readonly project: string;
  readonly world: WorldIndex;
  readonly options: PlanningOptions;
  /** By image and account: the key after which the account can see an image that is shared with it in this plan. */
  readonly accessAfter: ReadonlyMap<string, string>;
}

export function planningContext(
  desired: Desired,
  lock: Lock,
  observed: ObservedState,
  nowMs: number,
  options: PlanningOptions,
): PlanningContext {
  const project = projectTag(desired.project, desired.environment);
  const world = indexWorld(observed, project);
  return { desired, lock, observed, nowMs, project, world, options, accessAfter: new Map() };
}

/**
 * An action before it has its number: `id` and `dependsOn` are keys, `ADDRESS KIND REASON`, which name an action of
 * one plan and the same action of the next one.
 */
export type Draft = Action;

/** What planning one resource gives. */
export interface ResourcePlan {
  readonly drafts: readonly Draft[];
  readonly changes: readonly ResourceChange[];
  readonly notices: readonly Notice[];
  readonly findings: readonly Finding[];
  readonly refusals: readonly Refusal[];
}

/** A copy's image, and the action after which it can be used; null where it can be used now. */
export interface ReadyImage {
  readonly ref: ImageRef;
  readonly readyAfter: string | null;
}

export function draftKey(address: Address, kind: Action['kind'], reason: Action['reason'], part = ''): string {
  return `${address} ${kind} ${reason}${part === '' ? '' : ` ${part}`}`;
}

export function isSealed(thing: { readonly tags: Tags }, id: string, project: string): boolean {
  return ownershipOf({ id, tags: thing.tags }, project) === 'sealed';
}

/** The tags that a thing of this project carries from its creation on. */
export function ownershipTags(project: string, address: Address): Tags {
  return { [tagKey.project]: project, [tagKey.resource]: address };
}

export const nothing: ResourcePlan = { drafts: [], changes: [], notices: [], findings: [], refusals: [] };

export function combine(parts: readonly ResourcePlan[]): ResourcePlan {
  return {
    drafts: parts.flatMap((part) => part.drafts),
    changes: parts.flatMap((part) => part.changes),
    notices: parts.flatMap((part) => part.notices),
    findings: parts.flatMap((part) => part.findings),
    refusals: parts.flatMap((part) => part.refusals),
  };
}

export function suspended(address: Address, scope: Scope, id: string): Notice {
  return { kind: 'suspended', address, scope, id, message: '`suspend` is true: nothing is written here' };
}
