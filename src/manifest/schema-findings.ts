import type { Address } from '../domain/address.js';
import type { Finding } from '../domain/finding.js';
import { child, type FieldPath } from '../domain/origin.js';
import { closestName } from '../domain/closest-name.js';
import { alternatives, clipped, fieldName, inputError, quoted } from './input-error.js';
import type { ParsedDocument } from './parsed-text.js';
import type { SchemaError, SchemaPart } from './schema-error.js';
import { type Explanation, explainUnknownField } from './unknown-field.js';

/** The document that a validator complained about. */
export interface Judged {
  readonly kind: string;
  readonly document: ParsedDocument;
  readonly address: Address | null;
}

interface Complaint extends Explanation {
  readonly path: FieldPath;
  readonly value: string;
}

/**
 * A validator's errors as findings, one for each mistake: what only follows from another error (the branches of a
 * choice, a missing field whose misspelt name is reported) is left out, and a value has one finding.
 */
export function schemaFindings(judged: Judged, errors: readonly SchemaError[]): readonly Finding[] {
  const mistyped = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
  const own = errors.filter((error) => !isConsequence(error, mistyped));
  const unknown = own.filter((error) => error.keyword === 'additionalProperties');
  const others = own.filter((error) => error.keyword !== 'additionalProperties' && !isExplainedBy(unknown, error));
  const seen = new Set<string>();
  return [...unknown, ...others].flatMap((error) => {
    const complaint = complaintOf(judged, error);
    const place = `${complaint.ruleId === 'manifest/missing-field'} ${JSON.stringify(complaint.path)} ${complaint.value}`;
    const key = isAboutValue(error) ? JSON.stringify(complaint.path) : place;
    if (seen.has(key)) return [];
    seen.add(key);
    const { ruleId, message, hint, value, path } = complaint;
    return [
      inputError({ ruleId, message, hint, value, address: judged.address, at: child(judged.document.origin, ...path) }),
    ];
  });
}

/**
 * Errors inside the branches of a choice say less than the choice itself, which says nothing of a value of another
 * type; a key's errors say more than `propertyNames`.
 */
function isConsequence(error: SchemaError, mistyped: ReadonlySet<string>): boolean {
  if (error.keyword === 'propertyNames' || /\/(oneOf|not)\/./.test(error.schemaPath)) return true;
  return error.keyword === 'oneOf' && mistyped.has(error.instancePath);
}

function isAboutValue(error: SchemaError): boolean {
  return !['additionalProperties', 'required', 'dependencies', 'oneOf', 'not'].includes(error.keyword);
}

/** Whether an unknown field beside it was meant to be the field that is missing. */
function isExplainedBy(unknown: readonly SchemaError[], error: SchemaError): boolean {
  const isMissing = error.keyword === 'required';
  if (!isMissing && error.keyword !== 'oneOf') return false;
  return unknown.some((other) => {
    if (other.instancePath !== error.instancePath) return false;
    const meant = closestName(
      String(other.params['additionalProperty']),
      Object.keys(other.parentSchema?.properties ?? {}),
    );
    return isMissing ? meant === error.params['missingProperty'] : meant !== undefined;
  });
}

function complaintOf(judged: Judged, error: SchemaError): Complaint {
  const at = pathOf(error.instancePath, judged.document.value);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(error, at);
    case 'required':
      return missingField(judged, error, at);
    case 'dependencies':
      return missingCompanion(error, at);
    case 'oneOf':
    case 'not': {
      const message = `${fieldName(at)} ${error.parentSchema?.errorMessage ?? 'is not allowed'}`;
      return { ruleId: 'manifest/invalid-value', path: at, value: '', message, hint: 'Keep one of them.' };
    }
    case 'type':
      return wrongType(judged, error, at);
    default:
      return error.propertyName === undefined ? invalidValue(judged, error, at) : invalidKey(error, at);
  }
}

/** `/spec/destinations/0` -> `['spec', 'destinations', 0]`; digits are an index where the value there is a list. */
function pathOf(pointer: string, root: unknown): FieldPath {
  let value = root;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(value) ? Number(key) : key;
      value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
      return step;
    });
}

function unknownField(error: SchemaError, at: FieldPath): Complaint {
  const name = String(error.params['additionalProperty']);
  const path = [...at, name];
  const allowed = Object.keys(error.parentSchema?.properties ?? {});
  return { path, value: clipped(name), ...explainUnknownField(path, allowed) };
}

function missingField(judged: Judged, error: SchemaError, at: FieldPath): Complaint {
  const name = String(error.params['missingProperty']);
  const base = { path: at, value: name };
  if (judged.kind === 'ImageSource' && name === 'owner') {
    const message = '`owner` is missing: no image is chosen without saying whose it must be';
    const hint = 'Add `owner`: a UID in quotes, the name of an account of the project, `self` or `system`.';
    return { ...base, ruleId: 'trust/owner-required', message, hint };
  }
  const example = error.parentSchema?.properties?.[name]?.examples?.[0];
  const hint = example === undefined ? `Add \`${name}\`.` : `Add it, for example: ${name}: ${shown(example)}`;
  const where = at.length === 0 ? 'the document' : fieldName(at);
  return { ...base, ruleId: 'manifest/missing-field', message: `${where} must have \`${name}\``, hint };
}

function missingCompanion(error: SchemaError, at: FieldPath): Complaint {
  const name = String(error.params['property']);
  const missing = String(error.params['missingProperty']);
  const message = `${fieldName([...at, name])} needs \`${missing}\` beside it`;
  return {
    ruleId: 'manifest/missing-field',
    path: [...at, name],
    value: missing,
    message,
    hint: `Add \`${missing}\`.`,
  };
}

