import { expect, test } from 'vitest';
import { lintExit } from '../../src/cli/exit-code.js';
import { lint } from '../../src/flows/lint.js';
import { loadProject } from '../../src/flows/load-project.js';
import { rules } from '../../src/policy/rules/index.js';
import { renderLock } from '../../src/resolve/render-lock.js';
import { aLockEntry, anImageDisk, today, uidOfImages, uidOfProd, uidOfStranger } from '../support/build.js';
import { memoryFiles } from './memory-files.js';
import { added, edited, soundProject, type Texts } from './small-project.js';

/** A line names in a comment the rules that must find it. */
const everything: Texts = {
  'tallyman.yaml': `\
apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: web-platform}
spec:
  accounts: [{name: images, uid: "${uidOfImages}"}, {name: prod, uid: "${uidOfProd}"}]
  regions: [cn-hangzhou, ap-southeast-1, cn-beijing]
  defaults: {account: prod, region: cn-hangzhou}
  manifests: ["manifests/*.yaml"]
  policies: ["policies/*.yaml"]
  approvers: [security-team]
`,
  'manifests/sources.yaml': `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: old}
spec:
  owner: "${uidOfStranger}" # trust/trusted-owner
  family: golden # trust/image-age
---
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: unlocked}
spec:
  owner: images
  family: golden # trust/unlocked-source
---
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: own-encrypted}
spec: {owner: self, family: golden}
---
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: own-silent}
spec:
  owner: self
  family: golden # encryption/unknown
---
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: shared-encrypted}
spec: {owner: images, family: golden}
---
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: far}
spec: {owner: images, family: golden, region: cn-beijing}
---
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: swapped}
spec:
  owner: images # trust/owner-mismatch
  family: golden
`,
  'manifests/copies.yaml': `\
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: plain-of-own}
spec:
  source: {imageSource: own-encrypted}
  encrypted: false # encryption/required encryption/no-plain-from-encrypted
  destinations: [{region: cn-hangzhou}]
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: silent}
spec: # encryption/required
  source: {imageSource: own-silent}
  destinations: [{region: cn-hangzhou}]
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: plain-of-shared}
spec:
  source: {imageSource: shared-encrypted}
  encrypted: false # encryption/required encryption/shared-encrypted-image
  destinations: [{region: cn-hangzhou}]
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: keyed}
spec:
  source: {imageSource: own-encrypted}
  encrypted: true
  destinations:
    - region: ap-southeast-1 # region/allowed region/residency
      kmsKeyId: key-other # encryption/key-allowed
    - region: cn-hangzhou
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: by-hop}
spec:
  source: {imageSource: far}
  encrypted: true
  destinations:
    - region: cn-hangzhou # region/shared-copy-region
`,
  'manifests/shares.yaml': `\
apiVersion: tallyman.dev/v1
kind: ImageShare
metadata: {name: too-wide}
spec:
  account: prod
  image:
    imageCopy: keyed # encryption/share-service-key
  regions: [cn-hangzhou]
  with:
    - images
    - "${uidOfStranger}" # trust/share-target
`,
  'manifests/instances.yaml': `\
apiVersion: tallyman.dev/v1
kind: Instance
metadata:
  name: webserver # hygiene/naming
spec: # hygiene/required-tags
  placement: [{vSwitchId: vsw-web}]
  image:
    imageSource: old # trust/copy-before-use
  passwordInherit: true # trust/password-inherit
  userData: "AccessKeySecret: notARealSecretButLongEnough" # hygiene/secret-in-user-data
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  systemDisk: {category: cloud_essd, sizeGiB: 40, encrypted: true}
---
apiVersion: tallyman.dev/v1
kind: Instance
metadata: {name: i-tight}
spec:
  placement: [{vSwitchId: vsw-web}]
  image: {imageCopy: keyed}
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  tags: {team: web}
  systemDisk:
    category: cloud_essd
    sizeGiB: 39 # manifest/image-size
    encrypted: true
---
apiVersion: tallyman.dev/v1
kind: Instance
metadata: {name: i-abroad}
spec:
  region: ap-southeast-1 # region/allowed
  placement: [{vSwitchId: vsw-web}]
  image:
    imageCopy: by-hop # region/image-region
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  tags: {team: web}
  systemDisk: {category: cloud_essd, sizeGiB: 40, encrypted: true}
`,
  'policies/baseline.yaml': `\
apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: baseline}
spec:
  extends: [recommended]
  rules:
    region/allowed: {regions: [cn-hangzhou]}
    region/residency: {regions: [cn-hangzhou], sources: [own-encrypted]}
    encryption/key-allowed: {keys: [{id: key-ours}], serviceKey: true}
    hygiene/naming: {patterns: ["i-*"], kinds: [Instance]}
    hygiene/required-tags: {tags: [team], kinds: [Instance]}
---
apiVersion: tallyman.dev/v1
kind: Waiver
metadata: {name: for-nothing}
spec:
  rule: trust/image-age
  resources: [ImageSource/far] # hygiene/waiver
  reason: the factory is being moved, ticket 4711
  approvedBy: security-team
  expires: "2026-06-30"
`,
};

