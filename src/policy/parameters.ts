import type { Json } from '../domain/digest.js';
import { didYouMean } from '../domain/closest-name.js';

/** A draft-07 JSON Schema, for editors and reference pages; `read` is what checks. */
export type JsonSchema = { readonly [keyword: string]: Json };

/** What is wrong with a parameter. `path` begins below the rule: `['owners', 0, 'uid']`. */
export interface ParameterProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * A value that a Policy may give. Written by hand instead of compiled from the schema: compiling takes longer than
 * everything else that happens when the program starts.
 */
export interface Shape<T> {
  readonly schema: JsonSchema;
  /** Undefined where a problem was added. */
  read(value: unknown, path: ParameterProblem['path'], problems: ParameterProblem[]): T | undefined;
  /** What an absent value means; absent itself where the value must be given. */
  readonly absent?: { readonly value: T };
}

/** The parameters of a rule, by name. */
export interface Parameters<P> extends Shape<P> {
  /** Names of those that must be given. */
  readonly required: readonly string[];
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type ValueOf<S> = S extends Shape<infer T> ? T : never;

export function object<F extends Fields>(fields: F): Parameters<{ readonly [K in keyof F]: ValueOf<F[K]> }> {
  const required = Object.keys(fields).filter((name) => fields[name]?.absent === undefined);
  return {
    required,
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.schema])),
      ...(required.length > 0 && { required }),
    },
    read: (value, path, problems) => {
      if (!isRecord(value)) return refuse(problems, path, 'must be a map', value);
      const before = problems.length;
      for (const name of Object.keys(value).filter((key) => !Object.hasOwn(fields, key))) {
        problems.push({
          path: [...path, name],
          message: `'${name}' is not a parameter here${didYouMean(name, Object.keys(fields))}`,
        });
      }
      const read = Object.entries(fields).map(([name, field]): [string, unknown] => [
        name,
        readField(field, value, name, path, problems),
      ]);
      if (problems.length > before) return undefined;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each field was read by its own shape just above
      return Object.fromEntries(read) as { readonly [K in keyof F]: ValueOf<F[K]> };
    },
  };
}

function readField(
  field: Shape<unknown>,
  value: Readonly<Record<string, unknown>>,
  name: string,
  path: ParameterProblem['path'],
  problems: ParameterProblem[],
): unknown {
  if (Object.hasOwn(value, name)) return field.read(value[name], [...path, name], problems);
  if (field.absent !== undefined) return field.absent.value;
  problems.push({ path, message: `\`${name}\` must be given` });
  return undefined;
}

export function optional<T>(shape: Shape<T>): Shape<T | null> {
  return { ...shape, absent: { value: null } };
}

export function withDefault<T extends Json>(shape: Shape<T>, value: T): Shape<T> {
  return { ...shape, schema: { ...shape.schema, default: value }, absent: { value } };
}

/** At least one item. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema, minItems: 1 },
    read: (value, path, problems) => {
      if (!Array.isArray(value)) return refuse(problems, path, 'must be a list', value);
      if (value.length === 0) return refuse(problems, path, 'must not be empty', value);
      const before = problems.length;
      const items = value.map((element: unknown, index) => item.read(element, [...path, index], problems));
      return problems.length > before ? undefined : items.filter((element) => element !== undefined);
    },
  };
}

/** Text that matches; `must` says in words what does. */
export function text(must: string, pattern: RegExp): Shape<string> {
  return {
    schema: { type: 'string', pattern: pattern.source },
    read: (value, path, problems) =>
      typeof value === 'string' && pattern.test(value) ? value : refuse(problems, path, must, value),
  };
}

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return {
    schema: { enum: values },
    read: (value, path, problems) => {
      const found = values.find((candidate) => candidate === value);
      return found ?? refuse(problems, path, `must be one of ${values.map((each) => `'${each}'`).join(', ')}`, value);
    },
  };
}

export function wholeNumber(minimum: number, maximum: number): Shape<number> {
  return {
    schema: { type: 'integer', minimum, maximum },
    read: (value, path, problems) =>
      typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum
        ? value
        : refuse(problems, path, `must be a whole number from ${minimum} to ${maximum}`, value),
  };
}

export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read: (value, path, problems) =>
    typeof value === 'boolean' ? value : refuse(problems, path, "must be 'true' or 'false'", value),
};

/** An account's UID: text, because a number above 2^53 loses digits. */
export const uid = text('must be a UID: digits in quotes', /^\d{1,20}$/);
export const word = text('must be text that is not empty', /^.+$/s);
export const region = text("must be the ID of a region, such as 'cn-hangzhou'", /^[a-z]{2}-[a-z0-9-]+$/);

/** `YYYY-MM-DD`, a day that exists. */
export const day: Shape<string> = {
  schema: { type: 'string', format: 'date' },
  read: (value, path, problems) =>
    typeof value === 'string' && isDay(value)
      ? value
      : refuse(problems, path, "must be a day, such as '2027-12-31'", value),
};

export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

function refuse(problems: ParameterProblem[], path: ParameterProblem['path'], must: string, value: unknown): undefined {
  problems.push({ path, message: `\`${nameOf(path)}\` ${must}, not ${show(value)}` });
  return undefined;
}

function nameOf(path: ParameterProblem['path']): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  // Read as a number it has other digits than in the file: those would be another customer's UID.
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) return 'a number';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' && value !== null ? 'a map' : `'${String(value)}'`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
