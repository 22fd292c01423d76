import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** How a job or step went so far, for `success()` and its like. */
export type Status = 'success' | 'failure' | 'cancelled';

/** A value of a workflow that is neither a list nor a map. */
export type Scalar = string | number | boolean | null | undefined;

export type Contexts = Readonly<Record<string, unknown>>;

const statusFunctions: Readonly<Record<string, (status: Status) => boolean>> = {
  always: () => true,
  cancelled: (status) => status === 'cancelled',
  failure: (status) => status === 'failure',
  success: (status) => status === 'success',
};

function evaluate(text: string, contexts: Contexts, status: Status): data.ExpressionData {
  const functions = Object.entries(statusFunctions).map(([name, call]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(call(status)),
  }));
  const { tokens } = new Lexer(text).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, values, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

const expression = /\$\{\{([^]*?)\}\}/g;

/** A value of a workflow with its expressions put in; numbers and booleans become text, as the runner does it. */
export function interpolate(value: Scalar, contexts: Contexts, status: Status = 'success'): string {
  if (value === null || value === undefined) return '';
  return String(value).replaceAll(expression, (_, inner: string) => evaluate(inner, contexts, status).coerceString());
}

export function interpolateAll(
  values: Readonly<Record<string, Scalar>> | undefined,
  contexts: Contexts,
): Record<string, string> {
  const entries = Object.entries(values ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, interpolate(value, contexts)]));
}

/** Whether a job or step with this `if` runs: without a status function it needs that all went well before it. */
export function isWanted(condition: Scalar, contexts: Contexts, status: Status): boolean {
  if (condition === undefined) return status === 'success';
  const text = String(condition).replaceAll(expression, '$1');
  const { falsy } = truth(evaluate(text, contexts, status));
  const asksForStatus = /\b(?:always|cancelled|failure|success)\s*\(/.test(text);
  return !falsy && (asksForStatus || status === 'success');
}

function truth(value: data.ExpressionData): { readonly falsy: boolean } {
  const text = value.coerceString();
  return { falsy: ['false', '', '0'].includes(text) };
}
