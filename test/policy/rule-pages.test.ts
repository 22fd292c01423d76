import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Finding } from '../../src/domain/finding.js';
import type { LockEntry } from '../../src/domain/lock.js';
import type { ObservedState } from '../../src/domain/observed.js';
import { besideBase, type JudgedProject } from '../../src/flows/base.js';
import { lint } from '../../src/flows/lint.js';
import { type ReadProject, readProject } from '../../src/manifest/read-project.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { applySeverity, check } from '../../src/policy/check.js';
import type { AnyRule } from '../../src/policy/rule.js';
import { policyLoosened } from '../../src/policy/rules/hygiene/policy-loosened.js';
import { rules } from '../../src/policy/rules/index.js';
import { renderLock } from '../../src/resolve/render-lock.js';
import { resolveLock } from '../../src/resolve/resolve-lock.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import {
  aHardening,
  aLockEntry,
  anImageDisk,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedKey,
  anObservedShare,
  anObservedState,
  aPolicy,
  nowMs,
  today,
  uidOfProd,
  uidOfStranger,
} from '../support/build.js';

/** The examples of every page are run, each in a project that has what it does not say itself. */
const surroundings = {
  'Project/web-platform': `
apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: web-platform}
spec:
  id: k3v9x2ab
  accounts: [{name: images, uid: "1600000000000001"}, {name: prod, uid: "1600000000000002"}]
  regions: [cn-hangzhou, ap-southeast-1]
  manifests: ["manifests/*.yaml"]
  policies: ["policies/*.yaml"]
  approvers: [security-team]
`,
  'ImageSource/golden': `
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: golden}
spec: {account: prod, region: cn-hangzhou, owner: images, family: golden}
`,
  'ImageCopy/web-base': `
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: web-base}
spec: {account: prod, source: {imageSource: golden}, encrypted: true, destinations: [{region: cn-hangzhou}]}
`,
};

/** What a page tells in words before its failing example. */
interface World extends Partial<ObservedState> {
  readonly entry?: Partial<LockEntry>;
}

/** Member 0 of `web`, made from an image that is not the wanted one. */
const outdated = {
  instances: [anObservedInstance({ imageId: 'm-old' })],
  disks: [anObservedDisk({ imageId: 'm-old' })],
};
const bought = { ...outdated, instances: [anObservedInstance({ imageId: 'm-old', chargeType: 'PrePaid' })] };
const partner = {
  images: [anObservedImage({ account: 'images', ownerAlias: 'self' })],
  shares: [anObservedShare({ accounts: [uidOfProd, uidOfStranger] })],
};

const failingWorlds: Readonly<Record<string, World>> = {
  'trust/community-image': { images: [anObservedImage({ isPublic: true })] },
  'trust/marketplace-image': { images: [anObservedImage({ productCode: 'cmjj0001' })] },
  'trust/deprecated-image': { images: [anObservedImage({ status: 'Deprecated' })] },
  'trust/image-hardening': { images: [anObservedImage({ hardening: aHardening({ imds: 'v1' }) })] },
  'trust/share-source-disappeared': { images: [], instances: [anObservedInstance({ imageId: 'm-golden1' })] },
  'trust/data-disk-snapshots': {
    entry: { disks: [anImageDisk(), anImageDisk({ device: '/dev/xvdb', type: 'data' })] },
  },
  'lifecycle/system-disk-replaced': outdated,
  'lifecycle/prepaid': bought,
  'lifecycle/unshare-impact': partner,
  'lifecycle/duplicate': {
    instances: ['i-a', 'i-b'].map((instanceId) => anObservedInstance({ instanceId })),
  },
  'manifest/create-only': { instances: [anObservedInstance()], disks: [anObservedDisk()] },
  'trust/owner-mismatch': { entry: { owner: uidOfStranger } },
  'trust/fingerprint': { images: [anObservedImage({ disks: [anImageDisk({ snapshotId: 's-other' })] })] },
  'trust/unlocked-source': { entry: { selector: `sha256:${'0'.repeat(64)}` } },
  'trust/image-unavailable': { images: [] },
  'trust/image-age': { entry: { createdAt: '2025-09-17T00:00:00Z' } },
  'encryption/unknown': { entry: { disks: [anImageDisk({ encrypted: 'unknown' })] } },
  'encryption/shared-encrypted-image': { entry: { disks: [anImageDisk({ encrypted: true })] } },
  'encryption/key-region': { keys: [anObservedKey({ keyId: 'key-singapore', state: 'Missing' })] },
};

/** Where the passing example needs the same world to say something. */
const passingWorlds: Readonly<Record<string, World>> = {
  'trust/community-image': failingWorlds['trust/community-image'] ?? {},
  'trust/marketplace-image': failingWorlds['trust/marketplace-image'] ?? {},
  'trust/share-source-disappeared': failingWorlds['trust/share-source-disappeared'] ?? {},
  'lifecycle/system-disk-replaced': outdated,
  'lifecycle/prepaid': bought,
  'lifecycle/unshare-impact': partner,
  'lifecycle/duplicate': { instances: [anObservedInstance()] },
  'manifest/create-only': { instances: [anObservedInstance()], disks: [anObservedDisk()] },
};

