import type { ScenarioSpec, WorldChange } from '../../src/emulator/index.js';

/** A document of a manifest: JSON is YAML. */
export interface ManifestDocument {
  readonly apiVersion: 'tallyman.dev/v1';
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface ProjectFiles {
  /** `spec` of the Project, beside its id and accounts. */
  readonly project: Readonly<Record<string, unknown>>;
  readonly manifests: readonly ManifestDocument[];
  readonly policies: readonly ManifestDocument[];
}

/** What goes wrong with one call. Before or after: whether it took effect. */
export const faultKinds = [
  'throttle',
  'server-error',
  'server-error-after',
  'lost-before',
  'lost-after',
  'late',
  'slow',
  'stale',
  'page-shift',
  'denied',
  'expired',
  'no-stock',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Which call of a run it hits: the n-th of all, or the n-th that writes; counted from 1. */
export type FaultOrder = { readonly kind: FaultKind; readonly seconds?: number } & (
  | { readonly call: number; readonly write?: never }
  | { readonly write: number; readonly call?: never }
);

/** Which call of a run a death or an interruption comes with. */
export type Moment =
  | { readonly call: number; readonly write?: never }
  | { readonly write: number; readonly call?: never };

/** One run of `tallyman apply`. */
export interface ApplyOrder {
  /** Runs of one applier come one after the other. */
  readonly by: 'a' | 'b';
  readonly faults?: readonly FaultOrder[];
  /** The process dies right before that call, or after it took effect and before anybody knows. */
  readonly kill?: Moment & { readonly when: 'before' | 'after' };
  /** Ctrl-C at that call. */
  readonly interrupt?: Moment;
  /** How far this machine's clock is ahead. */
  readonly skewSeconds?: number;
  readonly prune?: boolean;
  readonly noWait?: boolean;
}

/** A change of one document: an RFC 7386 merge of its spec, null to remove it, or a whole one that is added. */
export type Edit =
  | { readonly target: string; readonly merge: Readonly<Record<string, unknown>> | null }
  | { readonly add: ManifestDocument };

export type Actor = 'person' | 'sharer' | 'attacker';

/**
 * What somebody does. Where it names a member or a copy by its address, that is the thing that is there at that moment;
 * where nothing is, nothing happens.
 */
export type Deed =
  | { readonly op: 'change'; readonly change: WorldChange }
  | { readonly op: 'stop' | 'start' | 'delete' | 'strip-tags' | 'clone'; readonly member: string }
  | { readonly op: 'replace-disk'; readonly member: string; readonly imageId: string }
  /** Another image takes the ID of one, with all else alike: it is not what was reviewed. */
  | { readonly op: 'swap'; readonly imageId: string }
  /** Somebody's own instance gets our tags of that address. */
  | { readonly op: 'tag-foreign'; readonly member: string }
  | { readonly op: 'delete' | 'deprecate' | 'strip-tags'; readonly copy: string }
  /** An own image takes the name that the copy would get. */
  | { readonly op: 'take-name'; readonly copy: string };

/** Something that holds for a while. */
export type Period =
  | { readonly kind: 'no-stock' }
  | { readonly kind: 'key-disabled'; readonly keyId: string }
  /** Permissions revoked: reads and writes, or writes alone. */
  | { readonly kind: 'denied'; readonly calls: 'all' | 'writes' }
  | { readonly kind: 'expired' };

export type Act =
  | { readonly apply: ApplyOrder }
  /** Until all that run have ended. */
  | { readonly finish: true }
  /** The lock is resolved anew and committed. */
  | { readonly update: true }
  | { readonly commit: readonly Edit[] }
  /** Back to the manifests before the last commit. */
  | { readonly revert: true }
  | { readonly deed: Deed; readonly by: Actor }
  | { readonly period: Period; readonly seconds: number };

/** `after`: seconds since the step before. */
export type Step = { readonly after: number } & Act;

/** Account UIDs: digits, exact. The stranger's account is none of the emulated cloud's business, and can be shared with. */
export interface Uids {
  readonly images: string;
  readonly prod: string;
  readonly attacker: string;
  readonly stranger: string;
}

/** A whole scenario: what is there, and what happens. Nothing else decides how it goes. */
export interface Story {
  readonly name?: string;
  /** What it shows, as a sentence. */
  readonly about?: string;
  readonly seed: number;
  readonly start: string;
  /** Absent: those of the examples. */
  readonly uids?: Uids;
  /** How many rows a page has at most; absent: as many as are asked for. */
  readonly pageSize?: number;
  /** Share of the reads that are late, and by how much. `tags`: only lists that are filtered by tag. */
  readonly lag?: { readonly share: number; readonly seconds: number; readonly tags: boolean };
  readonly cloud: Omit<ScenarioSpec, 'accounts' | 'clock' | 'seed' | 'faults'>;
  /** Copies and uses of these images do not answer to their probes. */
  readonly badImages?: readonly string[];
  readonly environment?: string;
  readonly files: ProjectFiles;
  readonly steps: readonly Step[];
}
