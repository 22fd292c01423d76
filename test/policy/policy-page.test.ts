import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkPolicies } from '../../src/policy/check-policies.js';
import { rules } from '../../src/policy/rules/index.js';
import { aPolicy, aWaiver } from '../support/build.js';

const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');

test('the page about policy lists every rule as it is', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| ['));
  const expected = rules.map(
    ({ id, stage, severity: { recommended, strict }, isWaivable }) =>
      `| [${id}](rules/${id}.md) | ${stage} | ${recommended} | ${strict} | ${isWaivable ? 'yes' : 'no'} |`,
  );
  expect(rows.toSorted()).toEqual(expected.toSorted());
});

test('its examples can be followed', () => {
  const [policy, waiver] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text = '']) => (parse(text) as { spec: Record<string, unknown> }).spec,
  );
  const rulesOfExample = policy?.['rules'] as Parameters<typeof aPolicy>[0];
  expect(Object.keys(rulesOfExample)).toHaveLength(3);
  expect(checkPolicies([aPolicy(rulesOfExample)], [aWaiver(waiver)])).toEqual([]);
});
