import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schemaFiles } from '../../src/cli/schemas.js';
import { describeField, type JsonSchema, type SchemaField } from '../../src/domain/schema-field.js';

const schemaOf = (kind: string): JsonSchema => {
  const file = new URL(`../../schemas/${schemaFiles.get(kind) ?? ''}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as JsonSchema;
};

function fieldOf(kind: string, path: string): SchemaField {
  const field = describeField(schemaOf(kind), path === '' ? [] : path.split('.'));
  if ('known' in field) throw new Error(`${kind} has no ${path}`);
  return field;
}

/** Every field below, as deep as it goes. */
function allFields(kind: string, path = ''): readonly SchemaField[] {
  const field = fieldOf(kind, path);
  return [field, ...field.fields.flatMap((one) => allFields(kind, one.path))];
}

describe('a described field', () => {
  it('has type, limits, default, values and example from the schema', () => {
    expect(fieldOf('Instance', 'spec.replicas')).toStrictEqual({
      path: 'spec.replicas',
      type: 'integer',
      isRequired: false,
      description: 'How many.',
      default: 1,
      allowed: null,
      limits: '0 to 1000',
      examples: [3],
      fields: [],
    });
    expect(fieldOf('Instance', 'power')).toMatchObject({ default: 'Unmanaged', allowed: ['Running', 'Unmanaged'] });
  });

  it('is found without `spec`, in lists and in maps', () => {
    expect(fieldOf('Instance', 'placement.zone').path).toBe('spec.placement.zone');
    expect(fieldOf('Instance', 'placement').type).toBe('list of object');
    expect(fieldOf('Policy', 'rules.severity').path).toBe('spec.rules.severity');
    expect(fieldOf('Instance', 'metadata.labels').type).toBe('map of string');
    expect(fieldOf('Instance', 'image').isRequired).toBe(true);
  });

  it('is told with what is there where it is not', () => {
    expect(describeField(schemaOf('Instance'), ['systemDisk', 'size'])).toMatchObject({
      name: 'size',
      within: 'spec.systemDisk',
      known: expect.arrayContaining(['category', 'sizeGiB']) as string[],
    });
    expect(describeField(schemaOf('Instance'), ['replicas', 'x'])).toMatchObject({
      within: 'spec.replicas',
      known: [],
    });
  });

  it.each([...schemaFiles.keys()])('of %s has a meaning and a type, each of them', (kind) => {
    const fields = allFields(kind);
    expect(fields.length).toBeGreaterThan(3);
    const poor = fields.filter(({ description, type }) => description === '' || /undefined|any/.test(type));
    // What every document begins with explains itself.
    expect(
      poor.map(({ path }) => path).filter((path) => !/^(?:apiVersion|kind|metadata|spec)?$/.test(path)),
    ).toStrictEqual([]);
  });
});
