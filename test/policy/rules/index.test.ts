import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isOffUntilAsked, needsParameters } from '../../../src/policy/rule.js';
import { ruleNamed, rules } from '../../../src/policy/rules/index.js';

const root = new URL('../../../', import.meta.url);
const has = (path: string) => existsSync(new URL(path, root));

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('lives in the file of its name, and has a page', () => {
    expect(has(`src/policy/rules/${id}.ts`)).toBe(true);
    expect(has(`docs/rules/${id}.md`)).toBe(true);
  });

  test('is tried where it makes its own findings', () => {
    expect(rule.check === undefined || has(`test/policy/rules/${id}.test.ts`)).toBe(true);
  });

  test('is an error under every preset if it cannot be waived', () => {
    const severities = [rule.severity.recommended, rule.severity.strict, rule.severity.none];
    expect(rule.isWaivable || severities.every((severity) => severity === 'error')).toBe(true);
  });

  test('is never weaker under strict than under recommended', () => {
    const rank = { off: 0, info: 1, warning: 2, error: 3 };
    expect(rank[rule.severity.strict]).toBeGreaterThanOrEqual(rank[rule.severity.recommended]);
  });

  test('is off under recommended only if parameters can turn it on, and always if it needs them', () => {
    expect(!isOffUntilAsked(rule) || rule.parameters !== null).toBe(true);
    expect(!needsParameters(rule) || isOffUntilAsked(rule)).toBe(true);
  });

  test('has a summary of one line and a description', () => {
    expect(rule.summary).toMatch(/^[a-z][^\n]{10,90}[^.]$/);
    expect(rule.description).toMatch(/\.$/);
  });
});

test('rules are found by ID', () => {
  expect(ruleNamed('trust/fingerprint')?.id).toBe('trust/fingerprint');
  expect(ruleNamed('toString')).toBeUndefined();
});
