import { describe, expect, it } from 'vitest';
import { addressLengthMax, copyAddress, hopAddress, instanceAddress } from '../../src/domain/address.js';
import { sha256Hex } from '../../src/domain/digest.js';
import { readProject } from '../../src/manifest/read-project.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import {
  complaints,
  copyText,
  file,
  instanceText,
  lockText,
  policyText,
  projectText,
  read,
  sourceText,
  underlined,
  waiverText,
} from '../support/manifests.js';

const everything = {
  manifest: file(sourceText, copyText, instanceText),
  policy: file(policyText, waiverText),
  lock: lockText,
};

describe('a project without mistakes', () => {
  const project = read(everything);

  it('has no findings', () => {
    expect(complaints(project)).toEqual([]);
    expect(project.documents).toBe(7);
  });

  it('names its inputs by digest', () => {
    expect(Object.keys(project.inputs)).toEqual([
      'manifests/web.yaml',
      'policies/baseline.yaml',
      'tallyman.lock.yaml',
      'tallyman.yaml',
    ]);
    expect(project.inputs['tallyman.yaml']).toBe(`sha256:${sha256Hex(projectText)}`);
  });

  it('says what the project is', () => {
    expect(project.desired?.project).toMatchObject({
      name: 'web-platform',
      id: 'k3v9x2ab',
      regions: ['ap-southeast-1', 'cn-hangzhou'],
      approvers: ['security-team'],
      safety: { prune: false, allow: ['replace-system-disk'], maxRemovals: 10 },
      accounts: [
        { name: 'images', uid: '1600000000000001', credentials: { kind: 'profile', profile: 'images' } },
        {
          name: 'prod',
          uid: '1600000000000002',
          credentials: { kind: 'role', roleArn: 'acs:ram::1600000000000002:role/tallyman', sessionName: 'ci' },
        },
      ],
    });
  });

  it('says which image is meant', () => {
    expect(project.desired?.imageSources).toEqual([
      {
        address: 'ImageSource/golden',
        name: 'golden',
        labels: {},
        account: 'prod',
        regions: ['cn-hangzhou'],
        owner: { kind: 'account', uid: '1600000000000001' },
        selector: { kind: 'family', family: 'golden' },
        architecture: null,
        osType: null,
        minSizeGiB: null,
        minAgeDays: null,
        allow: [],
        selectorDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        origin: { file: 'manifests/web.yaml', document: 0, path: [] },
      },
    ]);
  });

  it('says which copies are wanted', () => {
    expect(project.desired?.imageCopies).toEqual([
      {
        address: 'ImageCopy/web-base',
        name: 'web-base',
        labels: { tier: 'web' },
        account: 'prod',
        source: 'golden',
        destinations: [
          {
            region: 'cn-hangzhou',
            kmsKeyId: 'key-hangzhou',
            resourceGroupId: null,
            adopt: null,
            origin: { file: 'manifests/web.yaml', document: 1, path: ['spec', 'destinations', 0] },
          },
          {
            region: 'ap-southeast-1',
            kmsKeyId: 'key-singapore',
            resourceGroupId: null,
            adopt: null,
            origin: { file: 'manifests/web.yaml', document: 1, path: ['spec', 'destinations', 1] },
          },
        ],
        encrypted: true,
        imageName: '{name}-{digest}',
        description: null,
        family: null,
        tags: { team: 'web' },
        keepHop: false,
        history: 1,
        deletionPolicy: 'Delete',
        suspend: false,
        origin: { file: 'manifests/web.yaml', document: 1, path: [] },
      },
    ]);
  });

  it('says which instances are wanted', () => {
    expect(project.desired?.instances).toEqual([
      {
        address: 'Instance/web',
        name: 'web',
        labels: { tier: 'web' },
        account: 'prod',
        region: 'cn-hangzhou',
        replicas: 3,
        placement: [
          { zone: 'cn-hangzhou-h', vSwitchId: 'vsw-web-h' },
          { zone: 'cn-hangzhou-i', vSwitchId: 'vsw-web-i' },
        ],
        image: { kind: 'imageCopy', name: 'web-base' },
        instanceType: 'ecs.g7.large',
        instanceName: null,
        hostName: null,
        description: null,
        tags: { team: 'web' },
        securityGroupIds: ['sg-web'],
        deletionProtection: null,
        systemDisk: {
          category: 'cloud_essd',
          sizeGiB: 40,
          performanceLevel: null,
          encrypted: true,
          kmsKeyId: 'key-hangzhou',
          autoSnapshotPolicyId: null,
          stateful: false,
        },
        dataDisks: [],
        keyPairName: null,
        metadataOptions: null,
        ramRoleName: null,
        userData: null,
        userDataFile: null,
        passwordInherit: false,
        adopt: [],
        ignoreChanges: [],
        internetMaxBandwidthOut: null,
        resourceGroupId: null,
        power: 'Unmanaged',
        update: {
          onImageChange: 'ReplaceSystemDisk',
          maxUnavailable: 1,
          snapshotBefore: true,
          snapshotRetentionDays: 7,
          health: { instanceStatus: { timeoutSeconds: 900, periodSeconds: 5, successes: 1 }, probes: [] },
          minReadySeconds: 60,
          onFailure: 'Halt',
        },
        suspend: false,
        deletionPolicy: 'Delete',
        origin: { file: 'manifests/web.yaml', document: 2, path: [] },
      },
    ]);
  });

  it('says which policies hold, with their parameters as written', () => {
    expect(project.policies).toEqual([
      {
        name: 'baseline',
        match: { labels: {}, kinds: null, accounts: null, regions: null },
        extends: ['recommended'],
        rules: {
          'trust/trusted-owner': {
            severity: 'error',
            parameters: {
              owners: [{ uid: '1600000000000001', reason: 'our image factory', regions: ['cn-hangzhou'] }],
            },
            origin: {
              file: 'policies/baseline.yaml',
              document: 0,
              path: ['spec', 'rules', 'trust/trusted-owner'],
            },
          },
          'trust/image-age': {
            severity: 'warning',
            parameters: { maxDays: 90 },
            origin: { file: 'policies/baseline.yaml', document: 0, path: ['spec', 'rules', 'trust/image-age'] },
          },
        },
        custom: [],
        origin: { file: 'policies/baseline.yaml', document: 0, path: [] },
      },
    ]);
    expect(project.waivers).toMatchObject([{ rule: 'encryption/required', expires: '2027-03-31' }]);
  });

  it('says what is pinned', () => {
    expect(project.lock.file).toBe('tallyman.lock.yaml');
    expect(project.lock.entries).toMatchObject([
      { source: 'golden', owner: '1600000000000001', encrypted: 'unknown', disks: [{ snapshotId: '' }] },
    ]);
  });
});

