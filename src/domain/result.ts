import type { Address } from './address.js';
import type { Json } from './digest.js';
import type { Diagnostic } from './finding.js';
import type { Lineage, LineageNode } from './lineage-graph.js';
import type { LockEntry } from './lock.js';
import type { ObservedState, Scope } from './observed.js';
import type { Outcome } from './outcome.js';
import type { Plan, Refusal } from './plan.js';
import type { RunningOwner } from './running-owner.js';

/** Counts of a check. `skipped`: rules that need live facts, per resource that they would have judged. */
export interface CheckSummary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly waived: number;
  readonly skipped: number;
  readonly files: number;
  readonly rules: number;
}

export interface LintResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: CheckSummary;
}

/** What the rules say of everything that accounts hold. */
export interface AuditResult extends LintResult {
  readonly scopes: readonly Scope[];
  /** How many there are. */
  readonly instances: number;
  readonly images: number;
  /** Whose images run. */
  readonly owners: readonly RunningOwner[];
  /** When it was looked, milliseconds since 1970. */
  readonly nowMs: number;
  readonly apiCalls: ObservedState['apiCalls'];
}

/** One account of the project and the regions that were looked at. */
export interface PlanTarget {
  readonly account: string;
  readonly accountId: string;
  readonly regions: readonly string[];
}

export interface PlanResult {
  /** What it was made for: to reach what the manifests say, or to have nothing left of it. */
  readonly purpose: 'apply' | 'destroy';
  readonly project: { readonly name: string; readonly id: string | null; readonly environment: string | null };
  /** UID of each account of the project, by name: for showing. */
  readonly targets: readonly PlanTarget[];
  /** ISO 8601, UTC: the time of the clock port. */
  readonly timestamp: string;
  /** Commit of the work tree; null outside git or with changes that are not committed. */
  readonly commit: string | null;
  /** `sha256:...` of every file that the plan was made from, by path. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly plan: Plan;
  /** Of all that manifests and plan speak of. */
  readonly lineage: Lineage;
  readonly diagnostics: readonly Diagnostic[];
  readonly check: CheckSummary;
  readonly refusals: readonly Refusal[];
  /** Neither an unwaived error nor a refusal, which a rehearsal that failed is as well. */
  readonly isApplyable: boolean;
  /** Null where none was asked for. */
  readonly rehearsal: Rehearsal | null;
  readonly observedDigest: string;
  readonly apiCalls: Readonly<Record<string, number>>;
  /** What `--out` writes and `-o json` prints: the published format. */
  readonly document: PlanDocument;
}

/** What came of carrying out a plan in a made-up cloud that holds what was observed. */
export interface Rehearsal {
  /** `passed`: every action came to its end, and a second plan is empty. `skipped`: it was not held. */
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it was not held, the end of a sentence; null where it was. */
  readonly reason: string | null;
  /** Of the plan, and how many of them came to their end. */
  readonly actions: number;
  readonly done: number;
  readonly problems: readonly RehearsalProblem[];
}

/** One thing that the rehearsal met, at the line of the manifest that causes it. */
export interface RehearsalProblem {
  /** As rules have one: `rehearsal/action-failed` or `rehearsal/difference`. */
  readonly diagnostic: Diagnostic;
  /** Members that meet the same, sorted. */
  readonly addresses: readonly Address[];
  readonly actionKind: string;
  /** The API operation; null for an action that sends none. */
  readonly operation: string | null;
  /** The service's code; null where no call was refused. */
  readonly apiCode: string | null;
}

/** The plan file, shaped like `terraform show -json`; schema: schemas/plan.schema.json. */
export interface PlanDocument {
  readonly format_version: '1.0';
  readonly tallyman_version: string;
  readonly timestamp: string;
  readonly errored: boolean;
  readonly applyable: boolean;
  readonly project: { readonly name: string; readonly id: string | null };
  readonly environment: string | null;
  readonly targets: readonly {
    readonly account: string;
    readonly account_id: string;
    readonly regions: readonly string[];
  }[];
  readonly commit: string | null;
  readonly inputs: Readonly<Record<string, string>>;
  readonly observed_digest: string;
  readonly plan_digest: string;
  readonly api_calls: Readonly<Record<string, number>>;
  readonly scope: { readonly targets: readonly string[]; readonly excludes: readonly string[] };
  readonly options: Readonly<Record<string, Json>>;
  readonly actions: readonly PlanDocumentAction[];
  readonly resource_changes: readonly PlanDocumentChange[];
  readonly resource_drift: readonly PlanDocumentChange[];
  readonly notices: readonly Readonly<Record<string, Json>>[];
  readonly lineage: LineageDocument;
  readonly check: CheckSummary;
  readonly findings: readonly Json[];
  readonly refusals: readonly Json[];
  /** Absent where none was asked for. */
  readonly rehearsal?: RehearsalRecord;
  readonly summary: {
    readonly create: number;
    readonly update: number;
    readonly replace: number;
    readonly delete: number;
    readonly adopt: number;
    readonly forget: number;
    readonly no_op: number;
  };
}

export interface RehearsalRecord {
  readonly status: Rehearsal['status'];
  readonly reason: string | null;
  readonly actions: number;
  readonly done: number;
  readonly problems: readonly {
    readonly action_kind: string;
    readonly operation: string | null;
    readonly api_code: string | null;
    readonly addresses: readonly Address[];
    readonly diagnostic: Json;
  }[];
}

