import { describe, expect, it } from 'vitest';
import { findingChanges } from '../../src/domain/finding-changes.js';
import type { Diagnostic } from '../../src/domain/finding.js';

function aDiagnostic(key: string, given: Partial<Diagnostic> = {}): Diagnostic {
  return {
    key,
    ruleId: 'trust/image-age',
    severity: 'warning',
    message: key,
    hint: '',
    at: { file: 'a.yaml', document: 0, path: [] },
    address: null,
    value: '',
    waiver: null,
    decidedBy: null,
    isInputError: false,
    range: null,
    excerpt: null,
    ...given,
  };
}

const keys = (list: readonly Diagnostic[]): readonly string[] => list.map(({ key }) => key);

describe('what differs between two runs', () => {
  it('is what appeared, what stayed and what disappeared, each in the order of its run', () => {
    const { appeared, stayed, disappeared } = findingChanges(
      [aDiagnostic('a'), aDiagnostic('b'), aDiagnostic('c')],
      [aDiagnostic('d'), aDiagnostic('c'), aDiagnostic('a'), aDiagnostic('e')],
    );
    expect([keys(appeared), keys(stayed), keys(disappeared)]).toStrictEqual([['d', 'e'], ['c', 'a'], ['b']]);
  });

  it('counts those under one key', () => {
    const { appeared, stayed, disappeared } = findingChanges(
      [aDiagnostic('a'), aDiagnostic('a'), aDiagnostic('b')],
      [aDiagnostic('a'), aDiagnostic('b'), aDiagnostic('b')],
    );
    expect([keys(appeared), keys(stayed), keys(disappeared)]).toStrictEqual([['b'], ['a', 'b'], ['a']]);
  });

  it('takes moved lines for nothing new, and another severity or file for something new', () => {
    const moved = { range: { file: 'a.yaml', start: { line: 9, column: 1 }, end: { line: 9, column: 2 } } };
    const before = [aDiagnostic('a'), aDiagnostic('b'), aDiagnostic('c')];
    const now = [
      aDiagnostic('a', moved),
      aDiagnostic('b', { severity: 'error' }),
      aDiagnostic('c', { at: { file: 'b.yaml', document: 0, path: [] } }),
    ];
    const { appeared, stayed, disappeared } = findingChanges(before, now);
    expect([keys(appeared), keys(stayed), keys(disappeared)]).toStrictEqual([['b', 'c'], ['a'], ['b', 'c']]);
    expect(stayed[0]?.range?.start.line).toBe(9);
  });
});
