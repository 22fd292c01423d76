// Makes everything that comes from schemas/: the bundle for editors, the TypeScript types, the compiled validators and
// the tables of docs/manifests.md. `npm run generate` writes them; a test makes them again in memory and compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Ajv } from 'ajv';
import { buildSync } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

const require = createRequire(import.meta.url);
const standaloneCode = require('ajv/dist/standalone').default;
const addFormats = require('ajv-formats').default;

const root = fileURLToPath(new URL('..', import.meta.url));
const note = 'Generated from schemas/ by `npm run generate`.';
const kinds = [
  ['Project', 'project'],
  ['ImageSource', 'image-source'],
  ['ImageCopy', 'image-copy'],
  ['ImageShare', 'image-share'],
  ['Instance', 'instance'],
  ['Policy', 'policy'],
  ['Waiver', 'waiver'],
  ['Lock', 'lock'],
  ['PolicyTest', 'policy-test'],
];
/** Annotations that editors show in place of their own words; the validator hands them to us. */
const annotations = ['patternErrorMessage', 'errorMessage'];

/** Generated text by path from the root of the repository. */
export async function generate() {
  const schemas = kinds.map(([kind, file]) => ({ kind, schema: readSchema(file) }));
  return {
    'schemas/tallyman.schema.json': `${JSON.stringify(bundleOf(schemas), null, 2)}\n`,
    'src/domain/generated/documents.ts': await typesOf(schemas),
    'src/manifest/generated/validators.js': validatorsOf(schemas),
    'src/manifest/generated/validators.d.ts': declarationsOf(schemas),
    'src/policy/cel/generated/manifest-types.ts': manifestTypes(schemas),
    'src/flows/generated/validators.js': fileValidators(),
    'src/flows/generated/validators.d.ts': fileDeclarations(),
    'src/emulator/scenario/generated/validators.js': scenarioValidators(),
    'src/emulator/scenario/generated/validators.d.ts': scenarioDeclarations(),
    'docs/manifests.md': manifestPage(schemas),
  };
}

function readSchema(file) {
  return JSON.parse(readFileSync(join(root, `schemas/${file}.schema.json`), 'utf8'));
}

/**
 * Fields that rules in CEL do not see, by kind: user data is never shown, and the others are not kept beyond what reads
 * manifests.
 */
const unseenByRules = {
  ImageSource: ['metadata.annotations', 'spec.region'],
  ImageCopy: ['metadata.annotations', 'spec.destinations.adopt', 'spec.destinations.adoptedFrom'],
  ImageShare: ['metadata.annotations'],
  Instance: [
    'metadata.annotations',
    'spec.userData',
    'spec.userDataFile',
    'spec.update.health',
    'spec.update.onFailure',
  ],
};

/** Types of manifests for the rules that Policies bring along: the fields of each message in the words of CEL. */
function manifestTypes(schemas) {
  const types = {};
  const typeOf = (kind, schema, definitions, name, path) => {
    const { $ref, type, properties, items, additionalProperties } = schema;
    if ($ref !== undefined) return typeOf(kind, definitions[$ref.split('/').at(-1)], definitions, name, path);
    if (properties !== undefined) {
      const fields = Object.entries(properties).filter(([field]) => {
        return !unseenByRules[kind].includes([...path, field].join('.'));
      });
      types[name] = {};
      for (const [field, member] of fields) {
        const inner = `${name}${field.charAt(0).toUpperCase()}${field.slice(1)}`;
        types[name][field] = typeOf(kind, member, definitions, inner, [...path, field]);
      }
      return name;
    }
    if (items !== undefined) return `list<${typeOf(kind, items, definitions, name, path)}>`;
    if (additionalProperties !== undefined) return 'map<string, string>';
    if (type === 'boolean') return 'bool';
    return [type].flat().some((one) => one === 'integer' || one === 'number') ? 'double' : 'string';
  };
  for (const { kind, schema } of schemas) {
    if (kind in unseenByRules) typeOf(kind, schema, schema.definitions, kind, []);
  }
  const text = JSON.stringify(types, null, 2)
    .replaceAll(/"([A-Za-z]+)":/g, '$1:')
    .replaceAll('"', "'");
  return `// ${note}\n\n/** Fields of each message by its name, with their types. */\nexport const manifestTypes = ${text} as const;\n`;
}

/** One schema for all kinds, so that one modeline serves every file. A scenario's definitions keep to themselves. */
function bundleOf(schemas) {
  const parts = schemas.map(({ kind, schema }) => partOf(kind, schema, ''));
  if (existsSync(join(root, 'schemas/scenario.schema.json'))) {
    parts.push(partOf('Scenario', readSchema('scenario'), 'scenario-'));
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://tallyman.dev/schemas/v1/tallyman.schema.json',
    title: 'tallyman document',
    description: 'Any document that tallyman reads, chosen by its kind.',
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: {
      apiVersion: { description: 'Version of the manifest format.', const: 'tallyman.dev/v1' },
      kind: { description: 'Kind of the document.', enum: parts.map(({ kind }) => kind) },
    },
    allOf: parts.map(({ kind }) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits a schema
      then: { $ref: `#/definitions/${kind}` },
    })),
    definitions: mergeDefinitions(parts.map(({ definitions }) => definitions)),
  };
}

