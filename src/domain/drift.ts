import type { Address } from './address.js';
import type { Json } from './digest.js';
import type { Diagnostic } from './finding.js';
import type { Scope } from './observed.js';
import type { PlanResult } from './result.js';

/**
 * changed: it is there, and otherwise than the manifest says. missing: it is not there. unexpected: it is there, and no
 * manifest asks for it. unfinished: work of ours that is still under way, or was left by a run that died. finding: what
 * a rule says of the live facts of something that the lock or a manifest pins.
 */
export type DriftKind = 'changed' | 'missing' | 'unexpected' | 'unfinished' | 'finding';

export interface FieldDrift {
  /** As in the plan file: `system_disk.size_gib`. */
  readonly field: string;
  /** Null: nothing is wanted there. */
  readonly wanted: Json;
  /** Null: nothing is there. */
  readonly found: Json;
}

/** The last call of a run of tallyman's that wrote at an address and was answered with success, by its audit log. */
export interface LastWrite {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly operation: string;
  /** Null where the answer had none. */
  readonly requestId: string | null;
  /** The machine or image that lived at the address then; null where no line names one. */
  readonly id: string | null;
}

/** Where to look for who did it: only what the API and the audit log tell, nothing guessed. */
export interface DriftTrail {
  /** API operations that can lead to what was found, sorted. */
  readonly operations: readonly string[];
  /** Not before this time, ISO 8601: the last write of ours, or the thing's own age; null: unknown. */
  readonly since: string | null;
  /** When it was found, ISO 8601. */
  readonly until: string;
  readonly lastWrite: LastWrite | null;
  /** What the API tells of the thing, each a sentence without a full stop. */
  readonly facts: readonly string[];
}

/** One thing that is not as the manifests and the lock say, before it has a place in a file. */
export interface Difference {
  readonly kind: DriftKind;
  readonly address: Address;
  readonly scope: Scope | null;
  /** Null where nothing exists. */
  readonly id: string | null;
  /** One line, no full stop. */
  readonly message: string;
  readonly fields: readonly FieldDrift[];
  readonly trail: DriftTrail;
}

export interface DriftEntry extends Difference {
  /** The same with its place, for formats that show findings. */
  readonly diagnostic: Diagnostic;
}

export interface DriftResult {
  readonly project: PlanResult['project'];
  /** When it was looked, ISO 8601, UTC. */
  readonly timestamp: string;
  /** Of the work tree; null outside git or with changes that are not committed. */
  readonly commit: string | null;
  /** By address. */
  readonly entries: readonly DriftEntry[];
  /** Members that are as they shall be. */
  readonly unchanged: readonly Address[];
  /** Left out because `--ignore` names them. */
  readonly ignored: readonly Address[];
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly files: number;
  readonly rules: number;
}
