import { describe, expect, test } from 'vitest';
import { lintExit } from '../../src/cli/exit-code.js';
import { besideBase, loadBase } from '../../src/flows/base.js';
import { lint } from '../../src/flows/lint.js';
import { lintEnvironments } from '../../src/flows/lint-environments.js';
import { loadEnvironments } from '../../src/flows/load-project.js';
import { check } from '../../src/policy/check.js';
import { renderLintText } from '../../src/report/lint-text.js';
import { sanitiseLines } from '../../src/report/sanitise.js';
import { renderLock } from '../../src/resolve/render-lock.js';
import { resolveLock } from '../../src/resolve/resolve-lock.js';
import {
  aDesired,
  aLock,
  aLockEntry,
  anImageSource,
  anObservedImage,
  anObservedState,
  aPlan,
  aPolicy,
  nowMs,
  today,
  uidOfImages,
  uidOfProd,
  uidOfStranger,
} from '../support/build.js';
import { memoryFiles } from './memory-files.js';
import { added, aWaiverText, edited, loadBeside, soundProject as sound, told, type Texts } from './small-project.js';

/**
 * What somebody may try who can open a pull request, or who can share an image with us. Each must end in an exit code
 * that stops the pull request, or change nothing, and must be told to whoever reads the report.
 */
interface Attempt {
  readonly title: string;
  /** What the pull request makes of the sound project. */
  readonly head: Texts;
  readonly code: 3 | 4;
  /** Part of a line of the report. */
  readonly told: string;
  readonly asOf?: string;
}

const file = 'manifests/images.yaml';
const plain = edited(sound, 'manifests/web.yaml', 'sizeGiB: 40, encrypted: true', 'sizeGiB: 40, encrypted: false');
const fromOwner = (uid: string) => edited(sound, file, '"1600000000000007"', uid);
const trusting = (uid: string) => edited(sound, 'policies/baseline.yaml', '"1600000000000007"', `"${uid}"`);

