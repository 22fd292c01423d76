import { describe, expect, test } from 'vitest';
import { lint } from '../../src/flows/lint.js';
import { loadBase } from '../../src/flows/base.js';
import { today } from '../support/build.js';
import { memoryFiles } from './memory-files.js';
import {
  added,
  aWaiverText,
  edited,
  lintBeside,
  loadBeside,
  soundProject as sound,
  type Texts,
} from './small-project.js';

const plainDisk = (texts: Texts) =>
  edited(texts, 'manifests/web.yaml', 'sizeGiB: 40, encrypted: true', 'sizeGiB: 40, encrypted: false');
const plainData = (texts: Texts) =>
  edited(texts, 'manifests/web.yaml', /$/, '  dataDisks: [{category: cloud_essd, sizeGiB: 40}]\n');
const withWaiver = (texts: Texts, changes?: Parameters<typeof aWaiverText>[0]) =>
  added(texts, 'policies/waiver.yaml', aWaiverText(changes));
const lowered = (texts: Texts) =>
  edited(
    texts,
    'policies/baseline.yaml',
    'encryption/required: {severity: error}',
    'encryption/required: {severity: info}',
  );

const dataError = "manifests/web.yaml:11 error encryption/required `encrypted` of data disk 0 must be 'true'";

describe('a change beside its base', () => {
  test('that changes nothing about policy is judged as alone', async () => {
    expect(await lintBeside({ base: sound, head: sound })).toEqual([]);
    expect(await lintBeside({ base: sound, head: plainData(sound) })).toEqual([dataError]);
  });

  test('that makes a rule weaker is still judged by the stronger one, and the loosening is named', async () => {
    expect(await lintBeside({ base: sound, head: lowered(plainData(sound)) })).toEqual([
      dataError,
      "policies/baseline.yaml:11 info hygiene/policy-loosened 'encryption/required' is 'info' now, and 'error' on the base",
    ]);
  });

  test('that makes a rule weaker and violates nothing may be merged', async () => {
    const { diagnostics } = lint(await loadBeside(sound, lowered(sound)), { today });
    expect(diagnostics.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([
      ['hygiene/policy-loosened', 'info'],
    ]);
  });

  test('that makes a rule stronger is judged by the stronger one', async () => {
    expect(await lintBeside({ base: lowered(sound), head: plainData(sound) })).toEqual([dataError]);
  });

  test('that brings a violation with its own waiver fails', async () => {
    expect(await lintBeside({ base: sound, head: withWaiver(plainData(sound)) })).toEqual([
      dataError,
      "policies/waiver.yaml:5 info hygiene/policy-loosened Waiver 'for-now' for 'encryption/required' is new: it counts when it is merged",
    ]);
  });

  test('is covered by a waiver that was merged before', async () => {
    const base = withWaiver(sound);
    expect(await lintBeside({ base, head: plainData(base) })).toEqual([]);
  });

  test('that removes the waiver of what it leaves as it is fails', async () => {
    const base = withWaiver(plainData(sound));
    expect(await lintBeside({ base, head: plainData(sound) })).toEqual([dataError]);
  });

  test('cannot make a waiver last longer', async () => {
    const base = withWaiver(plainData(sound), { expires: '2026-01-20' });
    const head = withWaiver(plainData(sound), { expires: '2026-12-20' });
    const found = await lintBeside({ base, head, asOf: '2026-02-01' });
    expect(found[0]).toBe(dataError.replace('error', 'warning'));
    expect(found[1]).toContain("Waiver 'for-now' for 'encryption/required' reaches further than on the base");
  });
});

describe('an error that only lost its waiver to the calendar', () => {
  const base = withWaiver(plainData(sound), { expires: '2026-01-20' });
  const asOf = '2026-02-01';

  test('is a warning where the change leaves it as it is', async () => {
    expect(await lintBeside({ base, head: base, asOf })).toEqual([
      dataError.replace('error', 'warning'),
      "policies/waiver.yaml:9 warning hygiene/waiver waiver 'for-now' for 'encryption/required' has expired with '2026-01-20'",
    ]);
  });

  test('stays a warning where the change takes the dead waiver away', async () => {
    expect(await lintBeside({ base, head: plainData(sound), asOf })).toEqual([dataError.replace('error', 'warning')]);
  });

  test('is an error for what the change adds to it', async () => {
    const head = edited(
      base,
      'manifests/web.yaml',
      'sizeGiB: 40}]',
      'sizeGiB: 40}, {category: cloud_essd, sizeGiB: 50}]',
    );
    const found = await lintBeside({ base, head, asOf });
    expect(found).toContain(dataError.replace('error', 'warning'));
    expect(found).toContain(
      "manifests/web.yaml:11 error encryption/required `encrypted` of data disk 1 must be 'true'",
    );
  });

  test('is an error where nobody had waived it', async () => {
    expect(await lintBeside({ base: plainData(sound), head: plainData(sound), asOf })).toEqual([dataError]);
  });

  test('is an error without a base', async () => {
    expect(lint(await loadBeside(base, base), { today: '2026-01-20' }).summary.errors).toBe(0);
    const { base: _base, ...alone } = await loadBeside(base, base);
    expect(lint(alone, { today: asOf }).summary.errors).toBe(1);
  });
});

describe('what a change asks for is named', () => {
  test.each<readonly [string, Texts, string]>([
    [
      'another approver',
      edited(sound, 'tallyman.yaml', '[security-team]', '[security-team, me]'),
      "tallyman.yaml:13 info hygiene/policy-loosened approver 'me' is new",
    ],
    [
      'another class',
      edited(sound, 'tallyman.yaml', '[replace-system-disk]', '[replace-system-disk, delete]'),
      "tallyman.yaml:14 info hygiene/policy-loosened class 'delete' is not allowed on the base",
    ],
    [
      'pruning',
      edited(sound, 'tallyman.yaml', 'prune: false', 'prune: true'),
      'tallyman.yaml:14 info hygiene/policy-loosened `prune` is off on the base',
    ],
    [
      'more removals',
      edited(sound, 'tallyman.yaml', 'maxRemovals: 2', 'maxRemovals: 50'),
      'tallyman.yaml:14 info hygiene/policy-loosened `maxRemovals` is 2 on the base',
    ],
    [
      'a preset less',
      edited(sound, 'policies/baseline.yaml', '[recommended]', '[none]'),
      "policies/baseline.yaml:5 info hygiene/policy-loosened 'trust/image-age' is 'off' now, and 'warning' on the base",
    ],
    [
      'other parameters',
      edited(sound, 'policies/baseline.yaml', 'until: "2027-12-31"', 'until: "2037-12-31"'),
      "policies/baseline.yaml:7 info hygiene/policy-loosened 'trust/trusted-owner' has other parameters than on the base",
    ],
    [
      'a narrower match',
      edited(sound, 'policies/baseline.yaml', 'spec:\n', 'spec:\n  match: {labels: {tier: web}}\n'),
      "policies/baseline.yaml:5 info hygiene/policy-loosened Policy 'baseline' speaks about other resources than on the base",
    ],
    [
      'a new Policy that says less than the preset',
      added(
        sound,
        'policies/more.yaml',
        (sound['policies/baseline.yaml'] ?? '')
          .replace('name: baseline', 'name: more')
          .replace('[recommended]', '[none]'),
      ),
      "policies/more.yaml:5 info hygiene/policy-loosened 'trust/image-age' is 'off' now, and 'warning' on the base",
    ],
  ])('%s', async (_, head, expected) => {
    expect(await lintBeside({ base: sound, head })).toContain(expected);
  });

  test('but not a limit that becomes tighter', async () => {
    const limit = (days: number) =>
      edited(sound, 'policies/baseline.yaml', /$/, `    trust/image-age: {maxDays: ${days}}\n`);
    expect(await lintBeside({ base: limit(90), head: limit(60) })).toEqual([]);
    expect(await lintBeside({ base: limit(60), head: limit(90) })).toEqual([
      "policies/baseline.yaml:12 info hygiene/policy-loosened 'trust/image-age' has other parameters than on the base",
    ]);
  });

  test('as a warning where the base extends strict', async () => {
    const strict = (texts: Texts) =>
      (edited(texts, 'policies/baseline.yaml', '[recommended]', '[strict]')['policies/baseline.yaml'] ?? '').concat(
        '    region/allowed: {severity: off}\n    region/residency: {severity: off}\n    encryption/key-allowed: {severity: off}\n    hygiene/naming: {severity: off}\n    hygiene/required-tags: {severity: off}\n',
      );
    const base = added(sound, 'policies/baseline.yaml', strict(sound));
    const head = edited(base, 'tallyman.yaml', '[security-team]', '[security-team, me]');
    expect(await lintBeside({ base, head })).toContain(
      "tallyman.yaml:13 warning hygiene/policy-loosened approver 'me' is new",
    );
  });
});

describe('accounts', () => {
  test('of the base are used, however the change reaches them', async () => {
    const head = edited(sound, 'tallyman.yaml', 'role/tallyman', 'role/attacker');
    const project = await loadBeside(sound, head);
    expect(project.desired?.project.accounts[1]?.credentials).toEqual({
      kind: 'role',
      roleArn: 'acs:ram::1600000000000002:role/tallyman',
      sessionName: 'ci',
    });
    expect(await lintBeside({ base: sound, head })).toEqual([
      "tallyman.yaml:8 info hygiene/policy-loosened account 'prod' is reached in another way than on the base: the credentials of the base are used",
    ]);
  });

  test('that are new cannot be used by the change that brings them', async () => {
    const head = edited(
      edited(
        sound,
        'tallyman.yaml',
        '    - {name: prod',
        '    - {name: extra, uid: "1600000000000005"}\n    - {name: prod',
      ),
      'manifests/web.yaml',
      'spec:\n',
      'spec:\n  account: extra\n',
    );
    const { diagnostics } = lint(await loadBeside(sound, head), { today });
    expect(diagnostics.map(({ isInputError, message }) => [isInputError, message])).toEqual([
      [true, "account 'extra' must be one of 'main': a new account is a change of its own"],
    ]);
  });

  test('with another UID are those of the base', async () => {
    const head = edited(sound, 'tallyman.yaml', 'uid: "1600000000000001"', 'uid: "1600000000000009"');
    const project = await loadBeside(sound, head);
    expect(project.desired?.project.accounts[0]?.uid).toBe('1600000000000001');
  });

  test('come from the environment alone where the base has no project', async () => {
    const project = await loadBeside(null, sound);
    expect(project.desired?.project.accounts.map(({ credentials }) => credentials)).toEqual([
      { kind: 'chain' },
      { kind: 'chain' },
    ]);
  });
});

test('no more safety is taken off than both take off', async () => {
  const head = edited(sound, 'tallyman.yaml', /safety: .*/, 'safety: {prune: true, allow: [delete], maxRemovals: 50}');
  expect((await loadBeside(sound, head)).desired?.project.safety).toEqual({ prune: false, allow: [], maxRemovals: 2 });
});

test('nothing is allowed yet where the base has no project', async () => {
  const head = edited(sound, 'tallyman.yaml', /safety: .*/, 'safety: {prune: true, allow: [delete], maxRemovals: 50}');
  expect((await loadBeside(null, head)).desired?.project.safety).toEqual({ prune: false, allow: [], maxRemovals: 10 });
});

describe('a base', () => {
  test('without a project stands for the preset recommended', async () => {
    const weak = edited(plainDisk(sound), 'policies/baseline.yaml', /spec:[^]*/, 'spec: {extends: [none]}\n');
    const found = await lintBeside({ base: null, head: weak });
    expect(found).toContain(
      "manifests/images.yaml:4 error trust/trusted-owner `owner` must be a trusted owner: no Policy lists '1600000000000007'",
    );
    expect(found.some((line) => line.includes('warning encryption/required'))).toBe(true);
  });

  test('whose manifests are broken still has its policy', async () => {
    const base = edited(sound, 'manifests/web.yaml', 'sizeGiB: 40', 'sizeGib: 40');
    expect(await lintBeside({ base, head: lowered(plainData(sound)) })).toContain(dataError);
  });

  test('whose policies cannot be followed is refused', async () => {
    const files = memoryFiles(edited(sound, 'policies/baseline.yaml', 'trust/copy-before-use', 'trust/copy-before-us'));
    await expect(loadBase(files, 'main', 'tallyman.yaml')).rejects.toMatchObject({
      code: 'input/base-ref',
      message:
        "the policy of 'main' cannot be followed: policies/baseline.yaml: there is no rule 'trust/copy-before-us', did you mean 'trust/copy-before-use'?",
    });
  });

  test('whose policies are no YAML is refused', async () => {
    const files = memoryFiles(added(sound, 'policies/baseline.yaml', 'a: [b'));
    await expect(loadBase(files, 'main', 'tallyman.yaml')).rejects.toMatchObject({ code: 'input/base-ref' });
  });
});