describe('defaults', () => {
  const bare = (spec: string) => `apiVersion: tallyman.dev/v1\nkind: Project\nmetadata: {name: p}\nspec:\n${spec}`;
  const accounts = '  accounts: [{name: prod, uid: "1600000000000002"}]\n';

  it('fills account, region, tags and resource group from the project', () => {
    const project = bare(
      `${accounts}  defaults: {account: prod, region: cn-hangzhou, tags: {team: web, tier: x}, resourceGroupId: rg-1}\n`,
    );
    const manifest = file(
      sourceText.replace('account: prod, region: cn-hangzhou, ', ''),
      instanceText.replace('  account: prod\n  region: cn-hangzhou\n', '  tags: {tier: null, mine: y}\n'),
      copyText
        .replace('  account: prod\n', '')
        .replace('region: cn-hangzhou,', 'region: cn-hangzhou, resourceGroupId: rg-2,'),
    );
    const { desired, findings } = read({ project, manifest });
    expect(findings).toEqual([]);
    expect(desired?.imageSources[0]).toMatchObject({ account: 'prod', regions: ['cn-hangzhou'] });
    expect(desired?.instances[0]).toMatchObject({
      account: 'prod',
      region: 'cn-hangzhou',
      tags: { team: 'web', tier: null, mine: 'y' },
      resourceGroupId: 'rg-1',
    });
    expect(desired?.imageCopies[0]?.destinations.map((destination) => destination.resourceGroupId)).toEqual([
      'rg-2',
      'rg-1',
    ]);
  });

  it('takes the regions that manifests and lock name where the project names none', () => {
    const lock = lockText.replace('region: cn-hangzhou', 'region: cn-beijing');
    const { desired } = read({ project: bare(accounts), manifest: file(sourceText, copyText), lock });
    expect(desired?.project.regions).toEqual(['ap-southeast-1', 'cn-beijing', 'cn-hangzhou']);
  });

  it('needs an account and a region from somewhere', () => {
    const manifest = sourceText.replace('account: prod, region: cn-hangzhou, ', '');
    expect(complaints(read({ project: bare(accounts), manifest }))).toEqual([
      '4:7 manifest/missing-field: `spec` must have `account`, since the project has no default for it',
      '4:7 manifest/missing-field: `spec` must have `region`, since the project has no default for it',
    ]);
  });

  it('is careful where the project says nothing about safety', () => {
    const { desired } = read({ project: bare(accounts), manifest: '' });
    expect(desired?.project).toMatchObject({
      id: null,
      safety: { prune: false, allow: [], maxRemovals: 10 },
      accounts: [{ credentials: { kind: 'chain' } }],
    });
  });

  it('reads credentials of an OIDC provider', () => {
    const oidc = '{roleArn: "acs:ram::1:role/a", providerArn: "acs:ram::1:oidc-provider/b", tokenFile: /token}';
    const project = bare(`  accounts: [{name: prod, uid: "1600000000000002", credentials: {oidc: ${oidc}}}]\n`);
    expect(read({ project }).desired?.project.accounts[0]?.credentials).toEqual({
      kind: 'oidc',
      roleArn: 'acs:ram::1:role/a',
      providerArn: 'acs:ram::1:oidc-provider/b',
      tokenFile: '/token',
    });
  });

  it.each([
    ['1', 3, 1],
    ['5', 3, 5],
    ['"25%"', 3, 1],
    ['"50%"', 5, 2],
    ['"100%"', 5, 5],
    ['"1%"', 0, 1],
  ])('takes maxUnavailable %s of %i replicas as %i', (maxUnavailable, replicas, members) => {
    const manifest = file(
      sourceText,
      copyText,
      instanceText
        .replace('replicas: 3', `replicas: ${replicas}`)
        .replace('maxUnavailable: 1', `maxUnavailable: ${maxUnavailable}`),
    );
    expect(read({ manifest }).desired?.instances[0]?.update.maxUnavailable).toBe(members);
  });
});

