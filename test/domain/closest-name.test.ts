import { describe, expect, it } from 'vitest';
import { closestName, editDistance } from '../../src/domain/closest-name.js';

describe('the distance between words', () => {
  it.each([
    ['', '', 0],
    ['replicas', 'replicas', 0],
    ['replica', 'replicas', 1],
    ['relpicas', 'replicas', 1],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['', 'abc', 3],
  ])('%j and %j: %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('the word that was meant', () => {
  const words = ['replicas', 'region', 'placement', 'image'];

  it.each([
    ['replica', 'replicas'],
    ['Region', 'region'],
    ['plcaement', 'placement'],
    ['imgae', 'image'],
    ['zebra', undefined],
    ['x', undefined],
    ['r'.repeat(10_000), undefined],
  ])('%s -> %s', (word, expected) => {
    expect(closestName(word, words)).toBe(expected);
  });

  it('is the first of those that are equally near', () => {
    expect(closestName('ac', ['ab', 'ad'])).toBe('ab');
  });
});
