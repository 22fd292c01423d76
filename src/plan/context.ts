import type { Action, ImageRef } from '../domain/action.js';
import type { Address } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState, Tags } from '../domain/observed.js';
import { isOwned, ownershipOf, projectTag, tagKey } from '../domain/ownership.js';
import type { Notice, Refusal, ResourceChange } from '../domain/plan.js';

export interface PlanningOptions {
  /** Roll out an image again that was rejected before. */
  readonly retryRejected: boolean;
  /** Delete owned things that no manifest wants. */
  readonly prune: boolean;
}

export interface PlanningContext {
  readonly desired: Desired;
  readonly lock: Lock;
  readonly observed: ObservedState;
  readonly nowMs: number;
  readonly project: string;
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
  return { desired, lock, observed, nowMs, project, options, accessAfter: new Map() };
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

/** Owned things at an address: sealed, or made and not sealed yet. */
export function ownedAt<T extends { readonly tags: Tags }>(
  things: readonly T[],
  idOf: (thing: T) => string,
  project: string,
  address: Address,
): readonly T[] {
  return things.filter(
    (thing) => thing.tags[tagKey.resource] === address && isOwned({ id: idOf(thing), tags: thing.tags }, project),
  );
}

export function isSealed(thing: { readonly tags: Tags }, id: string, project: string): boolean {
  return ownershipOf({ id, tags: thing.tags }, project) === 'sealed';
}

/** The tags that a thing of this project carries from its creation on. */
export function ownershipTags(project: string, address: Address): Tags {
  return { [tagKey.project]: project, [tagKey.resource]: address };
}