describe('the owner of a source', () => {
  const owned = (owner: string) => read({ manifest: sourceText.replace('"1600000000000001"', owner) });

  it.each([
    ['self', { kind: 'account', uid: '1600000000000002' }],
    ['system', { kind: 'system' }],
    ['images', { kind: 'account', uid: '1600000000000001' }],
    ['"9007199254740993"', { kind: 'account', uid: '9007199254740993' }],
  ])('%s is resolved', (owner, expected) => {
    expect(owned(owner).desired?.imageSources[0]?.owner).toEqual(expected);
  });

  it('must be known', () => {
    const found = owned('image');
    expect(complaints(found)).toEqual([
      "4:51 manifest/unknown-reference: `owner` must be the name of an account of the project, not 'image'",
    ]);
    expect(found.findings[0]?.hint).toBe("Did you mean 'images'?");
  });

  it('belongs to the digest of the selector, and so does nothing that only looks different', () => {
    const digestOf = (text: string) => read({ manifest: text }).desired?.imageSources[0]?.selectorDigest;
    const plain = digestOf(sourceText);
    expect(digestOf(sourceText.replace('"1600000000000001"', 'images'))).toBe(plain);
    expect(digestOf(sourceText.replace('account: prod, region: cn-hangzhou, ', ''))).toBe(plain);
    expect(digestOf(sourceText.replace('"1600000000000001"', 'self'))).not.toBe(plain);
    expect(digestOf(sourceText.replace('family: golden', 'family: golden, minAgeDays: 3'))).not.toBe(plain);
    expect(digestOf(sourceText.replace('family: golden', 'name: golden'))).not.toBe(plain);
  });
});