function partOf(kind, schema, prefix) {
  const { $schema: _schema, $id: _id, definitions = {}, ...body } = schema;
  const own = Object.entries(definitions).map(([name, definition]) => [
    `${prefix}${name}`,
    withPrefix(definition, prefix),
  ]);
  return { kind, definitions: { [kind]: withPrefix(body, prefix), ...Object.fromEntries(own) } };
}

function withPrefix(value, prefix) {
  return mapObjects(value, (object) =>
    typeof object.$ref === 'string'
      ? { ...object, $ref: object.$ref.replace('#/definitions/', `#/definitions/${prefix}`) }
      : object,
  );
}

/** Each file is complete in itself, so some definitions stand in several files; there they must be equal. */
function mergeDefinitions(all) {
  const merged = {};
  for (const [name, definition] of all.flatMap((definitions) => Object.entries(definitions))) {
    if (name in merged && !isDeepStrictEqual(merged[name], definition)) {
      throw new Error(`the definition '${name}' differs between two files of schemas/`);
    }
    merged[name] = definition;
  }
  return merged;
}

/** The value with `change` applied to every object in it, innermost first. */
function mapObjects(value, change) {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapObjects(member, change)])));
}

/** Keywords that say which fields go together; the types leave that to the validators. */
const keywordsWithoutType = new Set(['allOf', 'dependencies', 'propertyNames', 'examples', 'default', ...annotations]);

async function typesOf(schemas) {
  const parts = schemas.map(({ kind, schema }) => partOf(kind, schema, ''));
  const typed = (object) =>
    typeof object.$ref === 'string'
      ? { $ref: object.$ref }
      : Object.fromEntries(
          Object.entries(object).filter(([key, value]) => !keywordsWithoutType.has(key) || isSchema(value)),
        );
  const whole = {
    title: 'ManifestDocument',
    oneOf: parts.map(({ kind }) => ({ $ref: `#/definitions/${kind}` })),
    definitions: mergeDefinitions(parts.map(({ definitions }) => definitions)),
  };
  return compile(mapObjects(whole, typed), 'ManifestDocument', {
    bannerComment: `/* ${note} */`,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 120 },
  });
}

/** A field may have the name of a keyword; then its value is a schema with a description of its own. */
function isSchema(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'description' in value;
}

function validatorsOf(schemas) {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  });
  for (const keyword of annotations) ajv.addKeyword(keyword);
  for (const { schema } of schemas) ajv.addSchema(schema);
  return standalone(ajv, Object.fromEntries(schemas.map(({ kind, schema }) => [`is${kind}`, schema.$id])));
}

/** Files that tallyman writes and reads again. */
const files = [
  ['PlanDocument', 'plan', '../../domain/result.js'],
  ['SnapshotDocument', 'snapshot', '../../domain/snapshot.js'],
];

function fileValidators() {
  const ajv = new Ajv({
    strictRequired: false,
    allowUnionTypes: true,
    messages: false,
    code: { source: true, esm: true },
  });
  for (const keyword of annotations) ajv.addKeyword(keyword);
  for (const [, name] of files) ajv.addSchema(mapObjects(readSchema(name), withoutWords));
  return standalone(ajv, Object.fromEntries(files.map(([type, name]) => [`is${type}`, readSchema(name).$id])));
}

function fileDeclarations() {
  return [
    `// ${note}`,
    ...files.map(([type, , module]) => `import type { ${type} } from '${module}';`),
    '',
    '/** Whether the value is such a file; if not, `errors` says where it first is not, until the next call. */',
    'export interface Validator<File> {',
    '  (value: unknown): value is File;',
    '  readonly errors?: readonly { readonly instancePath: string; readonly keyword: string }[] | null;',
    '}',
    '',
    ...files.map(([type]) => `export const is${type}: Validator<${type}>;`),
    '',
  ].join('\n');
}

/** A whole scenario, and the parts of one that come in while the emulator runs. */
const scenarioParts = { Fault: 'fault', ScenarioImage: 'image', ScenarioInstance: 'instance' };

function scenarioValidators() {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strictRequired: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  addFormats(ajv);
  const schema = mapObjects(readSchema('scenario'), withoutWords);
  ajv.addSchema(schema);
  const parts = Object.entries(scenarioParts).map(([type, name]) => [
    `is${type}`,
    `${schema.$id}#/definitions/${name}`,
  ]);
  return standalone(ajv, { isScenario: schema.$id, ...Object.fromEntries(parts) });
}

