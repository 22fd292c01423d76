import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.js';
import { inputError } from '../../src/manifest/input-error.js';
import { diagnose } from '../../src/manifest/locate.js';
import type { ManifestRuleId } from '../../src/manifest/manifest-rules.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import type { SourceText } from '../../src/manifest/parsed-text.js';
import { file, read, sourceText } from '../support/manifests.js';

function aFinding(
  path: readonly (string | number)[],
  more: { ruleId?: ManifestRuleId; document?: number } = {},
): Finding {
  return inputError({
    ruleId: more.ruleId ?? 'manifest/invalid-value',
    at: { file: 'a.yaml', document: more.document ?? 0, path },
    address: null,
    message: 'wrong',
    hint: 'Correct it.',
    value: '',
  });
}

function diagnosed(findings: readonly Finding[], sources: readonly SourceText[]) {
  return diagnose(findings, { sources, parse: parseDocuments });
}

/** `LINE:COLUMN-LINE:COLUMN` of a finding in a text. */
function rangeIn(text: string, finding: Finding): string {
  return rangesOf([finding], [{ file: 'a.yaml', text }])[0] ?? '';
}

function rangesOf(findings: readonly Finding[], sources: readonly SourceText[]): readonly string[] {
  return diagnosed(findings, sources).map(
    ({ range }) => `${range?.start.line}:${range?.start.column}-${range?.end.line}:${range?.end.column}`,
  );
}

describe('the place of a finding', () => {
  const text = `\
kind: Instance
spec:
  image: {imageCopy: web}
  name: "web"   # a comment
  list:
    - first
    - region: x
      key: y
  empty:
  text: |
    one
    two
  flow: [a,
    b]
`;

  it.each([
    ['a scalar', ['kind'], '1:7-1:15'],
    ['a quoted scalar with its quotes', ['spec', 'name'], '4:9-4:14'],
    ['a scalar in a flow mapping', ['spec', 'image', 'imageCopy'], '3:22-3:25'],
    ['a flow mapping on one line', ['spec', 'image'], '3:10-3:26'],
    ['an item', ['spec', 'list', 0], '6:7-6:12'],
    ['an item that is a block, by its first line', ['spec', 'list', 1], '7:7-7:16'],
    ['a block by its key', ['spec', 'list'], '5:3-5:7'],
    ['a flow list on several lines by its key', ['spec', 'flow'], '13:3-13:7'],
    ['an empty value by its key', ['spec', 'empty'], '9:3-9:8'],
    ['a text of several lines', ['spec', 'text'], '10:9-12:8'],
    ['a missing field by the mapping that lacks it', ['spec', 'image', 'imageSource'], '3:10-3:26'],
    ['a missing field of a block by its key', ['spec', 'replicas'], '2:1-2:5'],
    ['a missing item by its list', ['spec', 'list', 7], '5:3-5:7'],
    ['a path below a scalar by the scalar', ['kind', 'deeper', 1], '1:7-1:15'],
    ['the document by its first line', [], '1:1-1:15'],
  ])('is that of %s', (_, path, range) => {
    expect(rangeIn(text, aFinding(path))).toBe(range);
  });

  it('is the key where the key is wrong', () => {
    expect(rangeIn(text, aFinding(['spec', 'name'], { ruleId: 'manifest/unknown-field' }))).toBe('4:3-4:7');
    expect(rangeIn(text, aFinding(['spec', 'image', 'imageCopy'], { ruleId: 'manifest/not-managed' }))).toBe(
      '3:11-3:20',
    );
  });

  it('counts documents, empty ones too', () => {
    expect(rangeIn('a: 1\n---\n---\nb: 2\n', aFinding(['b'], { document: 2 }))).toBe('4:4-4:5');
  });

  it.each([
    ['CRLF', 'a: 1\r\nb: two\r\n', '2:4-2:7', 'b: two'],
    ['a byte order mark', '\ufeffb: two\n', '1:4-1:7', 'b: two'],
    ['characters of two UTF-16 units', '"\u{1f600}": 1\nb: "\u{1f600}"\n', '2:4-2:8', 'b: "\u{1f600}"'],
    ['no newline at the end', 'b: two', '1:4-1:7', 'b: two'],
  ])('is right with %s', (_, content, range, excerpt) => {
    expect(rangeIn(content, aFinding(['b']))).toBe(range);
    expect(diagnosed([aFinding(['b'])], [{ file: 'a.yaml', text: content }])[0]?.excerpt).toBe(excerpt);
  });

  it.each([
    ['the second of two equal keys', 'a: 1\nb: 2\na: 3\n', '3:1-3:2'],
    ['the anchor', 'a: 1\nb: &x 2\n', '2:4-2:6'],
    ['the directive', '%YAML 1.1\n---\na: 1\n', '1:1-1:10'],
    ['the control character', 'a: 1\nb: "\u0007"\n', '2:5-2:6'],
    ['the closing bracket', 'a: 1\nb: [1]]\n', '2:7-2:8'],
    ['the forbidden key', 'a:\n  __proto__: 1\n', '2:3-2:12'],
  ])('is %s in a text that is refused', (_, manifest, range) => {
    const found = read({ manifest });
    expect(rangesOf(found.findings, found.sources)[0]).toBe(range);
  });

  it('is the beginning of a file that is not there', () => {
    const [diagnostic] = diagnosed([aFinding(['a'])], []);
    expect(diagnostic).toMatchObject({
      range: { file: 'a.yaml', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
      excerpt: null,
    });
  });

  it('is nowhere for what only the cloud shows', () => {
    expect(diagnosed([{ ...aFinding([]), at: null }], [])).toMatchObject([{ range: null, excerpt: null }]);
  });
});

describe('diagnose', () => {
  it('sorts by file, line and column', () => {
    const text = 'a: 1\nb: {c: 2, d: 3}\n';
    const at = (file: string, path: readonly string[]) => ({ ...aFinding(path), at: { file, document: 0, path } });
    const findings = [at('b.yaml', ['a']), at('a.yaml', ['b', 'd']), at('a.yaml', ['b', 'c']), at('a.yaml', ['a'])];
    const sources = ['a.yaml', 'b.yaml'].map((name) => ({ file: name, text }));
    expect(
      diagnosed(findings, sources).map(({ range }) => `${range?.file} ${range?.start.line}:${range?.start.column}`),
    ).toEqual(['a.yaml 1:4', 'a.yaml 2:8', 'a.yaml 2:14', 'b.yaml 1:4']);
  });

  it('keeps the key of a finding when lines move', () => {
    const keyIn = (manifest: string) => {
      const project = read({ manifest });
      return diagnose(project.findings, project).map(({ key }) => key);
    };
    const broken = sourceText.replace('family: golden', 'famly: golden');
    expect(keyIn(`# moved\n\n${broken}`)).toEqual(keyIn(broken));
    expect(keyIn(file(broken.replace('famly', 'famili')))).not.toEqual(keyIn(broken));
  });

  it('cuts lines that nobody wrote by hand', () => {
    const [diagnostic] = diagnosed([aFinding(['a'])], [{ file: 'a.yaml', text: `a: ${'x'.repeat(100_000)}\n` }]);
    expect(diagnostic?.excerpt?.length).toBe(1_000);
  });
});
