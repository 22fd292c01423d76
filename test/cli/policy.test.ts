import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runSafely } from '../../src/cli/run-safely.js';
import { nodeRuntime } from '../../src/node-runtime.js';
import { rules } from '../../src/policy/rules/index.js';
import { aRuntime } from './fake-runtime.js';

async function tallyman(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const runtime = aRuntime({ publishedFile: (path) => nodeRuntime('0.1.0').publishedFile(path) });
  const code = await runSafely(words, runtime);
  return { code, ...runtime.written };
}

describe('policy list', () => {
  it('names every rule with its stage, its severities and whether it can be waived', async () => {
    const { code, out } = await tallyman('policy', 'list');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(rules.length);
    expect(lines).toContain(
      'trust/fingerprint                   plan  error   error    always    the locked image is not what it was when it was locked',
    );
    expect(lines).toEqual(lines.toSorted());
  });

  it('gives the parameters of each as a schema', async () => {
    const { rules: listed } = JSON.parse((await tallyman('policy', 'list', '-o', 'json')).out) as {
      rules: { id: string; parameters: object | null }[];
    };
    expect(listed.find(({ id }) => id === 'region/allowed')?.parameters).toMatchObject({ required: ['regions'] });
    expect(listed.find(({ id }) => id === 'trust/fingerprint')?.parameters).toBeNull();
  });
});

describe('policy explain', () => {
  it('prints the page of every rule', async () => {
    for (const { id } of rules) {
      const page = readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), 'utf8');
      expect((await tallyman('policy', 'explain', id)).out).toBe(page);
    }
  });

  it('has the page in its JSON too', async () => {
    const { out } = await tallyman('policy', 'explain', 'trust/image-age', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({
      id: 'trust/image-age',
      waivable: true,
      page: expect.stringContaining('# trust/image-age') as string,
    });
  });

  it('says what the rule says of itself where there is no page', async () => {
    const runtime = aRuntime();
    expect(await runSafely(['policy', 'explain', 'trust/image-age'], runtime)).toBe(0);
    expect(runtime.written.out).toContain('The age is counted in whole days');
  });

  it.each([
    [['policy'], '`policy` takes'],
    [['policy', 'list', 'x'], '`policy` takes'],
    [['policy', 'explain'], '`policy` takes'],
    [['policy', 'test'], "there is no 'tallyman.yaml'"],
    [['policy', 'explain', 'trust/image-agee'], "did you mean 'trust/image-age'?"],
    [['policy', 'explain', '../../../README'], 'there is no rule'],
  ])('refuses %j', async (words, message) => {
    const { code, err } = await tallyman(...words);
    expect(code).toBe(4);
    expect(err).toContain(message);
  });
});
