import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/domain/finding.js';
import { lint } from '../../src/flows/lint.js';
import { withPrograms } from '../../src/flows/load-project.js';
import { readProject } from '../../src/manifest/read-project.js';
import { check } from '../../src/policy/check.js';
import { compilePolicies } from '../../src/policy/cel/compile-policies.js';
import { customRulesIn } from '../../src/policy/custom-rules.js';
import { loosened } from '../../src/policy/loosened.js';
import { overridesOf } from '../../src/policy/rule-choice.js';
import type { CustomRule, Policy } from '../../src/domain/policy.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import {
  aDesired,
  aLock,
  aLockEntry,
  aMatch,
  anEmptyLock,
  anImageCopy,
  anInstance,
  anObservedImage,
  anObservedState,
  anOrigin,
  aPlan,
  aPolicy,
  aProject,
  aReplacement,
  aWaiver,
  today,
} from '../support/build.js';
import { copyText, instanceText, projectText, sourceText } from '../support/manifests.js';

function aRule(changes: Partial<CustomRule> = {}): CustomRule {
  return {
    id: 'custom/web-types',
    message: 'web instances must be of the g7 family',
    expr: "resource.spec.instanceType.startsWith('ecs.g7.')",
    stage: 'lint',
    severity: 'error',
    match: aMatch({ kinds: ['Instance'] }),
    docs: null,
    program: null,
    origin: anOrigin('policies/baseline.yaml', 'spec', 'custom', 0),
    ...changes,
  };
}

function aPolicyWith(...custom: readonly CustomRule[]): Policy {
  const [policy] = compilePolicies([aPolicy({}, { custom, extends: ['none'] })]);
  if (policy === undefined) throw new Error('one policy goes in and one comes out');
  return policy;
}

function judge(rule: Partial<CustomRule>, subject: Partial<Parameters<typeof check>[0]> = {}) {
  const policies = [aPolicyWith(aRule(rule))];
  const whole = { desired: aDesired(), lock: aLock(), waivers: [], observed: null, plan: null, today, policies };
  const asked = { ...whole, stage: 'lint' as const, ...subject };
  const { findings, skipped } = check(asked);
  const others = check({ ...asked, policies: [aPolicyWith()] });
  return { found: findings.filter(({ ruleId }) => ruleId.startsWith('custom/')), skipped: skipped - others.skipped };
}

const small = aDesired({ instances: [anInstance({ instanceType: 'ecs.c7.large' })] });

describe('a rule of a Policy', () => {
  test('says nothing where its expression is true', () => {
    expect(judge({}).found).toEqual([]);
  });

  test('finds what is not so, at the one field that it is about', () => {
    expect(judge({}, { desired: small }).found).toEqual([
      {
        ruleId: 'custom/web-types',
        severity: 'error',
        message: 'web instances must be of the g7 family',
        hint: 'See what the rule asks for:\n  tallyman policy explain custom/web-types',
        at: anOrigin(small.instances[0]?.origin.file ?? '', 'spec', 'instanceType'),
        address: 'Instance/web',
        value: 'ecs.c7.large',
        waiver: null,
        decidedBy: 'Policy/baseline',
        isInputError: false,
      },
    ]);
  });

  test('sends to its page where it has one', () => {
    const docs = 'https://wiki.example.com/web-types';
    expect(judge({ docs }, { desired: small }).found[0]?.hint).toBe('Read https://wiki.example.com/web-types');
  });

  test('is an error where it has no answer, whatever its severity', () => {
    const expr = 'resource.spec.internetMaxBandwidthOut == 0.0';
    expect(judge({ expr, severity: 'info' }).found).toMatchObject([
      {
        severity: 'error',
        message:
          "the rule cannot be answered here, since 'internetMaxBandwidthOut' is not there: web instances must be of the g7 family",
      },
    ]);
  });

  test('judges only what both its match and that of its Policy name', () => {
    const match = aMatch({ kinds: ['Instance'], labels: { tier: 'db' } });
    expect(judge({ match }, { desired: small }).found).toEqual([]);
    const [policy] = compilePolicies([
      aPolicy({}, { custom: [aRule()], match: aMatch({ accounts: ['another'] }), extends: ['none'] }),
    ]);
    expect(judge({}, { desired: small, policies: policy === undefined ? [] : [policy] }).found).toEqual([]);
  });

  test('is off, weaker or alone where that is asked for', () => {
    expect(judge({ severity: 'off' }, { desired: small }).found).toEqual([]);
    const custom = customRulesIn([aPolicyWith(aRule())]);
    const choose = (choice: Partial<Parameters<typeof overridesOf>[0]>) =>
      judge({}, { desired: small, overrides: overridesOf({ severities: [], only: [], skip: [], ...choice }, custom) });
    expect(choose({ severities: ['custom/web-types=warning'] }).found[0]).toMatchObject({
      severity: 'warning',
      decidedBy: 'command line',
    });
    expect(choose({ skip: ['custom/web-types'] }).found).toEqual([]);
    expect(choose({ only: ['trust/image-age'] }).found).toEqual([]);
    expect(choose({ only: ['custom/web-types'] }).found).toHaveLength(1);
    expect(() => choose({ only: ['custom/other'] })).toThrow("'custom/other', and there is no such rule");
  });

  test('can be waived, and a waiver for it that covers nothing is named', () => {
    const waiver = aWaiver({ rule: 'custom/web-types', resources: ['Instance/web'] });
    const desired = aDesired({ ...small, project: aProject({ approvers: [waiver.approvedBy] }) });
    expect(judge({}, { desired, waivers: [waiver] }).found[0]?.waiver?.name).toBe(waiver.name);
    const policies = compilePolicies([aPolicy({}, { custom: [aRule()] })]);
    const whole = { lock: aLock(), observed: null, plan: null, today, policies, waivers: [waiver] };
    const unused = check({ ...whole, desired: aDesired({ project: desired.project }), stage: 'lint' }).findings;
    expect(unused.map(({ ruleId }) => ruleId)).toContain('hygiene/waiver');
  });

  test('looks at each locked image once, and is skipped where there is none', () => {
    const expr = "now - image.createdAt < duration('24h')";
    const match = aMatch({ kinds: ['ImageCopy'] });
    const lock = aLock(aLockEntry({ createdAt: '2020-01-01T00:00:00Z', imageId: 'm-old' }));
    const desired = aDesired({ imageCopies: [anImageCopy()] });
    expect(judge({ expr, match }, { lock, desired }).found.map(({ message }) => message)).toEqual([
      'web instances must be of the g7 family (m-old in cn-hangzhou)',
    ]);
    expect(judge({ expr, match }, { lock: anEmptyLock(), desired })).toEqual({ found: [], skipped: 1 });
  });

  test('of the stage plan is skipped without live facts, and sees images and actions with them', () => {
    const plan = aPlan({ actions: [aReplacement()] });
    const live = { observed: anObservedState(), plan, stage: 'plan' as const };
    const expr = "action.kind != 'ReplaceSystemDisk'";
    expect(judge({ expr, stage: 'plan' })).toEqual({ found: [], skipped: 1 });
    expect(judge({ expr, stage: 'plan' }, live).found).toMatchObject([{ address: aReplacement().address }]);
    const match = aMatch({ kinds: ['ImageSource'] });
    const observed = anObservedState({ images: [anObservedImage({ status: 'Deprecated' })] });
    const available = { expr: "image.status == 'Available'", stage: 'plan' as const, match };
    expect(judge(available, live).found).toEqual([]);
    expect(judge(available, { ...live, observed }).found).toHaveLength(1);
  });

  test('that is gone, weaker or another than on the base is named', () => {
    const project = aProject();
    const changesTo = (...custom: readonly CustomRule[]) =>
      loosened(
        { project, policies: [aPolicyWith(aRule())], waivers: [] },
        { project, policies: [aPolicyWith(...custom)], waivers: [] },
      ).map(({ message }) => message);
    expect(changesTo(aRule())).toEqual([]);
    expect(changesTo()).toEqual(["'custom/web-types' of the base is gone"]);
    expect(changesTo(aRule({ severity: 'info' }))).toEqual([
      "'custom/web-types' is 'info' now, and 'error' on the base",
    ]);
    expect(changesTo(aRule({ expr: 'true' }))).toEqual(["'custom/web-types' asks for something else than on the base"]);
  });
});

