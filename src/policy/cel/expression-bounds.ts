/**
 * What an expression may be, checked when it is loaded. There is no limit on the time that judging takes, since the load
 * of the machine would then decide about findings. Instead no expression is let in that could take long: comprehensions
 * are nested or chained at most twice, and everything else is linear in the size of expression and manifest.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { ExpressionProblem } from '../../domain/policy.js';
import { linearMatches, withoutLinearMatches } from './linear-matches.js';

/** Characters of an expression. */
export const expressionLengthMax = 4_000;

/** Comprehensions in or behind each other. */
export const comprehensionsMax = 2;

export const parserLimits = {
  maxAstNodes: 400,
  maxDepth: 30,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 8,
};

/** `list.all(x, ...)` and its like: what is in the brackets is asked for each member. */
export const comprehensions: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** Everything that can be called: the subset of CEL that docs/custom-rules.md describes. */
export const callable: ReadonlySet<string> = new Set([
  ...comprehensions,
  ...words('has size string double int bool timestamp duration'),
  ...words('startsWith endsWith contains lowerAscii upperAscii trim indexOf lastIndexOf substring split join'),
  linearMatches,
  ...words('hasValue value or orValue of none'),
  ...words('getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getSeconds'),
]);

function words(text: string): readonly string[] {
  return text.split(' ');
}

/** What is beyond the bounds, or outside the subset. */
export function boundProblems(ast: ASTNode): readonly ExpressionProblem[] {
  const problems = nodesOf(ast).flatMap((node) => [...callProblems(node), ...patternProblems(node)]);
  return depthOf(ast) > comprehensionsMax ? [...problems, tooNested(ast)] : problems;
}

/** The node and all below it. The parser bounds how deep that is. */
export function nodesOf(node: ASTNode): readonly ASTNode[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)];
}

function childrenOf({ args }: ASTNode): readonly ASTNode[] {
  const found: unknown[] = Array.isArray(args) ? (args as readonly unknown[]).flat(2) : [args];
  return found.filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function depthOf(node: ASTNode): number {
  const below = Math.max(0, ...childrenOf(node).map(depthOf));
  return isComprehension(node) ? below + 1 : below;
}

function isComprehension(node: ASTNode): boolean {
  return node.op === 'rcall' && comprehensions.has(node.args[0]);
}

/** The smallest part that is nested too deep. */
function tooNested(ast: ASTNode): ExpressionProblem {
  const deep = nodesOf(ast).filter((node) => isComprehension(node) && depthOf(node) > comprehensionsMax);
  const { start, end } = deep.reduce((best, next) => (next.end - next.start < best.end - best.start ? next : best));
  return {
    message: `at most ${comprehensionsMax} comprehensions may stand in or behind each other`,
    hint: 'Say it with fewer of `all`, `exists`, `exists_one`, `filter` and `map`, or make two rules of it.',
    start,
    end,
  };
}

function callProblems(node: ASTNode): readonly ExpressionProblem[] {
  if ((node.op !== 'call' && node.op !== 'rcall') || callable.has(node.args[0])) return [];
  const names = [...callable].map((name) => `\`${withoutLinearMatches(name)}\``).sort();
  return [
    {
      message: `there is no function '${node.args[0]}' in rules`,
      hint: `There are ${names.join(', ')}.`,
      start: node.start,
      end: node.end,
    },
  ];
}

/** A pattern has to be there when the rule is loaded, so that a mistake in it is found then. */
function patternProblems(node: ASTNode): readonly ExpressionProblem[] {
  const pattern = patternOf(node);
  if (pattern === undefined) return [];
  const { start, end } = pattern;
  if (pattern.op !== 'value' || typeof pattern.args !== 'string') {
    const hint = 'Write the pattern itself, in quotes.';
    return [{ message: 'the pattern of `matches` must be a text in quotes', hint, start, end }];
  }
  try {
    RE2JS.compile(pattern.args);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = 'Write it in the syntax of RE2, which has neither backreferences nor look-around.';
    return [{ message: `the pattern of \`matches\` cannot be used: ${why}`, hint, start, end }];
  }
}

function patternOf(node: ASTNode): ASTNode | undefined {
  if (node.op === 'rcall' && node.args[0] === linearMatches) return node.args[2][0];
  return node.op === 'call' && node.args[0] === linearMatches ? node.args[1][1] : undefined;
}
