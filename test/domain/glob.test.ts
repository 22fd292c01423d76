import { expect, test } from 'vitest';
import { matchesGlob } from '../../src/domain/glob.js';

test.each([
  ['golden', 'golden', true],
  ['golden', 'golden-evil', false],
  ['golden', 'my-golden', false],
  ['golden*', 'golden', true],
  ['golden*', 'golden-v1', true],
  ['*-v1', 'golden-v1', true],
  ['*-v1', 'golden-v12', false],
  ['g*n*1', 'golden-v1', true],
  ['g*1*n', 'golden-v1', false],
  ['ab*ba', 'aba', false],
  ['ab*ba', 'abba', true],
  ['**', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a.c', 'abc', false],
  ['a?c', 'abc', false],
])('%s against %s: %s', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

test('a pattern of many asterisks is answered at once', () => {
  expect(matchesGlob(`${'a*'.repeat(2_000)}b`, 'a'.repeat(50_000))).toBe(false);
});
