import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf } from '../../src/domain/digest.js';

describe('canonical JSON', () => {
  it('has the keys of every object in code-unit order, and no white space', () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], B: 'x', é: '', a: undefined })).toBe(
      '{"B":"x","b":[1,{"a":true,"z":null}],"é":""}',
    );
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is the same for objects that were built in another order', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), { selector: ([key]) => key });
    fc.assert(
      fc.property(entries, (list) => {
        const there = Object.fromEntries(list);
        expect(canonicalJson(Object.fromEntries(list.toReversed()))).toBe(canonicalJson(there));
      }),
    );
  });

  it('refuses what is no JSON', () => {
    expect(() => canonicalJson({ at: () => 1 })).toThrow('a function cannot be written as JSON');
  });
});

describe('a digest', () => {
  it('is that of the canonical JSON, however deep the value is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const whole = createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
        expect(digestOf(value)).toBe(`sha256:${whole}`);
      }),
    );
  });
});