const attempts: readonly Attempt[] = [
  {
    title: 'a waiver that the pull request grants itself',
    head: added(plain, 'policies/waiver.yaml', aWaiverText()),
    code: 3,
    told: "Waiver 'for-now' for 'encryption/required' is new: it counts when it is merged",
  },
  {
    title: 'a waiver approved by an approver that the pull request adds',
    head: added(
      edited(
        edited(sound, 'manifests/web.yaml', /$/, '  dataDisks: [{category: cloud_essd, sizeGiB: 40}]\n'),
        'tallyman.yaml',
        '[security-team]',
        '[security-team, mallory]',
      ),
      'policies/waiver.yaml',
      aWaiverText({ approvedBy: 'mallory' }),
    ),
    code: 3,
    told: "info hygiene/policy-loosened approver 'mallory' is new",
  },
  {
    title: 'a UID with one digit exchanged',
    head: fromOwner('"1600000000000017"'),
    code: 3,
    told: "error trust/trusted-owner `owner` must be a trusted owner: no Policy lists '1600000000000017'",
  },
  {
    title: 'a UID with a zero in front, which is the same number',
    head: fromOwner('"01600000000000007"'),
    code: 4,
    told: "not '01600000000000007'",
  },
  {
    title: 'a UID without quotes, which loses its last digits',
    head: fromOwner('9007199254740993'),
    code: 4,
    told: '9007199254740993',
  },
  {
    title: 'a UID in other digits than those of ASCII',
    head: fromOwner('"１６０００００００００００００７"'),
    code: 4,
    told: 'error manifest/',
  },
  {
    title: 'a family in letters that look alike',
    head: edited(sound, file, 'family: golden', 'family: gоlden'),
    code: 3,
    told: "error trust/trusted-owner `owner` '1600000000000007' is not trusted for family 'gоlden'",
  },
  {
    title: 'a family that turns the direction of the text',
    head: edited(sound, file, 'family: golden', 'family: "\\u202Enedlog"'),
    code: 3,
    told: 'is not trusted for family',
  },
  {
    title: 'a name of a resource in letters that look alike',
    head: edited(sound, file, 'metadata: {name: golden}', 'metadata: {name: gоlden}'),
    code: 4,
    told: 'error manifest/',
  },
  {
    title: 'a waiver for everything',
    head: added(plain, 'policies/waiver.yaml', aWaiverText({ resources: '"Instance/*"' })),
    code: 4,
    told: "not 'Instance/*'",
  },
  {
    title: 'a waiver for all of a kind',
    head: added(plain, 'policies/waiver.yaml', aWaiverText({ resources: 'Instance/' })),
    code: 4,
    told: "not 'Instance/'",
  },
  {
    title: 'a waiver for a rule that cannot be waived',
    head: added(sound, 'policies/waiver.yaml', aWaiverText({ rule: 'trust/owner-mismatch' })),
    code: 4,
    told: "'trust/owner-mismatch' cannot be waived",
  },
  {
    title: 'an owner whose trust has ended',
    head: sound,
    asOf: '2028-01-01',
    code: 3,
    told: "trust in '1600000000000007' ended with '2027-12-31'",
  },
  {
    title: 'a trust that the pull request makes last longer',
    head: edited(sound, 'policies/baseline.yaml', '2027-12-31', '2037-12-31'),
    asOf: '2028-01-01',
    code: 3,
    told: "'trust/trusted-owner' has other parameters than on the base",
  },
  {
    title: 'an owner that the pull request trusts itself',
    head: { ...fromOwner('"1600000000000009"'), ...pick(trusting('1600000000000009'), 'policies/baseline.yaml') },
    code: 3,
    told: "no Policy lists '1600000000000009'",
  },
  {
    title: 'a glob that leaves the policies out',
    head: added(
      edited(fromOwner('"1600000000000009"'), 'tallyman.yaml', 'policies/*.yaml', 'other/*.yaml'),
      'other/weak.yaml',
      'apiVersion: tallyman.dev/v1\nkind: Policy\nmetadata: {name: weak}\nspec: {extends: [none]}\n',
    ),
    code: 3,
    told: "Policy 'baseline' of the base is gone",
  },
  {
    title: 'an account of the project that becomes another one',
    head: {
      ...edited(sound, 'tallyman.yaml', 'uid: "1600000000000001"', 'uid: "1600000000000009"'),
      ...pick(edited(sound, file, 'owner: "1600000000000007"', 'owner: images'), file),
    },
    code: 3,
    told: "account 'images' has another UID than on the base: '1600000000000001' is used",
  },
  {
    title: 'an account that the pull request adds and uses',
    head: edited(
      edited(sound, 'tallyman.yaml', '  regions:', '    - {name: evil, uid: "1600000000000009"}\n  regions:'),
      file,
      'spec: {owner',
      'spec: {account: evil, owner',
    ),
    code: 4,
    told: "account 'evil' must be one of 'main'",
  },
  {
    title: '`__proto__` as a rule',
    head: edited(sound, 'policies/baseline.yaml', '  rules:\n', '  rules:\n    __proto__: {severity: off}\n'),
    code: 4,
    told: "no field may be called '__proto__'",
  },
  {
    title: '`__proto__` as the rule of a waiver',
    head: added(sound, 'policies/waiver.yaml', aWaiverText({ rule: '__proto__' })),
    code: 4,
    told: 'error manifest/',
  },
  {
    title: '`constructor` as a label that a Policy matches',
    head: edited(sound, 'policies/baseline.yaml', 'spec:\n', 'spec:\n  match: {labels: {constructor: x}}\n'),
    code: 4,
    told: "no field may be called 'constructor'",
  },
];

function pick(texts: Texts, ...files: readonly string[]): Texts {
  return Object.fromEntries(files.map((name) => [name, texts[name] ?? '']));
}

