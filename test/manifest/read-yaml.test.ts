import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import { yamlLimits } from '../../src/manifest/yaml-limits.js';
import { complaints, copyText, file, read, sourceText } from '../support/manifests.js';

function rulesOf(text: string): readonly string[] {
  return parseDocuments({ file: 'a.yaml', text }).findings.map((finding) => finding.ruleId);
}

function valuesOf(text: string): readonly unknown[] {
  return parseDocuments({ file: 'a.yaml', text }).documents.map((document) => document.value);
}

describe('what YAML is read', () => {
  it('reads scalars by the core schema of YAML 1.2', () => {
    const text = 'a: 0123\nb: 0x10\nc: yes\nd: true\ne: ~\nf: 2027-03-31\ng: "1"\nh: 1_000\ni: 1e3\n';
    expect(valuesOf(text)).toEqual([
      { a: 123, b: 16, c: 'yes', d: true, e: null, f: '2027-03-31', g: '1', h: '1_000', i: 1000 },
    ]);
  });

  it('keeps the text of the file beside the value', () => {
    const [document] = parseDocuments({ file: 'a.yaml', text: 'a: [9007199254740993, 0123]\n' }).documents;
    expect(document?.textAt(['a', 0])).toBe('9007199254740993');
    expect(document?.textAt(['a', 1])).toBe('0123');
    expect(document?.textAt(['a'])).toBeUndefined();
  });

  it('leaves empty documents out but counts them', () => {
    const { documents } = parseDocuments({ file: 'a.yaml', text: '---\n# nothing\n---\na: 1\n---\n' });
    expect(documents.map(({ origin }) => origin)).toEqual([{ file: 'a.yaml', document: 1, path: [] }]);
  });

  it.each([
    ['an empty file', ''],
    ['comments alone', '# a\n# b\n'],
    ['white space', '   \n\n'],
  ])('finds no document in %s', (_, text) => {
    expect(valuesOf(text)).toEqual([]);
    expect(rulesOf(text)).toEqual([]);
  });

  it.each([
    ['a byte order mark', '\ufeffa: 1\n'],
    ['CRLF', 'a: 1\r\n'],
    ['a comment behind a value', 'a: 1 # one\n'],
    ['no newline at the end', 'a: 1'],
  ])('reads a file with %s', (_, text) => {
    expect(valuesOf(text)).toEqual([{ a: 1 }]);
  });

  it('takes characters of other features inside text', () => {
    expect(valuesOf('a: "&b *c !d %e"\nf: x & y * z\ng: |\n  %YAML 1.1\n  &a !b\nh: \'*\'\n')).toEqual([
      { a: '&b *c !d %e', f: 'x & y * z', g: '%YAML 1.1\n&a !b\n', h: '*' },
    ]);
  });
});

