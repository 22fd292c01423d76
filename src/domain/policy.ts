import type { Origin } from './origin.js';
import type { Labels } from './desired.js';
import type { RuleSeverity } from './finding.js';

export type Preset = 'recommended' | 'strict' | 'none';

/** Which resources a Policy speaks about; an absent member matches everything. */
export interface Match {
  readonly labels: Labels;
  readonly kinds: readonly string[] | null;
  readonly accounts: readonly string[] | null;
  readonly regions: readonly string[] | null;
}

export interface RuleSetting {
  /** Null = the preset's. */
  readonly severity: RuleSeverity | null;
  /** As written, checked against the rule's own schema when the policy is loaded. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
}

export interface Policy {
  readonly name: string;
  readonly match: Match;
  readonly extends: readonly Preset[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly origin: Origin;
}

/** A dated, reasoned exemption from one rule for named resources. */
export interface Waiver {
  readonly name: string;
  readonly rule: string;
  readonly resources: readonly string[];
  readonly reason: string;
  readonly approvedBy: string;
  /** `YYYY-MM-DD`: the last day on which it counts, UTC. */
  readonly expires: string;
  readonly origin: Origin;
}

/** A rule's complaint before severity and waivers are looked up. */
export interface Violation {
  readonly at: Origin | null;
  /** For what has no place in a file, and for what a waiver names. */
  readonly address: string | null;
  readonly message: string;
  readonly hint: string;
  /** The offending value as text. */
  readonly value: string;
}
