import { Environment, EvaluationError, type ASTNode, ParseError, TypeError as CheckError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { closestName } from '../../domain/closest-name.js';
import type { FieldPath } from '../../domain/origin.js';
import type { ExpressionProblem, RuleFacts, RuleProgram, Verdict } from '../../domain/policy.js';
import type { ResourceKind } from '../rule.js';
import { boundProblems, expressionLengthMax, nodesOf, parserLimits } from './expression-bounds.js';
import { indexOfLinearMatches, linearMatches, withLinearMatches, withoutLinearMatches } from './linear-matches.js';
import { MessageTypes } from './message-types.js';
import { type Fields, messageTypes, variablesFor } from './rule-types.js';

/**
 * Compiles the expression of a rule for each kind that it judges. Never throws: what is wrong with the expression is in
 * the program's `problems`, with places in the text.
 */
export function compileRule(expr: string, kinds: readonly ResourceKind[], stage: 'lint' | 'plan'): RuleProgram {
  const tooLong = lengthProblem(expr);
  if (tooLong !== null) return unusable([tooLong]);
  const compiled = kinds.map((kind) => [kind, compileFor(expr, kind, stage)] as const);
  const problems = compiled.flatMap(([, { problems: own }]) => own);
  const [first] = compiled;
  if (problems.length > 0 || first === undefined) return unusable(withoutRepetition(problems));
  const byKind = new Map(compiled.map(([kind, { judge }]) => [kind as string, judge]));
  const { ast } = first[1];
  return {
    problems: [],
    uses: new Set(nodesOf(ast).flatMap((node) => (node.op === 'id' ? [node.args] : []))),
    field: fieldOf(ast),
    judge: (kind, facts) => {
      const judge = byKind.get(kind);
      if (judge === undefined) throw new Error(`the rule was not compiled for ${kind}`);
      return judge(facts);
    },
  };
}

interface Compiled {
  readonly problems: readonly ExpressionProblem[];
  readonly ast: ASTNode;
  readonly judge: (facts: RuleFacts) => Verdict;
}

function unusable(problems: readonly ExpressionProblem[]): RuleProgram {
  const judge = (): never => {
    throw new Error('an expression with problems judges nothing: policies are checked before they are used');
  };
  return { problems, uses: new Set(), field: null, judge };
}

function lengthProblem(expr: string): ExpressionProblem | null {
  if (expr.length <= expressionLengthMax) return null;
  return {
    message: `an expression must have at most ${expressionLengthMax} characters, and this one has ${expr.length}`,
    hint: 'Make several rules of it.',
    start: 0,
    end: expr.length,
  };
}

/** The same mistake is there for each kind that the rule judges. */
function withoutRepetition(problems: readonly ExpressionProblem[]): readonly ExpressionProblem[] {
  const byText = new Map(problems.map((problem) => [JSON.stringify([problem.message, problem.start]), problem]));
  return [...byText.values()];
}

function compileFor(
  expr: string,
  kind: ResourceKind,
  stage: 'lint' | 'plan',
): Omit<Compiled, 'ast'> & { ast: ASTNode } {
  const { variables, types, environment } = languageFor(kind, stage);
  try {
    const parsed = environment.parse(withLinearMatches(expr));
    const judge = (facts: RuleFacts): Verdict => verdictOf(parsed, types.contextOf(variables, facts));
    const { ast } = parsed;
    const bounds = [...ownWordProblems(expr), ...boundProblems(ast)];
    const problems = bounds.length > 0 ? bounds : typeProblems(parsed, types, kind, variables);
    return { problems, ast, judge };
  } catch (error) {
    return { problems: [problemOf(error, kind, variables)], ast: nothing, judge: () => ({ kind: 'holds' }) };
  }
}

/** Stands for an expression that could not be read. */
const nothing: ASTNode = {
  op: 'value',
  args: null,
  input: '',
  pos: 0,
  start: 0,
  end: 0,
  range: { start: 0, end: 0 },
  toOldStructure: () => ['value', null],
};

interface Language {
  readonly variables: Fields;
  readonly types: MessageTypes;
  readonly environment: Environment;
}

/** What rules about a kind can say, made once: it takes longer than to compile an expression. */
const languages = new Map<string, Language>();

function languageFor(kind: ResourceKind, stage: 'lint' | 'plan'): Language {
  const key = `${kind} ${stage}`;
  const variables = variablesFor(kind, stage);
  const types = new MessageTypes(messageTypes);
  const language = languages.get(key) ?? { variables, types, environment: environmentOf(types, variables) };
  languages.set(key, language);
  return language;
}

function environmentOf(types: MessageTypes, variables: Fields): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    enableOptionalTypes: true,
    limits: parserLimits,
  });
  types.register(environment);
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  const patterns = new Map<string, RE2JS>();
  const matches = (text: string, pattern: string): boolean => {
    const compiled = patterns.get(pattern) ?? RE2JS.compile(pattern);
    patterns.set(pattern, compiled);
    return compiled.matcher(text).find();
  };
  return environment
    .registerFunction(`string.${linearMatches}(string): bool`, matches)
    .registerFunction(`${linearMatches}(string, string): bool`, matches);
}

function ownWordProblems(expr: string): readonly ExpressionProblem[] {
  const start = indexOfLinearMatches(expr);
  if (start === undefined) return [];
  const message = `there is no function '${linearMatches}' in rules`;
  return [{ message, hint: 'Write `matches`.', start, end: start + linearMatches.length }];
}

