import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasPassed } from '../../src/domain/policy-test.js';
import { testPolicies } from '../../src/flows/test-policies.js';
import { callable } from '../../src/policy/cel/expression-bounds.js';
import { withoutLinearMatches } from '../../src/policy/cel/linear-matches.js';
import { memoryFiles } from '../flows/memory-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}/examples/custom-rules`;
const page = readFileSync(`${root}/docs/custom-rules.md`, 'utf8');
const textOf = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8');
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
const example = memoryFiles(Object.fromEntries(paths.map((path) => [path, textOf(path)])));

describe('docs/custom-rules.md', () => {
  it('shows ten wishes, each a rule of the example', () => {
    const wishes = [...page.matchAll(/```yaml\n(- id: custom[^]*?)```/g)].flatMap(
      ([, text = '']) => parse(text) as unknown,
    );
    const policy = parse(textOf('policies/wishes.yaml')) as { spec: { custom: unknown } };
    expect(wishes).toHaveLength(10);
    expect(wishes).toEqual(policy.spec.custom);
  });

  it('shows rules whose cases all pass, and that each find something in one', async () => {
    const { cases, diagnostics } = await testPolicies(example, 'tallyman.yaml');
    expect(diagnostics.map(({ message, range }) => `${range?.start.line}: ${message}`)).toEqual([]);
    expect(cases.filter((one) => !hasPassed(one))).toEqual([]);
    const text = textOf('policies/wishes.policy-test.yaml');
    const finding = [...text.matchAll(/expect: \[\{rule: (custom\/[a-z-]+)/g)].map(([, id = '']) => id);
    expect(new Set(finding).size).toBe(10);
  });

  it('names every function that there is', () => {
    const words = new Set(page.match(/[A-Za-z_]+/g));
    expect([...callable].map(withoutLinearMatches).filter((name) => !words.has(name))).toEqual([]);
  });

  it('shows a case in its own words that holds', async () => {
    const shown = /```yaml\n(apiVersion: tallyman.dev\/v1\nkind: PolicyTest[^]*?)```/.exec(page)?.[1] ?? '';
    const files = memoryFiles({
      'tallyman.yaml': textOf('tallyman.yaml'),
      'policies/wishes.yaml': textOf('policies/wishes.yaml'),
      'policies/web.policy-test.yaml': shown,
    });
    expect((await testPolicies(files, 'tallyman.yaml')).cases.map(hasPassed)).toEqual([true]);
  });
});