function pageOf(id: string): string {
  return readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), 'utf8');
}

function exampleIn(page: string, heading: 'Fails' | 'Passes'): string {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return /```yaml\n(.*?)```/s.exec(section)?.[1] ?? '';
}

/** The example beside the surroundings, read like a project's files. */
function projectOf(example: string, entry: Partial<LockEntry>): ReadProject {
  const own = new Map<string, string>(Object.entries(surroundings));
  for (const document of parseAllDocuments(example)) {
    own.set(`${String(document.get('kind'))}/${String(document.getIn(['metadata', 'name']))}`, document.toString());
  }
  const ofKind = (wanted: (kind: string) => boolean) =>
    [...own].filter(([key]) => wanted(key.split('/')[0] ?? '')).map(([, text]) => text.replace(/^---\n/, ''));
  const isPolicy = (kind: string) => kind === 'Policy' || kind === 'Waiver';
  const texts = {
    project: { file: 'tallyman.yaml', text: surroundings['Project/web-platform'] },
    manifests: [
      {
        file: 'manifests/all.yaml',
        text: ofKind((kind) => kind !== 'Project' && !isPolicy(kind)).join('---\n'),
      },
    ],
    policies: [{ file: 'policies/all.yaml', text: ofKind(isPolicy).join('---\n') }],
    lock: null,
    lockFile: 'tallyman.lock.yaml',
  };
  const entries = (readProject(texts, { parse: parseDocuments }).desired?.imageSources ?? []).map((source) =>
    aLockEntry({
      source: source.name,
      selector: source.selectorDigest,
      owner: source.owner?.kind === 'account' ? source.owner.uid : 'system',
      ...entry,
    }),
  );
  const lock = renderLock({ file: texts.lockFile, entries }, 'web-platform');
  return readProject({ ...texts, lock: { file: texts.lockFile, text: lock } }, { parse: parseDocuments });
}

function findingsOf(rule: AnyRule, example: string, world: World): readonly Finding[] {
  const project = besideItsBase(rule, projectOf(example, world.entry ?? {}));
  const { desired } = project;
  if (rule.id === 'trust/ambiguous-source' && desired !== null) return update(project);
  if (rule.stage === 'lint' || desired === null) {
    const { diagnostics } = lint(project, { today });
    return diagnostics;
  }
  const { entry: _entry, ...facts } = world;
  const observed = anObservedState(facts);
  const plan = makePlan(desired, project.lock, observed, nowMs, { retryRejected: false, prune: false });
  const subject = { ...project, desired, today };
  return [...check({ ...subject, observed, plan, stage: 'plan' }).findings, ...applySeverity(plan.findings, subject)];
}

/** The base on which the page about loosening has a rule as an error. */
function besideItsBase(rule: AnyRule, head: ReadProject): JudgedProject {
  if (rule.id !== policyLoosened.id || head.project === null) return head;
  const policies = [aPolicy({ 'trust/copy-before-use': { severity: 'error' } })];
  return besideBase(head, { ref: 'main', read: { ...head, project: head.project, policies } });
}

function update({ desired, lock }: ReadProject): readonly Finding[] {
  const candidates = [
    anObservedImage(),
    anObservedImage({ imageId: 'm-2', name: 'golden-v2', createdAt: '2026-01-01T00:00:00Z' }),
  ];
  if (desired === null) throw new Error('the example cannot be read');
  return resolveLock({ desired, previous: lock, candidates, now: nowMs, only: null }).findings;
}

describe.each(rules.map((rule) => [rule.id, rule] as const))('the page of %s', (id, rule) => {
  const page = pageOf(id);

  test('begins with what the rule says of itself', () => {
    const { summary, stage, severity, isWaivable } = rule;
    const waivable = isWaivable ? 'can be waived' : 'cannot be waived, an error under `none` too';
    expect(page.split('\n').slice(0, 5)).toEqual([
      `# ${id}`,
      '',
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
      '',
      `Stage \`${stage}\` · recommended \`${severity.recommended}\` · strict \`${severity.strict}\` · ${waivable}`,
    ]);
  });

  test('names every parameter', () => {
    const properties = Object.keys((rule.parameters?.schema['properties'] as object | undefined) ?? {});
    const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    expect(named).toEqual(properties);
  });
});

test.each(rules.map((rule) => [rule.id, rule] as const))(
  'the page of %s shows an example that fails and one that passes',
  (id, rule) => {
    const page = pageOf(id);
    const isFound = (findings: readonly Finding[]) => findings.some((finding) => finding.ruleId === id);
    expect(isFound(findingsOf(rule, exampleIn(page, 'Fails'), failingWorlds[id] ?? {}))).toBe(true);
    const passing = findingsOf(rule, exampleIn(page, 'Passes'), passingWorlds[id] ?? {});
    expect(passing.filter((finding) => finding.isInputError)).toEqual([]);
    expect(isFound(passing)).toBe(false);
  },
);
