import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InstanceDocument } from '../../src/domain/generated/documents.js';
import { manifestTexts } from '../../src/manifest/manifest-text.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import { yamlLimits } from '../../src/manifest/yaml-limits.js';

function anInstance(tags: Readonly<Record<string, string>>, adopt: string[] = []): InstanceDocument {
  return {
    apiVersion: 'tallyman.dev/v1',
    kind: 'Instance',
    metadata: { name: 'web' },
    spec: {
      placement: [{ vSwitchId: 'vsw-1' }],
      image: { imageSource: 'golden' },
      instanceType: 'ecs.g7.large',
      tags,
      securityGroupIds: ['sg-1'],
      systemDisk: { category: 'cloud_essd', sizeGiB: 40 },
      adopt,
    },
  };
}

const readAgain = (text: string) => {
  const { documents, findings } = parseDocuments({ file: 'x.yaml', text });
  expect(findings.map(({ message }) => message)).toEqual([]);
  return documents.map(({ value }) => value);
};

describe('manifests as text', () => {
  test('are the same documents when they are read again, whatever stands in them', () => {
    const keys = fc.oneof(
      fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
      fc.constantFrom('::error::x', '##[group]x', 'a\n::b'),
    );
    const values = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'yes',
        '0x1f',
        '1e3',
        '12:30',
        '~',
        '',
        ' ',
        "it's",
        '"',
        '\\',
        'a\n::error::b\n',
        '- x',
        '{a: b}',
      ),
    );
    const refused = new Set(['__proto__', 'constructor', 'prototype', '<<']);
    fc.assert(
      fc.property(
        fc.dictionary(
          keys.filter((key) => !refused.has(key)),
          values,
          { maxKeys: 8 },
        ),
        (tags) => {
          const document = anInstance(tags);
          const [file] = manifestTexts([document, document], 'as a test');
          expect(readAgain(file?.text ?? '')).toEqual([document, document]);
          expect(file?.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|##\[|^\s*::/m);
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  }, 20_000);

  test.each([
    ['many documents', Array.from({ length: 600 }, () => anInstance({}))],
    [
      'long lists',
      Array.from({ length: 60 }, () =>
        anInstance(
          {},
          Array.from({ length: 1000 }, (_, n) => `i-${n}`),
        ),
      ),
    ],
  ])('of %s are several files, none of which is too large to be read', (_, documents) => {
    const files = manifestTexts(documents, 'as a test');
    expect(files.length).toBeGreaterThan(1);
    expect(files.flatMap(({ documents: held }) => held)).toEqual(documents);
    for (const { text } of files) {
      expect(Buffer.byteLength(text)).toBeLessThan(yamlLimits.bytes);
      expect(readAgain(text).length).toBeLessThanOrEqual(yamlLimits.documents);
    }
  });
});