async function lintWith(custom: string): Promise<readonly Diagnostic[]> {
  const policy = `apiVersion: tallyman.dev/v1\nkind: Policy\nmetadata: {name: baseline}\nspec:\n  custom:\n${custom}`;
  const read = readProject(
    {
      project: { file: 'tallyman.yaml', text: projectText },
      manifests: [{ file: 'manifests/web.yaml', text: [sourceText, copyText, instanceText].join('---\n') }],
      policies: [{ file: 'policies/baseline.yaml', text: policy }],
      lock: null,
      lockFile: 'tallyman.lock.yaml',
    },
    { parse: parseDocuments },
  );
  return lint(await withPrograms(read), { today }).diagnostics;
}

describe('a mistake in an expression is found at its line and column', () => {
  test.each([
    ['plain', '      expr: resource.spec.typo > 1.0\n', 10, 27, 'typo'],
    [
      'plain over two lines',
      '      expr: resource.spec.replicas > 1.0\n        && resource.spec.typo\n',
      11,
      26,
      'typo',
    ],
    ['in single quotes', "      expr: 'resource.kind == ''Instance'' && typo'\n", 10, 47, 'typo'],
    ['in double quotes', '      expr: "resource.kind == \\"Instance\\" && typo"\n', 10, 47, 'typo'],
    ['with escapes', '      expr: "\\n\\tresource.kind == \'\\u0041\' &&\\n typo"\n', 10, 49, 'typo'],
    ['as a literal block', '      expr: |\n        resource.spec.replicas > 1.0\n        && typo\n', 12, 12, 'typo'],
    ['as a folded block', '      expr: >-\n        resource.spec.replicas > 1.0\n\n        && typo\n', 13, 12, 'typo'],
    ['in a flow', '      expr: "typo"\n', 10, 14, 'typo'],
  ])('%s', async (_, expr, line, column, part) => {
    const found = await lintWith(
      `    - id: custom/typo\n      match: {kinds: [Instance]}\n      message: it must be so\n      # why\n${expr}`,
    );
    expect(found).toMatchObject([{ ruleId: 'manifest/policy', isInputError: true, value: part }]);
    expect(found[0]?.range).toEqual({
      file: 'policies/baseline.yaml',
      start: { line, column },
      end: { line, column: column + part.length },
    });
  });

  test('beside what else makes a rule unusable', async () => {
    const rule = '    - {id: custom/a, message: m, expr: "true", match: {kinds: [Instance]}}\n';
    expect((await lintWith(rule + rule)).map(({ message }) => message)).toEqual(["a second rule is called 'custom/a'"]);
    const bad = await lintWith('    - {id: web-types, message: m, expr: "true", sev: error}\n');
    expect(bad.map(({ ruleId }) => ruleId)).toEqual(['manifest/invalid-value', 'manifest/unknown-field']);
  });
});
