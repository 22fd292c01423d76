import type { RuleSeverity } from '../domain/finding.js';

/** Severities that count above those of all Policies, by rule: what somebody asks for on the command line, for one run. */
export type RuleOverrides = ReadonlyMap<string, RuleSeverity>;

export const noOverrides: RuleOverrides = new Map();