describe('a pull request with', () => {
  test.each(attempts)('$title is stopped and told', async ({ head, code, told: words, asOf = today }) => {
    const result = lint(await loadBeside(sound, head), { today: asOf });
    const report = result.diagnostics.map(told).join('\n');
    expect(report).toContain(words);
    expect(lintExit(result, { failOn: 'error', maxWarnings: null })).toBe(code);
    const shown = renderLintText(result, { isColored: false, showsWaived: true });
    expect(sanitiseLines(shown).join('\n')).toBe(shown);
  });

  test.each([
    ['another role', 'role/tallyman', 'role/attacker'],
    ['the role of another account', 'acs:ram::1600000000000002:role', 'acs:ram::1600000000000009:role'],
    ['a profile in place of a role', /roleArn: "[^"]*", sessionName: ci/, 'profile: attacker'],
    [
      'a token of its own',
      /\{roleArn: "[^"]*", sessionName: ci\}/,
      '{oidc: {roleArn: "acs:ram::1600000000000002:role/attacker", providerArn: "acs:ram::1600000000000002:oidc-provider/attacker", tokenFile: /tmp/token}}',
    ],
    ['no credentials, so that the environment’s count', /, credentials: \{roleArn[^}]*\}/, ''],
  ])('%s reaches the account as before', async (_, from, to) => {
    const head = edited(sound, 'tallyman.yaml', from, to);
    const project = await loadBeside(sound, head);
    const before = await loadBeside(sound, sound);
    expect(project.desired?.project.accounts).toEqual(before.desired?.project.accounts);
    const report = lint(project, { today }).diagnostics.map(told).join('\n');
    expect(report).toContain('the credentials of the base are used');
    expect(report).not.toContain('attacker');
  });

  test('the UIDs of two accounts exchanged works on the accounts of the base', async () => {
    const uids = { '1600000000000001': '1600000000000002', '1600000000000002': '1600000000000001' } as const;
    const exchange = (uid: string) => `uid: "${uids[uid.slice(6, -1) as keyof typeof uids]}"`;
    const text = (sound['tallyman.yaml'] ?? '').replaceAll(/uid: "\d+"/g, exchange);
    const project = await loadBeside(sound, added(sound, 'tallyman.yaml', text));
    expect(project.desired?.project.accounts.map(({ name, uid }) => [name, uid])).toEqual([
      ['images', uidOfImages],
      ['prod', uidOfProd],
    ]);
    const report = lint(project, { today }).diagnostics.map(told).join('\n');
    expect(report).toContain("account 'images' has another UID than on the base");
  });
});

describe('an environment that a pull request brings', () => {
  const withPatch = (patch: string, more = '') =>
    edited(
      sound,
      'tallyman.yaml',
      '  manifests:',
      `  environments:\n    - name: prod\n${more}      patches: [${patch}]\n  manifests:`,
    );

  /** Linted as the command does it, in each environment beside the base, with everything pinned. */
  async function linted(head: Texts) {
    const projectFile = 'tallyman.yaml';
    const [first] = await loadEnvironments(memoryFiles(head), { projectFile });
    const entries = (first?.desired?.imageSources ?? []).map((source) => {
      const owner = source.owner?.kind === 'account' ? source.owner.uid : 'system';
      return aLockEntry({ source: source.name, selector: source.selectorDigest, owner });
    });
    const lockFile = 'tallyman.lock.prod.yaml';
    const locked = added(head, lockFile, renderLock({ file: lockFile, entries }, 'web-platform'));
    const projects = await loadEnvironments(memoryFiles(locked), { projectFile });
    const base = await loadBase(memoryFiles(sound), 'main', projectFile, { environment: 'prod' });
    const result = lintEnvironments(
      projects.map((project) => besideBase(project, base)),
      { today },
    );
    const report = result.diagnostics.map(told);
    return { code: lintExit(result, { failOn: 'error', maxWarnings: null }), report: report.join('\n') };
  }

  test('passes where it only changes a number', async () => {
    const { code, report } = await linted(withPatch('{target: Instance/web, merge: {replicas: 1}}'));
    expect(report).not.toContain(' error ');
    expect(code).toBe(0);
  });

  test.each([
    [
      'turns a rule off by a patch of the Policy',
      withPatch('{target: Policy/baseline, merge: {rules: {trust/trusted-owner: {severity: off}}}}'),
      4,
      "'Policy/baseline'",
    ],
    [
      'ends a Waiver later by a patch',
      withPatch('{target: Waiver/for-now, merge: {expires: "2037-12-31"}}'),
      4,
      "'Waiver/for-now'",
    ],
    ['leaves the policies out', withPatch('', '      policies: []\n'), 4, '`policies`'],
    [
      'brings an account of its own',
      withPatch(
        '{target: Instance/web, merge: {account: evil}}',
        '      accounts: [{name: evil, uid: "1600000000000009"}]\n',
      ),
      4,
      '`accounts`',
    ],
    [
      'takes the labels away by which a Policy finds the resource',
      withPatch('{target: Instance/web, merge: {labels: {tier: none}}}'),
      4,
      '`labels`',
    ],
    [
      'takes the image from somebody else',
      withPatch('{target: ImageSource/golden, merge: {owner: "1600000000000009"}}'),
      3,
      "error trust/trusted-owner `owner` must be a trusted owner: no Policy lists '1600000000000009'",
    ],
    [
      'runs the shared image itself',
      withPatch('{target: Instance/web, merge: {image: {imageCopy: null, imageSource: golden}}}'),
      3,
      'error trust/copy-before-use',
    ],
    [
      'adds a disk that is not encrypted',
      withPatch('{target: Instance/web, merge: {dataDisks: [{category: cloud_essd, sizeGiB: 40}]}}'),
      3,
      'error encryption/required',
    ],
    [
      'reaches for the prototype of what is merged',
      withPatch('{target: Instance/web, merge: {__proto__: {suspend: true}}}'),
      4,
      "no field may be called '__proto__'",
    ],
  ])('and that %s is stopped and told', async (_, head, code, words) => {
    const result = await linted(head);
    expect(result.report).toContain(words);
    expect(result.code).toBe(code);
  });
});

