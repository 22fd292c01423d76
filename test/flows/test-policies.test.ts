import { describe, expect, test } from 'vitest';
import { testPolicies } from '../../src/flows/test-policies.js';
import { renderPolicyTestJson } from '../../src/report/policy-test-json.js';
import { renderPolicyTestJunit } from '../../src/report/policy-test-junit.js';
import { renderPolicyTestText } from '../../src/report/policy-test-text.js';
import { projectText } from '../support/manifests.js';
import { memoryFiles } from './memory-files.js';

const policy = `\
apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: baseline}
spec:
  custom:
    - id: custom/web-types
      match: {kinds: [Instance]}
      expr: resource.spec.instanceType.startsWith('ecs.g7.')
      message: web instances must be of the g7 family
    - {id: custom/calm, stage: plan, match: {kinds: [Instance]}, expr: "action.kind != 'StopInstance'", message: no stops}
`;

const head = `\
apiVersion: tallyman.dev/v1
kind: PolicyTest
metadata: {name: web-types}
spec:
`;

function aCase(expectation: string, type = 'ecs.c7.large'): string {
  return `\
    - name: another family
      manifests:
        - {apiVersion: tallyman.dev/v1, kind: ImageSource, metadata: {name: golden}, spec: {owner: images, family: golden}}
        - apiVersion: tallyman.dev/v1
          kind: Instance
          metadata: {name: web}
          spec:
            placement: [{vSwitchId: vsw-h}]
            image: {imageSource: golden}
            instanceType: ${type}
            securityGroupIds: [sg-web]
            systemDisk: {category: cloud_essd, sizeGiB: 40}
      ${expectation}
`;
}

const found = 'expect: [{rule: custom/web-types, address: Instance/web}]';

function run(...texts: readonly string[]) {
  const tests = Object.fromEntries(texts.map((text, index) => [`policies/${index}.policy-test.yaml`, text]));
  const files = { 'tallyman.yaml': projectText, 'policies/baseline.yaml': policy, ...tests };
  return testPolicies(memoryFiles(files), 'tallyman.yaml');
}

function ofWebTypes(...cases: readonly string[]): string {
  return `${head}  rules: [custom/web-types]\n  today: "2026-11-24"\n  cases:\n${cases.join('')}`;
}

async function mistakesIn(text: string): Promise<readonly string[]> {
  const { diagnostics, cases } = await run(text);
  expect(cases).toEqual([]);
  return diagnostics.map(({ range, message }) => `${range?.start.line}:${range?.start.column} ${message}`);
}

describe('a case', () => {
  test('passes where it asks for what is found and for nothing else', async () => {
    const { cases, diagnostics } = await run(ofWebTypes(aCase(found), aCase('expect: []', 'ecs.g7.large')));
    expect(diagnostics).toEqual([]);
    expect(cases.map(({ missing, unexpected }) => [...missing, ...unexpected])).toEqual([[], []]);
  });

  test('fails where something is missing or is there beside it, and says so in every format', async () => {
    const wrong = 'expect: [{rule: custom/web-types, address: Instance/web, severity: warning}]';
    const result = await run(ofWebTypes(aCase(wrong)));
    expect(renderPolicyTestText(result, { isColored: false })).toBe(`\
policies/0.policy-test.yaml: web-types
  FAIL  another family
        - custom/web-types Instance/web warning
        + custom/web-types Instance/web error: web instances must be of the g7 family

1 case, 1 failed.
`);
    expect(JSON.parse(renderPolicyTestJson(result))).toMatchObject({
      valid: false,
      summary: { cases: 1, failed: 1 },
      cases: [{ passed: false, missing: [{ severity: 'warning' }], unexpected: [{ severity: 'error' }] }],
    });
    expect(renderPolicyTestJunit(result)).toContain(
      '<failure message="1 expected and not found, 1 found and not expected" type="failure">',
    );
  });

  test('needs a part of the message only, and each finding answers once', async () => {
    const twice = `expect:
        - {rule: custom/web-types, address: Instance/web, message: g7 family}
        - {rule: custom/web-types, address: Instance/web}`;
    const { cases } = await run(ofWebTypes(aCase(twice)));
    expect(cases[0]?.missing).toHaveLength(1);
    expect(cases[0]?.unexpected).toEqual([]);
  });

  test('with live facts is judged as plan does', async () => {
    const live = 'live: {actions: [{kind: StopInstance, address: Instance/web/0}]}';
    const expectation = 'expect: [{rule: custom/calm, address: Instance/web/0}]';
    const text = `${head}  rules: [custom/calm]\n  today: "2026-11-24"\n  cases:\n${aCase(`${live}\n      ${expectation}`)}`;
    const { cases, diagnostics } = await run(text);
    expect(diagnostics).toEqual([]);
    expect(cases.map(({ missing, unexpected }) => [missing, unexpected])).toEqual([[[], []]]);
  });
});

describe('cases that cannot be run', () => {
  test.each([
    [
      'a rule that does not exist',
      ofWebTypes(aCase(found)).replace('[custom/web-types]', '[custom/web-types, custom/no]'),
      "5:29 there is no rule 'custom/no'",
    ],
    [
      'a rule that is not tested',
      ofWebTypes(aCase(found.replace('web-types', 'calm'))),
      "20:23 `rule` must be one of `rules`, and 'custom/calm' is none",
    ],
    [
      'a rule without the facts that it needs',
      ofWebTypes(aCase(found)).replace('[custom/web-types]', '[custom/web-types, custom/calm]'),
      "8:13 the case must have `live`: 'custom/calm' judges live facts only",
    ],
    [
      'an unknown field',
      ofWebTypes(aCase(`${found}\n      expects: []`)),
      '21:7 unknown field `expects` in `cases[0]`',
    ],
    [
      'a manifest with a mistake, at its place',
      ofWebTypes(aCase(found)).replace('sizeGiB: 40', 'sizeGib: 40'),
      '19:48 unknown field `sizeGib` in `systemDisk`',
    ],
    [
      'a manifest that names nothing',
      ofWebTypes(aCase(found)).replace('imageSource: golden', 'imageSource: silver'),
      /^16:34 .*'silver'/,
    ],
    ['another kind', policy, "2:7 a file `*.policy-test.yaml` must hold documents of kind 'PolicyTest'"],
  ])('%s', async (_, text, mistake) => {
    expect((await mistakesIn(text))[0]).toMatch(mistake);
  });

  test('are named in text and JUnit', async () => {
    const result = await run(policy);
    expect(renderPolicyTestText(result, { isColored: false })).toContain('No case was run: 1 mistake.');
    expect(renderPolicyTestJunit(result)).toContain('failures="1"');
  });

  test('are all of them where a Policy cannot be followed', async () => {
    const files = {
      'tallyman.yaml': projectText,
      'policies/baseline.yaml': policy.replace('instanceType', 'instanceTyp'),
      'policies/a.policy-test.yaml': ofWebTypes(aCase(found)),
    };
    const { cases, diagnostics } = await testPolicies(memoryFiles(files), 'tallyman.yaml');
    expect(cases).toEqual([]);
    expect(diagnostics.map(({ ruleId }) => ruleId)).toEqual(['manifest/policy']);
  });

  test('are none where there is no file', async () => {
    await expect(run()).rejects.toMatchObject({ code: 'input/no-manifest' });
  });
});