describe('what YAML is refused', () => {
  const bomb = `a: &a [x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [*a, *a]`).join('\n')}\n`;

  it.each([
    ['an alias bomb', bomb, 'manifest/yaml-feature'],
    ['an anchor', 'a: &x 1\n', 'manifest/yaml-feature'],
    ['an alias', 'a: *x\n', 'manifest/yaml-feature'],
    ['a tag', 'a: !!js/function "x"\n', 'manifest/yaml-feature'],
    ['a standard tag', 'a: !!str 1\n', 'manifest/yaml-feature'],
    ['a version directive', '%YAML 1.1\n---\na: 0123\n', 'manifest/yaml-feature'],
    ['a tag directive', '%TAG ! tag:example.com,2000:\n---\na: 1\n', 'manifest/yaml-feature'],
    ['an unknown directive', '%FOO\n---\na: 1\n', 'manifest/yaml-feature'],
    ['a merge key', 'a: {<<: {b: 1}}\n', 'manifest/yaml-feature'],
    ['a duplicate key', 'a: 1\na: 2\n', 'manifest/duplicate-key'],
    ['a duplicate key in two spellings', 'a: 1\n"a": 2\n', 'manifest/duplicate-key'],
    ['__proto__', '__proto__: {isAdmin: true}\n', 'manifest/forbidden-key'],
    ['a deep __proto__', 'a: [{b: {"__proto__": 1}}]\n', 'manifest/forbidden-key'],
    ['constructor', 'a: {constructor: {prototype: 1}}\n', 'manifest/forbidden-key'],
    ['prototype', 'a: {prototype: 1}\n', 'manifest/forbidden-key'],
    ['a NUL', 'a: "\0"\n', 'manifest/syntax'],
    ['an escape sequence', 'a: "\u001b[2J"\n', 'manifest/syntax'],
    ['half a surrogate pair', 'a: "\ud800"\n', 'manifest/syntax'],
    ['a tab as indentation', 'a:\n\tb: 1\n', 'manifest/syntax'],
    ['a list as a key', '? [a]\n: b\n', 'manifest/syntax'],
    ['an open quote', 'a: "x\n', 'manifest/syntax'],
    ['an open brace', 'a: {b: 1\n', 'manifest/syntax'],
    ['a brace too many', 'a: {b: 1}}\n', 'manifest/syntax'],
    ['infinity', 'a: .inf\n', 'manifest/invalid-value'],
    ['a number that is none', 'a: .nan\n', 'manifest/invalid-value'],
  ])('refuses %s', (_, text, rule) => {
    expect(rulesOf(text)[0]).toBe(rule);
    expect(valuesOf(text)).toEqual([]);
  });

  it.each([
    ['too many bytes', `a: ${'x'.repeat(yamlLimits.bytes)}\n`],
    ['too many documents', 'a: 1\n---\n'.repeat(yamlLimits.documents + 1)],
    ['too many nodes', `a: [${'1,'.repeat(yamlLimits.nodes)}]\n`],
    ['too many nodes over several documents', `a: [${'1,'.repeat(20_000)}]\n---\n`.repeat(3)],
    ['too many keys', Array.from({ length: yamlLimits.keysPerMap + 1 }, (_, n) => `k${n}: 1\n`).join('')],
    ['deep brackets', `a: ${'['.repeat(200)}${']'.repeat(200)}\n`],
    ['deep blocks', Array.from({ length: 70 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')],
    ['more comments than anybody writes', '#\n'.repeat(200_000)],
    ['very deep brackets', '['.repeat(500_000)],
    ['very deep lists', '- '.repeat(400_000)],
  ])('refuses %s, once', (_, text) => {
    expect(rulesOf(text)).toEqual(['manifest/limit']);
  });

  it('reads what is just within the limits', () => {
    const deep = `a: ${'['.repeat(yamlLimits.depth - 1)}${']'.repeat(yamlLimits.depth - 1)}\n`;
    expect(rulesOf(deep)).toEqual([]);
    expect(rulesOf('a: 1\n---\n'.repeat(yamlLimits.documents - 1).concat('a: 1\n'))).toEqual([]);
    expect(rulesOf(Array.from({ length: yamlLimits.keysPerMap }, (_, n) => `k${n}: 1\n`).join(''))).toEqual([]);
    expect(rulesOf(`a: [${'1,'.repeat(yamlLimits.nodes - 10)}]\n`)).toEqual([]);
  });

  it.each([
    ['closing brackets', ']'.repeat(1_000_000)],
    ['anchors', `a: ${'&a '.repeat(300_000)}`],
    ['directives', '%x\n'.repeat(300_000)],
    ['keys without values', 'a:\n'.repeat(300_000)],
  ])('gives up early on a megabyte of %s', (_, text) => {
    expect(rulesOf(text)).toHaveLength(1);
  });

  it('touches no prototype', () => {
    parseDocuments({
      file: 'a.yaml',
      text: 'a: {__proto__: {polluted: true}, constructor: {prototype: {polluted: 1}}}',
    });
    expect('polluted' in {}).toBe(false);
  });
});

describe('one broken document', () => {
  it('does not hide the others, and says where it is', () => {
    const project = read({ manifest: file(sourceText, 'a: {b: 1\n', copyText.replace('history: 1', 'history: x')) });
    expect(complaints(project)).toEqual([
      '7:1 manifest/syntax: flow map in block collection must be sufficiently indented and end with a }',
      "18:12 manifest/wrong-type: `history` must be a whole number, not 'x'",
    ]);
  });

  it('does not make the names that it may hold unknown', () => {
    expect(complaints(read({ manifest: file(copyText, 'a: 1\na: 2\n') }))).toEqual([
      '14:1 manifest/duplicate-key: `a` stands twice in one mapping',
    ]);
  });
});
