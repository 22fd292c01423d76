/**
 * The evaluator's own `matches` runs on a backtracking engine, so that a pattern such as `^(a+)+$` can hold a run up for
 * ever, and it cannot be overridden. So the word is swapped for another of the same length before the evaluator reads the
 * expression: places stay true, and what is called is ours, which takes time linear in the text.
 */
export const linearMatches = 'matchRE';

/** A string of CEL, a comment, or a word. Strings and comments come first, so that no word in them is touched. */
const tokens =
  /\/\/[^\n]*|(?:\b[bB]?[rR][bB]?)(?:"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')|"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_][A-Za-z0-9_]*/g;

/** The expression as the evaluator shall read it. */
export function withLinearMatches(expr: string): string {
  return expr.replaceAll(tokens, (token) => (token === 'matches' ? linearMatches : token));
}

/** Where the expression itself uses our word; undefined where it does not. */
export function indexOfLinearMatches(expr: string): number | undefined {
  for (const { 0: token, index } of expr.matchAll(tokens)) if (token === linearMatches) return index;
  return undefined;
}

/** A message of the evaluator in the words of whoever wrote the expression. */
export function withoutLinearMatches(text: string): string {
  return text.replaceAll(linearMatches, 'matches');
}
