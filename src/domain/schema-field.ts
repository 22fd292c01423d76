import type { Json } from './digest.js';

/** As much of JSON Schema draft-07 as the schemas of the manifests use to describe themselves. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** A field, as it is explained to somebody who writes it. */
export interface SchemaField {
  /** `spec.placement.zone`; '' for the kind itself. */
  readonly path: string;
  /** `string`, `list of object`, `map of string`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
  /** Undefined where there is none. */
  readonly default: Json | undefined;
  /** The only values; null where others are fine. */
  readonly allowed: readonly Json[] | null;
  /** `1 to 1000`, `at most 63 characters`; '' where there are none. */
  readonly limits: string;
  readonly examples: readonly Json[];
  /** One level down, in the order of the schema. */
  readonly fields: readonly Pick<SchemaField, 'path' | 'type' | 'isRequired' | 'description'>[];
}

/** A name on the way that the schema does not have, and those that it has there. */
export interface UnknownField {
  readonly name: string;
  /** Path of what should hold it. */
  readonly within: string;
  readonly known: readonly string[];
}

/**
 * Describes the field at the path. Lists are walked through, so `placement.zone` is the zone of each; what is not at the
 * top stands in `spec`, so `placement` is `spec.placement`.
 */
export function describeField(schema: JsonSchema, names: readonly string[]): SchemaField | UnknownField {
  const [first = ''] = names;
  const isInSpec = first !== '' && schema.properties?.[first] === undefined;
  const hasSpec = schema.properties?.['spec'] !== undefined;
  return walk(schema, isInSpec && hasSpec ? ['spec', ...names] : names);
}

function walk(whole: JsonSchema, names: readonly string[]): SchemaField | UnknownField {
  let field: Named = { path: '', schema: whole, isRequired: true };
  for (const name of names) {
    const fields = fieldsOf(field, whole);
    const next = fields.find((one) => lastOf(one.path) === name);
    if (next === undefined) return { name, within: field.path, known: fields.map(({ path }) => lastOf(path)) };
    field = next;
  }
  const target = resolved(field.schema, whole);
  return {
    ...summaryOf(field, whole),
    default: field.schema.default ?? target.default,
    allowed: allowedOf(target, whole),
    limits: limitsOf(target),
    examples: field.schema.examples ?? target.examples ?? [],
    fields: fieldsOf(field, whole).map((one) => summaryOf(one, whole)),
  };
}

interface Named {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

function summaryOf({ path, schema, isRequired }: Named, whole: JsonSchema): SchemaField['fields'][number] {
  const target = resolved(schema, whole);
  const description = schema.description ?? target.description ?? '';
  return { path, type: typeOf(target, whole), isRequired, description };
}

/** Of an object its properties; of a list or a map those of what it holds. */
function fieldsOf({ path, schema }: Named, whole: JsonSchema): readonly Named[] {
  const target = innermost(schema, whole);
  const required = new Set(target.required ?? []);
  return Object.entries(target.properties ?? {}).map(([name, property]) => ({
    path: path === '' ? name : `${path}.${name}`,
    schema: property,
    isRequired: required.has(name),
  }));
}

function innermost(schema: JsonSchema, whole: JsonSchema): JsonSchema {
  const target = resolved(schema, whole);
  const inner = target.items ?? valuesOf(target);
  return inner === undefined || target.properties !== undefined ? target : innermost(inner, whole);
}

function valuesOf({ additionalProperties }: JsonSchema): JsonSchema | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function resolved(schema: JsonSchema, whole: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  return whole.definitions?.[schema.$ref.replace('#/definitions/', '')] ?? schema;
}

function typeOf(schema: JsonSchema, whole: JsonSchema): string {
  if (schema.items !== undefined) return `list of ${typeOf(resolved(schema.items, whole), whole)}`;
  const values = valuesOf(schema);
  if (values !== undefined && schema.properties === undefined) {
    return `map of ${typeOf(resolved(values, whole), whole)}`;
  }
  const types = schema.type ?? [...new Set([schema.const, ...(schema.enum ?? [])].map(typeOfValue))];
  return (
    [types]
      .flat()
      .filter((type) => type !== 'undefined')
      .join(' or ') || 'any'
  );
}

function typeOfValue(value: Json | undefined): string {
  return value === null ? 'null' : typeof value;
}

function allowedOf(schema: JsonSchema, whole: JsonSchema): readonly Json[] | null {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return schema.enum;
  return schema.items === undefined ? null : allowedOf(resolved(schema.items, whole), whole);
}

function limitsOf(schema: JsonSchema): string {
  const parts = [
    rangeText(schema.minimum, schema.maximum, ''),
    rangeText(schema.minLength, schema.maxLength, ' characters'),
    rangeText(schema.minItems, schema.maxItems, ' items'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function rangeText(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return min === max ? `${min}${unit}` : `${min} to ${max}${unit}`;
  if (max !== undefined) return `at most ${max}${unit}`;
  return min === undefined ? '' : `at least ${min}${unit}`;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
