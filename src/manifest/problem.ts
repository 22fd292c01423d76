import type { FieldPath } from '../domain/origin.js';
import type { ManifestRuleId } from './manifest-rules.js';

/** What is wrong with a text as YAML, before anybody asks what it means. */
export interface Problem {
  readonly ruleId: ManifestRuleId;
  /** Number of the document in the file, from 0. */
  readonly document: number;
  readonly path: FieldPath;
  readonly message: string;
  readonly hint: string;
  readonly value: string;
  /** Offsets in the text, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}
