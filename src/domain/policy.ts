import type { FieldPath, Origin } from './origin.js';
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
  readonly custom: readonly CustomRule[];
  readonly origin: Origin;
}

/** A rule that a Policy brings along: what must hold, as an expression in CEL. */
export interface CustomRule {
  /** `custom/name`. */
  readonly id: string;
  /** What must hold, for whoever breaks it. */
  readonly message: string;
  readonly expr: string;
  readonly stage: 'lint' | 'plan';
  readonly severity: RuleSeverity;
  readonly match: Match;
  /** Address of a page about the rule; null where it has none. */
  readonly docs: string | null;
  /** Null before it is compiled, which happens where projects are loaded. */
  readonly program: RuleProgram | null;
  readonly origin: Origin;
}

/** What is wrong with an expression, and where in its text: offsets in UTF-16 units, `end` exclusive. */
export interface ExpressionProblem {
  readonly message: string;
  readonly hint: string;
  readonly start: number;
  readonly end: number;
}

/** What an expression may look at, by variable. Null and undefined are absent. */
export type RuleFacts = Readonly<Record<string, unknown>>;

export type Verdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'fails' }
  /** A field that is not there, a division by zero: it was not judged, and so it does not pass. */
  | { readonly kind: 'unanswered'; readonly why: string };

export interface RuleProgram {
  /** Where there are any, the rule judges nothing and the Policy cannot be followed. */
  readonly problems: readonly ExpressionProblem[];
  /** Names of the variables that the expression mentions. */
  readonly uses: ReadonlySet<string>;
  /** The one field of the resource that it is about; null where it is about several or none. */
  readonly field: FieldPath | null;
  /** Never throws for facts of any shape that a manifest can have; the same facts give the same verdict. */
  readonly judge: (kind: string, facts: RuleFacts) => Verdict;
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
