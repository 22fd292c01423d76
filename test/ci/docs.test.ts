import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blocksOf } from '../docs/blocks.js';

const textOf = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = textOf('docs/ci.md');
const action = parse(textOf('action.yml')) as Readonly<Record<'inputs' | 'outputs', Readonly<Record<string, object>>>>;

describe('docs/ci.md', () => {
  it('names every input and output of the action, and no other', () => {
    const [, table = ''] = page.split('### The action\n');
    const rows = [...(table.split('\n### ')[0]?.matchAll(/^\| (`[^|]+`) \|/gm) ?? [])].map(([, cell = '']) => cell);
    const inputs = rows.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name));
    expect(inputs.sort()).toStrictEqual(Object.keys(action.inputs).sort());
    const [, outputs = ''] = /^Outputs: ([^]+?)\. /m.exec(page) ?? [];
    expect([...outputs.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name).sort()).toStrictEqual(
      Object.keys(action.outputs).sort(),
    );
  });

  it('shows trust policies that hold issuer, audience and subject, and nothing broader', () => {
    const policies = blocksOf('docs/ci.md', page)
      .filter(({ info }) => info === 'json')
      .map(({ text }) => JSON.parse(text) as TrustPolicy);
    expect(policies).toHaveLength(2);
    for (const { Statement } of policies) {
      expect(Statement).toHaveLength(1);
      const [{ Effect, Action, Condition }] = Statement;
      expect([Effect, Action, Object.keys(Condition)]).toStrictEqual(['Allow', 'sts:AssumeRole', ['StringEquals']]);
      expect(Condition.StringEquals['oidc:iss']).toStrictEqual(['https://token.actions.githubusercontent.com']);
      expect(Condition.StringEquals['oidc:aud']).toStrictEqual(['sts.aliyuncs.com']);
      for (const subject of Condition.StringEquals['oidc:sub'] ?? ['']) {
        expect(subject).toMatch(/^repo:ORG\/REPO:(?:ref:refs\/heads\/main|pull_request|environment:production)$/);
      }
    }
    expect(policies[1]?.Statement[0].Condition.StringEquals['oidc:sub']).toStrictEqual([
      'repo:ORG/REPO:environment:production',
    ]);
  });
});

interface TrustPolicy {
  readonly Statement: readonly [
    {
      readonly Effect: string;
      readonly Action: string;
      readonly Condition: { readonly StringEquals: Readonly<Record<string, readonly string[]>> };
    },
  ];
}