function typeProblems(
  parsed: ReturnType<Environment['parse']>,
  types: MessageTypes,
  kind: ResourceKind,
  variables: Fields,
): readonly ExpressionProblem[] {
  const { ast } = parsed;
  const { valid, type, error } = parsed.check();
  if (!valid) return [problemOf(error, kind, variables)];
  const unknown = nodesOf(ast).flatMap((node) => unknownOptionalField(node, types, kind));
  if (unknown.length > 0 || type === 'bool') return unknown;
  const message = `the expression must be true or false, and is of type '${type}'`;
  const hint = 'Compare it with something: what is true means that the resource is as it must be.';
  return [{ message, hint, start: ast.start, end: ast.end }];
}

/** The evaluator takes a field that no message of the type has, asked for with `.?`, for one that is absent. */
function unknownOptionalField(node: ASTNode, types: MessageTypes, kind: ResourceKind): readonly ExpressionProblem[] {
  if (node.op !== '.?') return [];
  const [receiver, field] = node.args;
  const fields = types.fieldsOf(checkedTypeOf(receiver));
  if (fields === undefined || Object.hasOwn(fields, field)) return [];
  return [noSuchField(field, Object.keys(fields), kind, { start: node.end - field.length, end: node.end })];
}

/** What the checker found out about a part; it is no part of the declared shape of a node. */
function checkedTypeOf(node: ASTNode): string {
  const { checkedType } = node as { readonly checkedType?: unknown };
  if (typeof checkedType !== 'object' || checkedType === null || !('name' in checkedType)) return '';
  return typeof checkedType.name === 'string' ? checkedType.name : '';
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function problemOf(error: unknown, kind: ResourceKind, variables: Fields): ExpressionProblem {
  if (!isOfTheEvaluator(error)) return unchecked(error);
  const place = error.range ?? { start: 0, end: 0 };
  const name = error.summary.slice(error.summary.indexOf(': ') + 2);
  if (error.code === 'no_such_key') return noSuchField(name, [], kind, place);
  if (error.code === 'unknown_variable') return unknownVariable(name, Object.keys(variables), place);
  if (error.code === 'limit_exceeded') {
    const message = `the expression is larger than allowed: ${lowered(error.summary)}`;
    return { message, hint: 'Make several rules of it.', ...place };
  }
  const message = withoutLinearMatches(lowered(error.summary));
  return { message, hint: hintFor(message), ...place };
}

function isOfTheEvaluator(error: unknown): error is ParseError | CheckError | EvaluationError {
  return error instanceof ParseError || error instanceof CheckError || error instanceof EvaluationError;
}

/** The evaluator gives up with a bare error on some expressions without types; it does not say where. */
function unchecked(error: unknown): ExpressionProblem {
  const why = withoutLinearMatches(lowered(error instanceof Error ? error.message : String(error)));
  const hint = 'Write it with values of one type.';
  return { message: `the expression cannot be checked: ${why}`, hint, start: 0, end: 0 };
}

function noSuchField(field: string, known: readonly string[], kind: ResourceKind, place: Place): ExpressionProblem {
  const meant = closestName(field, known);
  const hint =
    meant === undefined ? `Look up the fields of ${kind} in docs/manifests.md.` : `Did you mean \`${meant}\`?`;
  return { message: `there is no field '${field}' there, for a resource of kind ${kind}`, hint, ...place };
}

function unknownVariable(name: string, known: readonly string[], place: Place): ExpressionProblem {
  const meant = closestName(name, known);
  const list = known.map((one) => `\`${one}\``).join(', ');
  const hint =
    name === 'action'
      ? 'Add `stage: plan` to the rule: only a plan has actions.'
      : meant === undefined
        ? `There are ${list}.`
        : `Did you mean \`${meant}\`?`;
  return { message: `there is no variable '${name}'`, hint, ...place };
}

function hintFor(message: string): string {
  if (/double/.test(message) && /int/.test(message))
    return 'Write numbers with a point: manifests hold doubles, so 40.0.';
  return 'docs/custom-rules.md says what an expression can be.';
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replaceAll(/\s+/g, ' ');
}

function verdictOf(program: (context: Record<string, unknown>) => unknown, context: Record<string, unknown>): Verdict {
  try {
    const answer = program(context);
    if (typeof answer === 'boolean') return { kind: answer ? 'holds' : 'fails' };
    return { kind: 'unanswered', why: 'the answer is neither true nor false' };
  } catch (error) {
    return { kind: 'unanswered', why: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!isOfTheEvaluator(error)) return lowered(error instanceof Error ? error.message : String(error));
  const { code, summary } = error;
  const absent = /^No such key: (.*)$/s.exec(summary)?.[1];
  if (code === 'no_such_key' && absent !== undefined) return `'${absent}' is not there`;
  return withoutLinearMatches(lowered(summary));
}

/** The one field of the resource that the expression is about; null where it is about several or none. */
function fieldOf(ast: ASTNode): FieldPath | null {
  const paths = new Map(pathsIn(ast).map((path) => [path.join('.'), path]));
  const [path] = paths.values();
  return paths.size === 1 && path !== undefined ? path : null;
}

/** The longest paths of plain fields that begin at `resource`. */
function pathsIn(node: ASTNode): readonly FieldPath[] {
  const path = pathOf(node);
  if (path !== null) return path.length === 0 ? [] : [path];
  return nodesOf(node)
    .slice(1)
    .filter((inner) => isDirectlyIn(inner, node))
    .flatMap(pathsIn);
}

function isDirectlyIn(inner: ASTNode, node: ASTNode): boolean {
  const args: readonly unknown[] = Array.isArray(node.args) ? (node.args as readonly unknown[]).flat(2) : [node.args];
  return args.includes(inner);
}

function pathOf(node: ASTNode): readonly string[] | null {
  if (node.op === 'id') return node.args === 'resource' ? [] : null;
  if (node.op !== '.' && node.op !== '.?') return null;
  const [receiver, field] = node.args;
  const path = pathOf(receiver);
  return path === null ? null : [...path, field];
}
