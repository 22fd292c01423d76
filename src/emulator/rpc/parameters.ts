import { ApiError, type ErrorSpec } from './api-error.js';

/** Decoded business parameters of one request, query and form body merged: `Tag.1.Key` -> `team`. */
export type RawParameters = ReadonlyMap<string, string>;

/** How one parameter (or group, or list) is read from a request. Throws ApiError where the value is not acceptable. */
export interface Parameter<T> {
  read(name: string, raw: RawParameters): T;
}

export type ParameterSpec = Readonly<Record<string, Parameter<unknown>>>;
export type Parsed<S extends ParameterSpec> = { readonly [K in keyof S]: S[K] extends Parameter<infer T> ? T : never };

function malformed(name: string, error: ErrorSpec | undefined, what: string): ApiError {
  if (error !== undefined) return new ApiError(error.status, error.code, error.message ?? what);
  return new ApiError(400, `Invalid${name.replace(/\.\d+/g, '').replaceAll('.', '')}`, what);
}

export interface TextOptions {
  readonly oneOf?: readonly string[];
  readonly pattern?: RegExp;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** An empty value is a value (`Tag.1.Value=`). By default it counts as absent, as the Go SDK drops it anyway. */
  readonly isEmptyKept?: boolean;
  readonly error?: ErrorSpec;
}

export function text(options: TextOptions = {}): Parameter<string | undefined> {
  return {
    read(name, raw) {
      const value = raw.get(name);
      if (value === undefined || (value === '' && options.isEmptyKept !== true)) return undefined;
      const isFit =
        (options.oneOf?.includes(value) ?? true) &&
        (options.pattern?.test(value) ?? true) &&
        value.length >= (options.minLength ?? 0) &&
        value.length <= (options.maxLength ?? Number.POSITIVE_INFINITY);
      if (!isFit) throw malformed(name, options.error, `The specified parameter "${name}" is not valid.`);
      return value;
    },
  };
}

/** One of a few literal values, so that what is read has their type. */
export function choice<const T extends string>(values: readonly T[], error?: ErrorSpec): Parameter<T | undefined> {
  return {
    read(name, raw) {
      const value = raw.get(name);
      if (value === undefined || value === '') return undefined;
      const known = values.find((each) => each === value);
      if (known === undefined) throw malformed(name, error, `The specified parameter "${name}" is not valid.`);
      return known;
    },
  };
}

export interface IntegerOptions {
  readonly min?: number;
  readonly max?: number;
  /** Move a value outside the range to its border, as paging parameters of DescribeInstances do. */
  readonly isClamped?: boolean;
  readonly error?: ErrorSpec;
}

export function integer(options: IntegerOptions = {}): Parameter<number | undefined> {
  return {
    read(name, raw) {
      const value = raw.get(name);
      if (value === undefined || value === '') return undefined;
      const min = options.min ?? Number.MIN_SAFE_INTEGER;
      const max = options.max ?? Number.MAX_SAFE_INTEGER;
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (Number.isNaN(number))
        throw malformed(name, options.error, `The specified parameter "${name}" is not a number.`);
      if (options.isClamped === true) return Math.min(Math.max(number, min), max);
      if (number < min || number > max) {
        throw malformed(name, options.error, `The specified parameter "${name}" is out of range.`);
      }
      return number;
    },
  };
}

export function boolean(options: { readonly error?: ErrorSpec } = {}): Parameter<boolean | undefined> {
  return {
    read(name, raw) {
      const value = raw.get(name)?.toLowerCase();
      if (value === undefined || value === '') return undefined;
      if (value !== 'true' && value !== 'false') {
        throw malformed(name, options.error, `The specified parameter "${name}" is not a boolean.`);
      }
      return value === 'true';
    },
  };
}

/** One string that holds a JSON array of strings (`InstanceIds`, `DiskIds`). An empty array is a value. */
export function jsonStrings(
  options: { readonly max?: number; readonly tooMany?: ErrorSpec; readonly error?: ErrorSpec } = {},
): Parameter<readonly string[] | undefined> {
  return {
    read(name, raw) {
      const value = raw.get(name);
      if (value === undefined || value === '') return undefined;
      let parsed: unknown;
      try {
        parsed = JSON.parse(value);
      } catch {
        throw malformed(name, options.error, `The specified parameter "${name}" is not a JSON array.`);
      }
      if (!Array.isArray(parsed) || !parsed.every((item): item is string => typeof item === 'string')) {
        throw malformed(name, options.error, `The specified parameter "${name}" is not a JSON array of strings.`);
      }
      if (parsed.length > (options.max ?? Number.POSITIVE_INFINITY)) {
        throw malformed(
          name,
          options.tooMany ?? options.error,
          `The specified parameter "${name}" holds too many values.`,
        );
      }
      return parsed;
    },
  };
}

/** The parameter must be there: by default 400 `MissingParameter`. */
export function required<T>(parameter: Parameter<T | undefined>, error?: ErrorSpec): Parameter<T> {
  return {
    read(name, raw) {
      const value = parameter.read(name, raw);
      if (value !== undefined) return value;
      throw new ApiError(
        error?.status ?? 400,
        error?.code ?? 'MissingParameter',
        error?.message ??
          `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
      );
    },
  };
}

export function withDefault<T>(parameter: Parameter<T | undefined>, fallback: T): Parameter<T> {
  return { read: (name, raw) => parameter.read(name, raw) ?? fallback };
}

/** `Name.1`, `Name.2`, ... in order of N; gaps are passed over. Items may be scalars or groups. */
export function list<T>(
  item: Parameter<T | undefined>,
  options: { readonly max?: number; readonly error?: ErrorSpec } = {},
): Parameter<readonly T[]> {
  return {
    read(name, raw) {
      const indexes = new Set<number>();
      const prefix = `${name}.`;
      for (const key of raw.keys()) {
        if (!key.startsWith(prefix)) continue;
        const index = /^\d{1,6}/.exec(key.slice(prefix.length))?.[0];
        if (index !== undefined && Number(index) >= 1) indexes.add(Number(index));
      }
      const items: T[] = [];
      for (const index of [...indexes].sort((a, b) => a - b)) {
        const value = item.read(`${prefix}${index}`, raw);
        if (value !== undefined) items.push(value);
      }
      if (items.length > (options.max ?? Number.POSITIVE_INFINITY)) {
        throw malformed(name, options.error, `The parameter "${name}" holds more than ${options.max} values.`);
      }
      return items;
    },
  };
}

/** `Name.Sub` members; undefined where the request has none of them. */
export function group<S extends ParameterSpec>(spec: S): Parameter<Parsed<S> | undefined> {
  return {
    read(name, raw) {
      const prefix = `${name}.`;
      for (const key of raw.keys()) {
        if (key.startsWith(prefix)) return readAll(spec, raw, prefix);
      }
      return undefined;
    },
  };
}

export function readAll<S extends ParameterSpec>(spec: S, raw: RawParameters, prefix = ''): Parsed<S> {
  const parsed: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(spec)) parsed[name] = parameter.read(`${prefix}${name}`, raw);
  return parsed as Parsed<S>;
}