function wrongType(judged: Judged, error: SchemaError, path: FieldPath): Complaint {
  const wanted = [error.params['type']].flat().map(String);
  const text = judged.document.textAt(path) ?? clipped(error.data);
  const isNumber = typeof error.data === 'number';
  if (isNumber && wanted.includes('string')) return unquotedNumber(text, path);
  const message = `${fieldName(path)} must be ${typeWords(wanted, path)}, not ${valueWords(error.data, text)}`;
  return { ruleId: 'manifest/wrong-type', path, value: clipped(text), message, hint: typeHint(wanted, text, error) };
}

/** The number is shown as it stands in the file: JavaScript would turn 9007199254740993 into another account. */
export function unquotedNumber(text: string, path: FieldPath): Complaint {
  return {
    ruleId: 'manifest/unquoted-number',
    path,
    value: clipped(text),
    message: `${fieldName(path)} must be a string in quotes, not the number ${clipped(text)}`,
    hint: `Write "${clipped(text)}", so that every digit stays.`,
  };
}

function typeHint(wanted: readonly string[], text: string, error: SchemaError): string {
  if (wanted.includes('string') && typeof error.data === 'boolean') return `Write "${clipped(text)}" in quotes.`;
  if (wanted.includes('integer') && /^\d+\s*[A-Za-z]+$/.test(text)) {
    return `Write ${Number.parseInt(text, 10)} without a unit.`;
  }
  return exampleHint(error.parentSchema);
}

function typeWords(wanted: readonly string[], path: FieldPath): string {
  const words = wanted.map((type) => typeNames[type] ?? type);
  return `${alternatives(words)}${wanted.includes('integer') ? unitOf(path) : ''}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
};

/** The unit stands in the field's name. */
function unitOf(path: FieldPath): string {
  const name = String(path.at(-1));
  const unit = ['GiB', 'Days', 'Seconds'].find((candidate) => name.endsWith(candidate));
  return unit === undefined ? '' : ` of ${unit === 'GiB' ? unit : unit.toLowerCase()}`;
}

function valueWords(value: unknown, text: string): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : quoted(text);
}

function invalidValue(judged: Judged, error: SchemaError, path: FieldPath): Complaint {
  const value = clipped(judged.document.textAt(path) ?? error.data);
  const message = `${fieldName(path)} ${demandOf(error, `'${value}'`)}`;
  return { ruleId: 'manifest/invalid-value', path, value, message, hint: valueHint(error) };
}

function invalidKey(error: SchemaError, at: FieldPath): Complaint {
  const name = error.propertyName ?? '';
  const message = `the key '${clipped(name)}' of ${fieldName(at)} ${demandOf({ ...error, data: name }, null)}`;
  const hint = 'Choose another key.';
  return { ruleId: 'manifest/invalid-key', path: [...at, name], value: clipped(name), message, hint };
}

/** What the schema asks for; `shownValue` null where the message already names the value. */
function demandOf(error: SchemaError, shownValue: string | null): string {
  const limit = Number(error.params['limit']);
  const not = shownValue === null ? '' : `, not ${shownValue}`;
  switch (error.keyword) {
    case 'const':
      return `must be ${quoted(error.params['allowedValue'])}${not}`;
    case 'enum':
      return `must be ${alternatives(allowedValues(error).map((value) => quoted(value)))}${not}`;
    case 'pattern':
      return `${error.parentSchema?.patternErrorMessage ?? 'has the wrong form'}${not}`;
    case 'minimum':
      return `must be at least ${limit}${not}`;
    case 'maximum':
      return `must be at most ${limit}${not}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} characters, it has ${lengthOf(error)}`;
    case 'maxLength':
      return `must have at most ${limit} characters, it has ${lengthOf(error)}`;
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} items`;
    case 'maxItems':
      return `must have at most ${limit} items`;
    case 'uniqueItems':
      return `must not name ${quoted(itemOf(error))} twice`;
    default:
      return `must satisfy \`${error.keyword}\` of the schema`;
  }
}

/** In code points, as the validator counts. */
function lengthOf(error: SchemaError): number {
  return Array.from(String(error.data)).length;
}

function allowedValues(error: SchemaError): readonly unknown[] {
  const values = error.params['allowedValues'];
  return Array.isArray(values) ? values : [];
}

function itemOf(error: SchemaError): unknown {
  return Array.isArray(error.data) ? error.data[Number(error.params['i'])] : undefined;
}

function valueHint(error: SchemaError): string {
  if (error.keyword === 'uniqueItems') return 'Keep one of them.';
  if (error.keyword === 'const') return `Write ${shown(error.params['allowedValue'])}.`;
  if (error.keyword !== 'enum') return exampleHint(error.parentSchema);
  const meant = closestName(String(error.data), allowedValues(error).map(String));
  return meant === undefined ? exampleHint(error.parentSchema) : `Did you mean '${meant}'?`;
}

function exampleHint(schema: SchemaPart | undefined): string {
  const example = schema?.examples?.[0];
  return example === undefined ? 'Correct the value.' : `Write, for example: ${shown(example)}`;
}

/** An example as one may write it in YAML; strings that look like something else keep their quotes. */
function shown(example: unknown): string {
  return typeof example === 'string' && !/^[\d{[*&!%#"']/.test(example) ? example : JSON.stringify(example);
}