/** Lineage as it is published; a node is what a `LineageNode` is. */
export interface LineageDocument {
  readonly nodes: readonly {
    readonly key: string;
    readonly role: LineageNode['role'];
    readonly address: Address | null;
    readonly image_id: string | null;
    readonly image_name: string | null;
    readonly account: string;
    readonly owner: string | null;
    readonly region: string;
    readonly encrypted: LineageNode['encrypted'];
    readonly kms_key_id: string | null;
    readonly members: number;
    readonly sharees: LineageNode['sharees'];
    readonly change: LineageNode['change'];
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export interface PlanDocumentAction {
  readonly id: string;
  readonly kind: string;
  readonly address: Address;
  readonly account: string;
  readonly region: string;
  /** The API operation that it sends; null for one that only waits. */
  readonly operation: string | null;
  readonly depends_on: readonly string[];
  readonly class: string | null;
  readonly reason: string;
  /** Of a CopyImage alone, as is the size. */
  readonly role?: 'copy' | 'hop';
  readonly size_gib?: number;
}

export interface PlanDocumentChange {
  readonly address: Address;
  readonly type: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly id: string | null;
  readonly class: string | null;
  readonly wave: { readonly number: number; readonly of: number } | null;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, Json>> | null;
    readonly after: Readonly<Record<string, Json>> | null;
    readonly after_unknown: Readonly<Record<string, true>>;
    readonly importing?: { readonly id: string };
    readonly replace_paths?: readonly (readonly string[])[];
  };
  readonly action_reason: string | null;
}

export interface ApplyResult {
  readonly plan: PlanResult;
  /** Null where nothing was attempted: policy, a guard or a missing approval stood in the way. */
  readonly outcome: Outcome | null;
  /** Whether the caller or a person at the terminal agreed. */
  readonly isApproved: boolean;
}

/** One source in one region, before and after resolving. */
export interface LockChange {
  readonly source: string;
  readonly region: string;
  readonly kind: 'added' | 'changed' | 'removed' | 'unchanged';
  readonly before: LockEntry | null;
  readonly after: LockEntry | null;
}

export interface UpdateResult {
  readonly lockFile: string;
  readonly changes: readonly LockChange[];
  readonly diagnostics: readonly Diagnostic[];
  /** False with `--check`, with errors, and where nothing changed. */
  readonly isWritten: boolean;
  readonly isCheckOnly: boolean;
}

export type Condition = 'Ready' | 'Progressing' | 'Drifted' | 'Blocked';

export interface MemberStatus {
  readonly address: Address;
  readonly scope: Scope;
  /** Null where nothing exists. */
  readonly id: string | null;
  /** The cloud's word: `Running`, `Available`, ...; null where nothing exists. */
  readonly state: string | null;
  readonly condition: Condition;
  /** CamelCase: `UpToDate`, `Missing`, `ImageDiffers`, `RolloutHalted`, `Stopped`, `Copying`, ... */
  readonly reason: string;
  /** Image in use (instances) or copied (copies); null where nothing exists. */
  readonly imageId: string | null;
  /** Image that the manifests and the lock ask for; null where its copy does not exist yet. */
  readonly wantedImageId: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string | null;
  /** Of its disks, of a copy as stored; null where nothing exists or no answer shows it. */
  readonly sizeGiB: number | null;
  /** What a rollout wrote on it; null where it wrote nothing. */
  readonly rollout: RolloutMarks | null;
  /** IDs of all that carry this address, where they are several: nothing is done there. */
  readonly duplicates: readonly string[];
  readonly notes: readonly string[];
}

export interface RolloutMarks {
  /** The image that the member is being moved onto, and since when (ISO 8601, UTC). */
  readonly updatingTo: string | null;
  readonly since: string | null;
  /** The image to go back to. */
  readonly previous: string | null;
  /** The image that failed on it. */
  readonly rejected: string | null;
}

/** A resource as bad as its worst member; suspended ones are always listed. */
export interface ResourceStatus {
  readonly address: Address;
  readonly members: number;
  readonly ready: number;
  readonly condition: Condition;
  readonly reason: string;
  readonly isSuspended: boolean;
}

/**
 * What keeps a thing that is no member. `history`: within it, or the resource has none; `use`: a member runs it;
 * `share`: accounts have access; `work`: a copy beyond a hop, or a copy under way, is not done yet; `no-prune`: nobody
 * asked for its deletion; `protection`: the cloud would refuse; `not-ours`: somebody's clone.
 */
export type Keeper =
  | 'history'
  | 'keepHop'
  | 'Retain'
  | 'adopt'
  | 'use'
  | 'share'
  | 'suspend'
  | 'work'
  | 'no-prune'
  | 'protection'
  | 'not-ours';

/** A thing that carries our tags and is no member. */
export interface OtherThing {
  readonly address: Address;
  readonly scope: Scope;
  readonly id: string;
  /** `surplus`: a member beyond `replicas`. */
  readonly kind: 'superseded' | 'hop' | 'surplus' | 'orphan' | 'clone';
  /** Null where no answer shows it. */
  readonly sizeGiB: number | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** All that keeps it, so that one alone is what it depends on; empty: the next apply removes it. */
  readonly keptBy: readonly Keeper[];
}

export interface StatusResult {
  readonly project: PlanResult['project'];
  readonly timestamp: string;
  readonly resources: readonly ResourceStatus[];
  readonly members: readonly MemberStatus[];
  /** By address, the newest first. */
  readonly others: readonly OtherThing[];
  readonly apiCalls: Readonly<Record<string, number>>;
}
