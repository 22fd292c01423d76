import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/domain/path-glob.js';

function matches(pattern: string, path: string): boolean | undefined {
  return compileGlob(pattern)?.matches(path);
}

describe('a glob', () => {
  it.each([
    ['a.yaml', ['a.yaml'], ['b.yaml', 'a.yaml.bak', 'x/a.yaml', 'aXyaml']],
    ['*.yaml', ['a.yaml', '.yaml'], ['x/a.yaml', 'a.yml']],
    ['a?.yaml', ['ab.yaml'], ['a.yaml', 'a/.yaml', 'abc.yaml']],
    [
      'manifests/**/*.yaml',
      ['manifests/a.yaml', 'manifests/x/y/a.yaml'],
      ['a.yaml', 'manifests.yaml', 'x/manifests/a.yaml'],
    ],
    ['**/*.yaml', ['a.yaml', 'x/a.yaml', 'x/y/a.yaml'], ['a.yml', 'x/y']],
    ['x/**', ['x/a', 'x/y/a'], ['x', 'xy']],
    ['**', ['a', 'a/b'], []],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'axb']],
    ['a**b', ['ab', 'axxb'], ['a/b']],
    ['{web,db}/*.yaml', ['web/a.yaml', 'db/a.yaml'], ['x/a.yaml', 'web,db/a.yaml']],
    ['{a,b/c}/d', ['a/d', 'b/c/d'], ['b/d']],
    ['a{,b{c,d}}e', ['ae', 'abce', 'abde'], ['abe', 'ace']],
    ['a,b}', ['a,b}'], ['a']],
    ['(a|b)+.[c]', ['(a|b)+.[c]'], ['a.c']],
  ])('%s', (pattern, yes, no) => {
    for (const path of yes) expect([path, matches(pattern, path)]).toEqual([path, true]);
    for (const path of no) expect([path, matches(pattern, path)]).toEqual([path, false]);
  });

  it.each([
    '',
    '/etc/*',
    '../*',
    'a/../../b',
    'a/{..,b}/c',
    'a\\b',
    '{a,b',
    'a{b{c,d}',
    '{'.repeat(500),
    'a'.repeat(513),
  ])('is refused as %j', (pattern) => {
    expect(compileGlob(pattern)).toBeUndefined();
  });

  it.each([
    ['manifests/**/*.yaml', 'manifests'],
    ['a/b/c.yaml', 'a/b'],
    ['a/b*/c.yaml', 'a'],
    ['a/{b,c}/d.yaml', 'a'],
    ['*.yaml', ''],
    ['a.yaml', ''],
  ])('%s lies in folder %j', (pattern, folder) => {
    expect(compileGlob(pattern)?.folder).toBe(folder);
  });

  it('takes time in proportion to the path, however hostile it is', () => {
    const steps = `${'*a'.repeat(200)}b`;
    expect(matches(steps, 'a'.repeat(20_000))).toBe(false);
    expect(matches('{a,aa}'.repeat(80), 'a'.repeat(10_000))).toBe(false);
    expect(matches(`${'**/'.repeat(150)}b`, 'a/'.repeat(5_000))).toBe(false);
  });

  it('agrees with a regular expression of the same meaning', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '?', 'ab', '{a,b/}');
    const pattern = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => `x${parts.join('')}`);
    const path = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 10 }).map((parts) => `x${parts.join('')}`);
    fc.assert(
      fc.property(pattern, path, (glob, text) => {
        // `/**/` means folders here and two stars to the simple translation.
        fc.pre(!/(^|\/)\*\*(\/|$)/.test(glob));
        const source = glob.replace(
          /[*?{},]/g,
          (sign) => ({ '*': '[^/]*', '?': '[^/]', '{': '(?:', '}': ')', ',': '|' })[sign] ?? sign,
        );
        expect(matches(glob, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
    );
  });
});