describe('what documents say about each other', () => {
  it.each([
    [
      'a copy of no source',
      { manifest: file(sourceText, copyText.replace('imageSource: golden', 'imageSource: goldn')) },
      "`source.imageSource` must be the name of an ImageSource, not 'goldn'",
    ],
    [
      'an instance of no copy',
      { manifest: file(sourceText, instanceText) },
      "`image.imageCopy` must be the name of an ImageCopy, not 'web-base'",
    ],
    [
      'an instance of no source',
      { manifest: file(sourceText, instanceText.replace('imageCopy: web-base', 'imageSource: silver')) },
      "`image.imageSource` must be the name of an ImageSource, not 'silver'",
    ],
    [
      'an unknown account',
      { manifest: sourceText.replace('account: prod', 'account: prd') },
      "`account` must be the name of an account of the project, not 'prd'",
    ],
    [
      'two documents of one name',
      { manifest: file(sourceText, sourceText) },
      "a second ImageSource is called 'golden'; the first is in manifests/web.yaml, document 1",
    ],
    [
      'two accounts of one name',
      { project: projectText.replace('name: prod,', 'name: images,').replace('account: prod', 'account: images') },
      "two accounts have the name 'images'",
    ],
    [
      'two accounts with one UID',
      { project: projectText.replace('uid: "1600000000000002"', 'uid: "1600000000000001"') },
      "two accounts have the uid '1600000000000001'",
    ],
    [
      'an account called self',
      { project: projectText.replace('name: images,', 'name: self,') },
      "an account must not be called 'self', which says who owns an image",
    ],
    [
      'an unknown default account',
      { project: projectText.replace('account: prod', 'account: test') },
      "`defaults.account` must be one of `accounts`, not 'test'",
    ],
    [
      'a default region elsewhere',
      { project: projectText.replace('region: cn-hangzhou', 'region: cn-beijing') },
      "`defaults.region` must be one of `regions`, not 'cn-beijing'",
    ],
    [
      'an open brace in a glob',
      { project: projectText.replace('  approvers:', '  manifests: ["{a,b/*.yaml"]\n  approvers:') },
      "`manifests[0]` must be a glob below the project with its braces closed, not '{a,b/*.yaml'",
    ],
    [
      'two destinations in one region',
      { manifest: file(sourceText, copyText.replace('ap-southeast-1', 'cn-hangzhou')) },
      "two destinations are in region 'cn-hangzhou'",
    ],
    [
      'a name without a digest',
      { manifest: file(sourceText, copyText.replace('history: 1', 'imageName: "{name}"')) },
      "`imageName` must contain {digest}, not '{name}': image names are unique, and the old copy stays while the new one is made",
    ],
    [
      'a name that grows too long',
      { manifest: file(sourceText, copyText.replace('history: 1', `imageName: "${'{name}'.repeat(15)}-{digest}"`)) },
      '`imageName` becomes 137 characters long, at most 128 are possible',
    ],
    [
      'a key without encryption of a copy',
      {
        manifest: file(
          sourceText,
          copyText.replace('  encrypted: true\n', '').replace(', kmsKeyId: key-singapore', ''),
        ),
      },
      '`destinations[0].kmsKeyId` needs `encrypted: true`',
    ],
    [
      'a key without encryption of a disk',
      { manifest: file(sourceText, copyText, instanceText.replace('encrypted: true', 'encrypted: false')) },
      '`systemDisk.kmsKeyId` needs `encrypted: true`',
    ],
    [
      'a key without encryption of a data disk',
      {
        manifest: file(
          sourceText,
          copyText,
          instanceText.replace('  replicas: 3', '  dataDisks: [{category: cloud_essd, sizeGiB: 1, kmsKeyId: k}]'),
        ),
      },
      '`dataDisks[0].kmsKeyId` needs `encrypted: true`',
    ],
    [
      'a destination outside the project',
      { manifest: file(sourceText, copyText.replace('region: ap-southeast-1', 'region: us-east-1')) },
      "region 'us-east-1' must be one of the project's `spec.regions`: elsewhere nothing is looked for",
    ],
    [
      'a hop outside the project',
      { manifest: file(sourceText.replace('region: cn-hangzhou', 'region: cn-beijing'), copyText) },
      "region 'cn-beijing' must be one of the project's `spec.regions`: elsewhere nothing is looked for",
    ],
    [
      'too many tags together',
      {
        manifest: file(
          sourceText,
          `${copyText}  tags: {${Array.from({ length: 12 }, (_, n) => `k${n}: v`).join(', ')}}\n`,
        ),
      },
      "ImageCopy/web-base has 13 tags with the project's defaults, at most 12 are possible: the cloud keeps 20, and tallyman needs 8",
    ],
    [
      'a source that is pinned twice',
      { lock: `${lockText}${lockText.slice(lockText.indexOf('    - source'))}` },
      "source 'golden' is pinned twice in region 'cn-hangzhou'",
    ],
  ])('reports %s', (_, texts, message) => {
    const project = read(texts);
    expect(project.findings.map((finding) => finding.message)).toEqual([message]);
    expect(project.desired).toBeNull();
  });

  it('counts no tags that are only removed', () => {
    const tags = Array.from({ length: 20 }, (_, n) => `k${n}: null`).join(', ');
    expect(complaints(read({ manifest: file(sourceText, `${copyText}  tags: {${tags}}\n`) }))).toEqual([]);
  });

  it('lets a source outside the project be read where nothing of ours comes to be there', () => {
    const manifest = sourceText.replace('region: cn-hangzhou', 'region: cn-beijing');
    expect(complaints(read({ manifest }))).toEqual([]);
  });

  it('judges references to a document that has mistakes of its own by its name', () => {
    const manifest = file(sourceText.replace('family: golden', 'famly: golden'), copyText);
    expect(underlined(read({ manifest }))).toEqual(['manifest/unknown-field famly']);
  });
});

