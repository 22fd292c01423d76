import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/manifest/locate.js';
import { readProject } from '../../src/manifest/read-project.js';
import {
  copyText,
  file,
  instanceText,
  lockText,
  policyText,
  projectText,
  read,
  sourceText,
  waiverText,
} from '../support/manifests.js';

const documents = [projectText, sourceText, copyText, instanceText, policyText, waiverText, lockText];

/** Text that is nearly a manifest: pieces cut out, doubled or exchanged for what YAML gives a meaning to. */
const damaged = fc
  .tuple(
    fc.constantFrom(...documents),
    fc.array(
      fc.record({
        at: fc.nat(1_000),
        length: fc.nat(12),
        by: fc.constantFrom(
          '',
          ' ',
          '\n',
          ': ',
          '- ',
          '{',
          '}',
          '[',
          ']',
          '"',
          "'",
          '#',
          '&a ',
          '*a',
          '!t ',
          '---\n',
          '\t',
          '\r\n',
          '|',
          '>',
          '?',
          '%',
          '0123',
          '1e400',
          '~',
          '__proto__: ',
          '\0',
          '\ud800',
          '\ufeff',
          'é',
        ),
      }),
      { maxLength: 6 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((result, { at, length, by }) => {
      const start = at % (result.length + 1);
      return result.slice(0, start) + by + result.slice(start + length);
    }, text),
  );

const anything = fc.oneof(
  damaged,
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.json(),
);

describe('whatever the files hold', () => {
  it('reading them throws nothing and gives every finding a place', () => {
    fc.assert(
      fc.property(anything, anything, anything, anything, (project, manifest, policy, lock) => {
        const result = read({ project, manifest, policy, lock });
        expect(result.desired === null || result.findings.length === 0).toBe(true);
        for (const { range, message, isInputError } of diagnose(result.findings, result.sources)) {
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
  });

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
      readProject({
        project: { file: 'tallyman.yaml', text: projectText },
        manifests,
        policies: [],
        lock: null,
        lockFile: 'l',
      });
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