describe('an image', () => {
  const source = anImageSource({ owner: { kind: 'account', uid: uidOfImages } });
  const candidate = (changes: Parameters<typeof anObservedImage>[0]) => {
    const desired = aDesired({ imageSources: [source] });
    return resolveLock({ desired, previous: aLock(), candidates: [anObservedImage(changes)], now: nowMs, only: null });
  };

  test.each([
    ['of another account that calls its family alike', { owner: uidOfStranger, family: `acs:${uidOfStranger}:golden` }],
    [
      'of another account that claims the family of the owner',
      { owner: uidOfStranger, family: `acs:${uidOfImages}:golden` },
    ],
    ['of another account that claims no prefix at all', { owner: uidOfStranger, family: 'golden' }],
    ['whose family is written in letters that look alike', { family: `acs:${uidOfImages}:gоlden` }],
    ['whose owner is named by no answer', { owner: '' }],
  ])('%s is not chosen', (_, changes) => {
    const { lock, findings } = candidate({ imageId: 'm-evil', createdAt: '2026-01-14T00:00:00Z', ...changes });
    expect(JSON.stringify(lock)).not.toContain('m-evil');
    expect(findings.map(({ severity }) => severity)).toContain('error');
  });

  test.each([
    ['re-shared by another account under the same ID', { owner: uidOfStranger }, 'trust/owner-mismatch'],
    ['whose owner differs beyond what a number can hold', { owner: `${uidOfImages}0` }, 'trust/owner-mismatch'],
    ['made anew behind the same ID', { createdAt: '2026-01-14T00:00:00Z' }, 'trust/fingerprint'],
    ['published to everybody', { isPublic: true }, 'trust/community-image'],
    ['that carries a fee', { productCode: 'cmjj0001' }, 'trust/marketplace-image'],
  ])('%s is an error', (_, changes, ruleId) => {
    const found = findingsFor(
      changes,
      ruleId.startsWith('trust/owner') || ruleId === 'trust/fingerprint' ? ['none'] : ['recommended'],
    );
    expect(found).toContain(`error ${ruleId}`);
  });

  function findingsFor(changes: Parameters<typeof anObservedImage>[0], presets: readonly ('none' | 'recommended')[]) {
    return check({
      desired: aDesired({ imageSources: [source] }),
      lock: aLock(aLockEntry()),
      policies: [aPolicy({}, { extends: presets })],
      waivers: [],
      observed: anObservedState({ images: [anObservedImage(changes)] }),
      plan: aPlan(),
      today,
      stage: 'plan',
    }).findings.map(({ severity, ruleId }) => `${severity} ${ruleId}`);
  }
});