describe('where documents stand', () => {
  it.each([
    [
      'a Policy among manifests',
      { manifest: policyText },
      "kind 'Policy' must not stand in a file of `spec.manifests`",
    ],
    [
      'a Waiver among manifests',
      { manifest: waiverText },
      "kind 'Waiver' must not stand in a file of `spec.manifests`",
    ],
    [
      'a managed kind among policies',
      { policy: sourceText },
      "kind 'ImageSource' must not stand in a file of `spec.policies`",
    ],
    ['a second project', { manifest: projectText }, "kind 'Project' must not stand in a file of `spec.manifests`"],
    ['a lock among manifests', { manifest: lockText }, "kind 'Lock' must not stand in a file of `spec.manifests`"],
    [
      'a resource in the project file',
      { project: file(projectText, sourceText) },
      "kind 'ImageSource' must not stand in the project file",
    ],
    [
      'two projects in the project file',
      { project: file(projectText, projectText.replace('web-platform', 'other')) },
      'a project has one Project, and this is another',
    ],
    [
      'a resource in the lock',
      { lock: file(lockText, sourceText) },
      "kind 'ImageSource' must not stand in the lock file, which `tallyman update` writes",
    ],
    ['a project file without a project', { project: '# nothing\n' }, 'the file must hold a document of kind Project'],
    ['a document without a kind', { manifest: 'apiVersion: tallyman.dev/v1\n' }, 'the document must have `kind`'],
    ['an unknown kind', { manifest: 'kind: Instnce\n' }, "kind 'Instnce' does not exist"],
    ['a kind that is a list', { manifest: 'kind: [Instance]\n' }, 'kind \'["Instance"]\' does not exist'],
  ])('reports %s', (_, texts, message) => {
    expect(read(texts).findings.map((finding) => finding.message)).toEqual([message]);
  });

  it('leaves scenarios to the emulator', () => {
    const scenario = 'apiVersion: tallyman.dev/v1\nkind: Scenario\nmetadata: {name: a}\nspec: {anything: 1}\n';
    expect(complaints(read({ manifest: file(sourceText, scenario), policy: scenario }))).toEqual([]);
  });
});

describe('readProject', () => {
  it('does not care in which order files are given', () => {
    const sources = [sourceText, copyText, instanceText].map((text, index) => ({
      file: `manifests/${index}.yaml`,
      text,
    }));
    const readIn = (manifests: typeof sources) =>
      readProject(
        {
          project: { file: 'tallyman.yaml', text: projectText },
          manifests,
          policies: [],
          lock: null,
          lockFile: 'tallyman.lock.yaml',
        },
        { parse: parseDocuments },
      );
    expect(readIn(sources.toReversed())).toEqual(readIn(sources));
    const twins = ['a', 'b'].map((name) => ({ file: `manifests/${name}.yaml`, text: sourceText }));
    expect(readIn(twins.toReversed()).findings).toEqual(readIn(twins).findings);
    expect(readIn(twins).findings[0]?.at?.file).toBe('manifests/b.yaml');
  });

  it('leaves room for every address in a tag', () => {
    const name = 'a'.repeat(63);
    const region = 'r'.repeat(40);
    for (const address of [instanceAddress(name, 999), copyAddress(name, region), hopAddress(name, region)]) {
      expect(address.length).toBeLessThanOrEqual(addressLengthMax);
    }
  });
});
