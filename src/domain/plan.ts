import type { Action } from './action.js';
import type { Address } from './address.js';
import type { DestructiveClass } from './desired.js';
import type { Json } from './digest.js';
import type { Finding } from './finding.js';
import type { Scope } from './observed.js';

export type ChangeVerb = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'replace' | 'forget';

/** A field of a thing, as shown: names in snake_case, as in the plan file. */
export type Fields = Readonly<Record<string, Json>>;

/** One thing at one address and what happens to it. */
export interface ResourceChange {
  readonly address: Address;
  readonly type: 'image_copy' | 'image_share' | 'instance';
  readonly scope: Scope;
  /** ID in the cloud; null where it does not exist yet. */
  readonly id: string | null;
  readonly verb: ChangeVerb;
  readonly before: Fields | null;
  readonly after: Fields | null;
  /** Names of fields of `after` that are known only when it is done. */
  readonly afterUnknown: readonly string[];
  readonly reason: string | null;
  readonly class: DestructiveClass | null;
  /** ID of a thing that is taken over. */
  readonly importing?: string;
  /** `wave 1 of 3`; null outside rollouts. */
  readonly wave: { readonly number: number; readonly of: number } | null;
}

/** Something that a reader should know and that changes nothing: an orphan, a member that somebody stopped. */
export interface Notice {
  readonly kind: 'orphan' | 'clone' | 'stopped' | 'left-stopped' | 'suspended' | 'rejected' | 'kept' | 'busy' | 'drift';
  readonly address: Address;
  readonly scope: Scope;
  readonly id: string;
  readonly message: string;
}

/** A guard's refusal: numbers and classes that the project does not allow. */
export interface Refusal {
  readonly reason:
    | 'class-not-allowed'
    | 'removal-budget'
    | 'empty-desired'
    | 'no-project-id'
    | 'prune-narrowed'
    | 'stateful'
    | 'deletion-protected'
    | 'prepaid'
    | 'window-closed'
    | 'rehearsal-failed';
  readonly class: DestructiveClass | null;
  readonly addresses: readonly Address[];
  readonly summary: string;
  readonly hint: string;
}

/** What would be done: a pure function of manifests, lock, policy, the observed state and the time. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly changes: readonly ResourceChange[];
  readonly notices: readonly Notice[];
  /** Findings that only planning can make: duplicates, create-only fields. */
  readonly findings: readonly Finding[];
  /** What cannot be done to single things: a disk that holds data, a protected instance. */
  readonly refusals: readonly Refusal[];
}

export function hasChanges(plan: Plan): boolean {
  return plan.actions.length > 0;
}
