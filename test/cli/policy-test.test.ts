import { expect, it } from 'vitest';
import { runSafely } from '../../src/cli/run-safely.js';
import { memoryFiles } from '../flows/memory-files.js';
import { copyText, instanceText, projectText, sourceText } from '../support/manifests.js';
import { aRuntime } from './fake-runtime.js';

const policy = `\
apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: baseline}
spec:
  custom:
    - id: custom/web-types
      match: {kinds: [Instance]}
      expr: resource.spec.instanceType.startsWith('ecs.c7.')
      message: web instances must be of the c7 family
      docs: https://wiki.example.com/web-types
`;

const files = memoryFiles({
  'tallyman.yaml': projectText,
  'manifests/web.yaml': [sourceText, copyText, instanceText.replace('spec:\n', 'spec:\n  userData: secret\n')].join(
    '---\n',
  ),
  'policies/baseline.yaml': policy,
});

async function tallyman(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const runtime = aRuntime({
    openFiles: () => Promise.resolve(files),
    findProjectFile: () => Promise.resolve('/project/tallyman.yaml'),
  });
  const code = await runSafely(words, runtime);
  return { code, ...runtime.written };
}

it('writes a case for a finding, which then passes, and fails once the rule is another', async () => {
  const lint = JSON.parse((await tallyman('lint', '-o', 'json')).out) as {
    diagnostics: { rule_id: string; finding_key: string; help_uri: string }[];
  };
  const finding = lint.diagnostics.find(({ rule_id }) => rule_id === 'custom/web-types');
  const written = await tallyman('policy', 'test', '--from-finding', finding?.finding_key ?? '');
  expect(written.code).toBe(0);
  expect(written.out).not.toContain('secret');
  files.texts.set('policies/web.policy-test.yaml', written.out);
  const passed = await tallyman('policy', 'test');
  expect(passed).toMatchObject({ code: 0, err: '' });
  expect(passed.out).toContain('1 case, all passed.');
  files.texts.set('policies/baseline.yaml', policy.replaceAll('c7', 'g7'));
  expect(await tallyman('policy', 'test')).toMatchObject({ code: 3 });
  files.texts.set('policies/baseline.yaml', policy.replaceAll('startsWith', 'beginsWith'));
  expect(await tallyman('policy', 'test', '-o', 'json')).toMatchObject({ code: 4 });
  files.texts.set('policies/baseline.yaml', policy);
});

it('lists and explains the rules of the project', async () => {
  expect((await tallyman('policy', 'list')).out).toMatch(
    /^custom\/web-types +lint {2}error {3}error {4}waivable {2}web instances must be of the c7 family$/m,
  );
  expect((await tallyman('policy', 'explain', 'custom/web-types')).out).toBe(`\
# custom/web-types

web instances must be of the c7 family

Policy 'baseline' in policies/baseline.yaml, stage lint, severity error. It must be true that:

    resource.spec.instanceType.startsWith('ecs.c7.')

https://wiki.example.com/web-types
`);
});

it.each([
  [['policy', 'test', '--from-finding', 'none'], 'lint has no such finding'],
  [['policy', 'list', '-o', 'junit'], 'the format junit is for `policy test` alone'],
  [['policy', 'list', '--from-finding', 'x'], '`--from-finding` is for `policy test` alone'],
  [['policy', 'explain', 'custom/web-typ'], "there is no rule 'custom/web-typ'"],
  [['lint', '--only', 'custom/other'], "'custom/other', and there is no such rule"],
])('%j is not usable', async (words, message) => {
  const { code, err } = await tallyman(...words);
  expect(code).toBe(4);
  expect(err).toContain(message);
});