/** Found elsewhere: by `update`, beside a base, or before anything is judged. */
const elsewhere = ['trust/ambiguous-source', 'hygiene/policy-loosened', 'trust/owner-required', 'manifest/policy'];

async function read(texts: Texts) {
  const unlocked = await loadProject(memoryFiles(texts), { projectFile: 'tallyman.yaml' });
  const sources = new Map(unlocked.desired?.imageSources.map((source) => [source.name, source]));
  const entry = (name: string, changes: Parameters<typeof aLockEntry>[0]) =>
    aLockEntry({ source: name, selector: sources.get(name)?.selectorDigest ?? '', ...changes });
  const entries = [
    entry('far', { region: 'cn-beijing' }),
    entry('old', { owner: ownerIn(texts), createdAt: '2025-01-01T00:00:00Z' }),
    entry('own-encrypted', { owner: uidOfProd, disks: [anImageDisk({ encrypted: true })] }),
    entry('own-silent', { owner: uidOfProd, disks: [anImageDisk({ encrypted: 'unknown' })] }),
    entry('swapped', { owner: uidOfStranger }),
    entry('shared-encrypted', { disks: [anImageDisk({ encrypted: true })] }),
  ].filter(({ source }) => sources.has(source));
  const lock = renderLock({ file: 'tallyman.lock.yaml', entries }, 'web-platform');
  return loadProject(memoryFiles({ ...texts, 'tallyman.lock.yaml': lock }), { projectFile: 'tallyman.yaml' });
}

/** Of `old`: each text of this page names its owner first. */
function ownerIn(texts: Texts): string {
  return Object.values(texts).some((text) => text.includes(`owner: "${uidOfStranger}"`)) ? uidOfStranger : uidOfProd;
}

function marked(texts: Texts): readonly string[] {
  return Object.entries(texts).flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => {
      const ids = /# (\S+\/.*)$/.exec(line)?.[1]?.split(' ') ?? [];
      return ids.map((id) => `${file}:${index + 1} ${id}`);
    }),
  );
}

test('every rule of lint finds its line, and nothing else is found', async () => {
  const { diagnostics } = lint(await read(everything), { today });
  const found = diagnostics.map(({ range, ruleId }) => `${range?.file}:${range?.start.line} ${ruleId}`);
  expect(found.toSorted()).toEqual(marked(everything).toSorted());
  const seen = new Set(diagnostics.map(({ ruleId }) => ruleId));
  const missing = rules.filter(({ id, stage }) => stage === 'lint' && !seen.has(id)).map(({ id }) => id);
  expect(missing.toSorted()).toEqual(elsewhere.toSorted());
});

test.each([
  ['trust/owner-required', edited(soundProject, 'manifests/images.yaml', 'owner: "1600000000000007", ', '')],
  ['manifest/policy', edited(soundProject, 'policies/baseline.yaml', 'trust/copy-before-use', 'trust/copy-before-us')],
])('%s makes the input unusable', async (id, texts) => {
  const result = lint(await loadProject(memoryFiles(texts), { projectFile: 'tallyman.yaml' }), { today });
  expect(result.diagnostics.map(({ ruleId }) => ruleId)).toEqual([id]);
  expect(lintExit(result, { failOn: 'error', maxWarnings: null })).toBe(4);
});

test('what recommended only warns of, strict forbids', async () => {
  const mild: Texts = {
    'tallyman.yaml': everything['tallyman.yaml'] ?? '',
    'manifests/all.yaml': `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: old}
spec: {owner: self, family: golden}
---
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: own-silent}
spec: {owner: self, family: golden}
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: silent}
spec:
  source: {imageSource: own-silent}
  destinations: [{region: cn-hangzhou}]
`,
  };
  const exit = async (preset: string) => {
    const off = preset === 'strict' ? needing : '';
    const policy = `apiVersion: tallyman.dev/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  extends: [${preset}]\n${off}`;
    const result = lint(await read(added(mild, 'policies/p.yaml', policy)), { today });
    return { code: lintExit(result, { failOn: 'error', maxWarnings: null }), warnings: result.summary.warnings };
  };
  expect(await exit('recommended')).toEqual({ code: 0, warnings: 3 });
  expect(await exit('strict')).toEqual({ code: 3, warnings: 0 });
});

const needing = `  rules:\n${[
  'region/allowed',
  'region/residency',
  'encryption/key-allowed',
  'hygiene/naming',
  'hygiene/required-tags',
]
  .map((id) => `    ${id}: {severity: off}\n`)
  .join('')}`;
