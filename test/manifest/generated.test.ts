import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as validators from '../../src/manifest/generated/validators.js';

const root = new URL('../../', import.meta.url);

function textOf(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
}

interface Schema {
  readonly $id?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const kinds = [
  ['project', validators.isProject],
  ['image-source', validators.isImageSource],
  ['image-copy', validators.isImageCopy],
  ['instance', validators.isInstance],
  ['policy', validators.isPolicy],
  ['waiver', validators.isWaiver],
  ['lock', validators.isLock],
] as const;

describe('what is generated from the schemas', () => {
  it('is what `npm run generate` makes now', { timeout: 60_000 }, async () => {
    const generator = (await import(new URL('scripts/generate-schemas.mjs', root).href)) as {
      readonly generate: () => Promise<Readonly<Record<string, string>>>;
    };
    for (const [path, text] of Object.entries(await generator.generate())) {
      expect(textOf(path) === text, `${path} is not up to date: npm run generate`).toBe(true);
    }
  });
});

describe.each(kinds)('schemas/%s.schema.json', (name, isValid) => {
  const schema = JSON.parse(textOf(`schemas/${name}.schema.json`)) as Schema;

  it('accepts its own examples', () => {
    expect(schema.examples?.map((example) => isValid(example))).toEqual([true]);
  });

  it('has an ID with its version', () => {
    expect(schema.$id).toBe(`https://tallyman.dev/schemas/v1/${name}.schema.json`);
  });

  it('describes every field and gives an example of it', () => {
    const bare = [schema, ...Object.values(schema.definitions ?? {})].flatMap((part) => bareFields(part, ''));
    expect(bare).toEqual([]);
  });
});

function bareFields(schema: Schema, path: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isBare = field.description === undefined || (field.examples ?? []).length === 0;
    const here = `${path}.${name}`;
    return [
      ...(isBare ? [here] : []),
      ...bareFields(field, here),
      ...(field.items === undefined ? [] : bareFields(field.items, here)),
    ];
  });
}
