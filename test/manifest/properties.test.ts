import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/manifest/locate.js';
import { readProject } from '../../src/manifest/read-project.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import { anyText, damaged } from '../support/damaged-manifests.js';
import { copyText, file, instanceText, projectText, read, sourceText } from '../support/manifests.js';

describe('whatever the files hold', () => {
  it('reading them throws nothing and gives every finding a place', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (project, manifest, policy, lock) => {
        const result = read({ project, manifest, policy, lock });
        expect(result.desired === null || result.findings.length === 0).toBe(true);
        for (const { range, message, isInputError } of diagnose(result.findings, result)) {
          expect(isInputError).toBe(true);
          expect(message).not.toMatch(/[\n\r]/);
          expect(range?.start.line).toBeGreaterThan(0);
          const end = range!.end.line * 1e6 + range!.end.column;
          expect(end).toBeGreaterThanOrEqual(range!.start.line * 1e6 + range!.start.column);
        }
        expect('polluted' in {}).toBe(false);
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  it('damaging one good document is either harmless or reported there', () => {
    fc.assert(
      fc.property(damaged, (manifest) => {
        const result = read({ manifest });
        expect(result.findings.every(({ at }) => at?.file === 'manifests/web.yaml')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the order', () => {
  const resources = [sourceText, copyText, instanceText, instanceText.replace('{name: web,', '{name: batch,')];

  it('of files does not matter', () => {
    const sources = resources.map((text, index) => ({ file: `manifests/${index}.yaml`, text }));
    const readIn = (manifests: typeof sources) =>
      readProject(
        {
          project: { file: 'tallyman.yaml', text: projectText },
          manifests,
          policies: [],
          lock: null,
          lockFile: 'l',
        },
        { parse: parseDocuments },
      );
    const expected = readIn(sources);
    expect(expected.findings).toEqual([]);
    fc.assert(
      fc.property(fc.shuffledSubarray(sources, { minLength: sources.length }), (shuffled) => {
        expect(readIn(shuffled)).toEqual(expected);
      }),
    );
  });

  it('of documents in a file changes nothing but where they are', () => {
    const wish = (texts: readonly string[]) =>
      JSON.stringify(read({ manifest: file(...texts) }).desired, (key, value: unknown) =>
        key === 'origin' ? undefined : value,
      );
    const expected = wish(resources);
    fc.assert(
      fc.property(fc.shuffledSubarray(resources, { minLength: resources.length }), (shuffled) => {
        expect(wish(shuffled)).toBe(expected);
      }),
    );
  });
});