/** What is for readers is not loaded with the program. A field of that name is a schema, not a text. */
function withoutWords(object) {
  const isForReaders = ([key, value]) =>
    (key === 'description' && typeof value === 'string') || (key === 'examples' && Array.isArray(value));
  return Object.fromEntries(Object.entries(object).filter((entry) => !isForReaders(entry)));
}

function standalone(ajv, names) {
  const result = buildSync({
    stdin: { contents: standaloneCode(ajv, names), resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    banner: { js: `// ${note}` },
  });
  return result.outputFiles[0].text;
}

function scenarioDeclarations() {
  return [
    `// ${note}`,
    "import type { Fault } from '../../faults/fault.js';",
    "import type { Scenario, ScenarioImage, ScenarioInstance } from '../scenario.js';",
    "import type { SchemaError } from '../schema-error.js';",
    '',
    '/** Whether the value is such a thing; if not, `errors` says why until the next call. */',
    'export interface Validator<Thing> {',
    '  (value: unknown): value is Thing;',
    '  readonly errors?: readonly SchemaError[] | null;',
    '}',
    '',
    ...['Scenario', ...Object.keys(scenarioParts)].map((type) => `export const is${type}: Validator<${type}>;`),
    '',
  ].join('\n');
}

function declarationsOf(schemas) {
  const types = schemas.map(({ kind }) => `${kind}Document`);
  return [
    `// ${note}`,
    `import type { ${types.join(', ')} } from '../../domain/generated/documents.js';`,
    "import type { SchemaError } from '../schema-error.js';",
    '',
    '/** Whether the value is such a document; if not, `errors` says why until the next call. */',
    'export interface Validator<Document> {',
    '  (value: unknown): value is Document;',
    '  readonly errors?: readonly SchemaError[] | null;',
    '}',
    '',
    ...schemas.map(({ kind }) => `export const is${kind}: Validator<${kind}Document>;`),
    '',
  ].join('\n');
}

function manifestPage(schemas) {
  const intro = [
    '# Manifests',
    '',
    `<!-- ${note} -->`,
    '',
    'Every document has `apiVersion: tallyman.dev/v1`, a `kind`, `metadata` with a `name`, and a `spec`. A file may hold',
    'many documents, separated by `---`. Unknown fields are errors. Account UIDs and IDs are strings: a UID must stand in',
    'quotes, since a number that large loses digits.',
    '',
    'A field that is absent is not managed: the cloud decides when the thing is made, and nothing is compared later.',
    '',
    'Anchors, aliases, tags and `%` directives of YAML are refused, and a file may have 1 MiB, 500 documents, 64 levels',
    'and 50,000 nodes.',
    '',
    'Editors check and complete manifests when a file begins with a line that names the bundled schema:',
    '',
    '```yaml',
    '# yaml-language-server: $schema=node_modules/tallyman/schemas/tallyman.schema.json',
    '```',
    '',
  ];
  return [...intro, ...schemas.flatMap(({ kind, schema }) => kindSection(kind, schema))].join('\n');
}

function kindSection(kind, schema) {
  const rows = fieldRows(schema, schema, '').map(
    ({ path, type, required, text }) => `| \`${path}\` | ${type} | ${required ? 'yes' : ''} | ${text} |`,
  );
  return [
    `## ${kind}`,
    '',
    schema.description,
    '',
    '| field | type | required | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
    '```json',
    JSON.stringify(schema.examples[0], null, 2),
    '```',
    '',
  ];
}

function fieldRows(schema, whole, prefix) {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const target = resolve(field, whole);
    const path = `${prefix}${name}`;
    const isRequired = (schema.required ?? []).includes(name);
    const row = { path, type: typeName(target, whole), required: isRequired, text: meaningOf(field, target) };
    const items = target.items === undefined ? null : resolve(target.items, whole);
    return [
      ...(path === 'apiVersion' || path === 'kind' ? [] : [row]),
      ...fieldRows(target, whole, `${path}.`),
      ...(items === null ? [] : fieldRows(items, whole, `${path}[].`)),
    ];
  });
}

function resolve(schema, whole) {
  return typeof schema.$ref === 'string' ? whole.definitions[schema.$ref.replace('#/definitions/', '')] : schema;
}

function typeName(schema, whole) {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `list of ${typeName(resolve(schema.items, whole), whole)}`;
  return [schema.type].flat().join(' or ');
}

function meaningOf(field, target) {
  const standard = field.default ?? target.default;
  const fallback = standard === undefined ? '' : ` Default: \`${JSON.stringify(standard)}\`.`;
  return `${field.description ?? target.description}${fallback}`.replaceAll('|', '\\|');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await generate())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
