import { fitsWildcard } from '../world/wildcard.js';
import type { PolicyDocument, PolicyStatement } from './policy.js';

/** One question to RAM. No resource means: is the action allowed at all, whatever it is about? */
export interface Question {
  readonly action: string;
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, string>>;
}

export type Verdict = 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';

/** A Deny that fits beats every Allow, and what nothing allows is denied. Each resource must be allowed by itself. */
export function decide(policies: readonly PolicyDocument[], question: Question): Verdict {
  const statements = policies.flatMap((policy) => policy.Statement).filter((statement) => fits(statement, question));
  const resources = question.resources.length === 0 ? [undefined] : question.resources;
  const covers = (effect: PolicyStatement['Effect'], resource: string | undefined): boolean =>
    statements.some((statement) => statement.Effect === effect && isAbout(statement, resource));
  if (resources.some((resource) => covers('Deny', resource))) return 'ExplicitDeny';
  return resources.every((resource) => covers('Allow', resource)) ? 'Allow' : 'ImplicitDeny';
}

function fits(statement: PolicyStatement, question: Question): boolean {
  const isActionNamed = listOf(statement.Action).some((pattern) =>
    matches(pattern.toLowerCase(), question.action.toLowerCase()),
  );
  return isActionNamed && conditionsHold(statement, question.conditions);
}

function isAbout(statement: PolicyStatement, resource: string | undefined): boolean {
  if (resource === undefined) return statement.Effect === 'Allow' || listOf(statement.Resource).includes('*');
  return listOf(statement.Resource).some((pattern) => matches(pattern, resource));
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** `*` stands for any text and `?` for one character. */
export function matches(pattern: string, text: string): boolean {
  return fitsWildcard(pattern, text, true);
}

type Compare = (actual: string, wanted: string) => boolean;

const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matches(wanted, actual),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
};

export const conditionOperators: readonly string[] = [...Object.keys(comparisons), ...Object.keys(negations)];

/** All operators and keys must hold; of several values one is enough. A key that the call lacks equals nothing. */
function conditionsHold(statement: PolicyStatement, given: Readonly<Record<string, string>>): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, given[key], listOf(wanted))),
  );
}

function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  const negated = negations[operator];
  if (negated !== undefined) return !holds(negated, actual, wanted);
  const compare = comparisons[operator];
  return compare !== undefined && actual !== undefined && wanted.some((value) => compare(actual, value));
}
