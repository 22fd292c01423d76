import type { ReplaceSystemDiskAction, UnshareImageAction } from '../../src/domain/action.js';
import { copyAddress, instanceAddress } from '../../src/domain/address.js';
import type {
  Account,
  CopyDestination,
  Desired,
  ImageCopy,
  ImageShare,
  ImageSource,
  Instance,
  Project,
  Sharee,
  SystemDiskWish,
  UpdateStrategy,
} from '../../src/domain/desired.js';
import type { Finding } from '../../src/domain/finding.js';
import { encryptionOf, fingerprintOf, type Lock, type LockEntry } from '../../src/domain/lock.js';
import type {
  ImageDiskFacts,
  ImageHardening,
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedKey,
  ObservedShare,
  ObservedState,
} from '../../src/domain/observed.js';
import type { FieldPath, Origin } from '../../src/domain/origin.js';
import { projectTag, tagKey } from '../../src/domain/ownership.js';
import type { Plan } from '../../src/domain/plan.js';
import type { Match, Policy, RuleSetting, Waiver } from '../../src/domain/policy.js';

/**
 * Small worlds for tests. Everything fits together as it is: the account `prod` runs `web` from the copy `web-base`
 * of `golden`, an image of the account `images`, in cn-hangzhou; the lock names m-golden1, and so does the cloud.
 * A test says only what differs.
 */
export const uidOfImages = '1600000000000001';
export const uidOfProd = '1600000000000002';
/** An account that is not the project's. */
export const uidOfStranger = '1600000000000009';

/** The present of every small world. */
export const today = '2026-01-15';
export const nowMs = Date.parse('2026-01-15T00:00:00Z');

export function anOrigin(file: string, ...path: FieldPath): Origin {
  return { file, document: 0, path };
}

export function anAccount(changes: Partial<Account> = {}): Account {
  return {
    name: 'prod',
    uid: uidOfProd,
    credentials: { kind: 'chain' },
    origin: anOrigin('tallyman.yaml', 'spec', 'accounts', 0),
    ...changes,
  };
}

export function aProject(changes: Partial<Project> = {}): Project {
  return {
    name: 'web-platform',
    id: 'k3v9x2ab',
    accounts: [anAccount({ name: 'images', uid: uidOfImages }), anAccount()],
    regions: ['ap-southeast-1', 'cn-hangzhou'],
    approvers: ['security-team'],
    safety: { prune: false, allow: [], maxRemovals: 10 },
    windows: [],
    moved: [],
    origin: anOrigin('tallyman.yaml'),
    ...changes,
  };
}

export function anImageSource(changes: Partial<ImageSource> = {}): ImageSource {
  const name = changes.name ?? 'golden';
  return {
    address: `ImageSource/${name}`,
    name,
    labels: {},
    account: 'prod',
    regions: ['cn-hangzhou'],
    owner: { kind: 'account', uid: uidOfImages },
    selector: { kind: 'family', family: 'golden' },
    architecture: null,
    osType: null,
    minSizeGiB: null,
    minAgeDays: null,
    allow: [],
    selectorDigest: selectorDigestOf(name),
    origin: anOrigin(`manifests/${name}.yaml`),
    ...changes,
  };
}

function selectorDigestOf(source: string): string {
  return `sha256:selector-of-${source}`;
}

export function aDestination(changes: Partial<CopyDestination> = {}): CopyDestination {
  return {
    region: 'cn-hangzhou',
    kmsKeyId: null,
    resourceGroupId: null,
    adopt: null,
    origin: anOrigin('manifests/web-base.yaml', 'spec', 'destinations', 0),
    ...changes,
  };
}

export function anImageCopy(changes: Partial<ImageCopy> = {}): ImageCopy {
  const name = changes.name ?? 'web-base';
  return {
    address: `ImageCopy/${name}`,
    name,
    labels: {},
    account: 'prod',
    source: 'golden',
    destinations: [aDestination()],
    encrypted: true,
    imageName: '{name}-{digest}',
    description: null,
    family: null,
    tags: {},
    keepHop: false,
    history: null,
    deletionPolicy: 'Delete',
    suspend: false,
    origin: anOrigin(`manifests/${name}.yaml`),
    ...changes,
  };
}

export function aSystemDisk(changes: Partial<SystemDiskWish> = {}): SystemDiskWish {
  return {
    category: 'cloud_essd',
    sizeGiB: 40,
    performanceLevel: null,
    encrypted: true,
    kmsKeyId: null,
    autoSnapshotPolicyId: null,
    stateful: false,
    ...changes,
  };
}

export function anUpdateStrategy(changes: Partial<UpdateStrategy> = {}): UpdateStrategy {
  return {
    onImageChange: 'ReplaceSystemDisk',
    maxUnavailable: 1,
    snapshotBefore: true,
    snapshotRetentionDays: 7,
    health: { instanceStatus: { timeoutSeconds: 900, periodSeconds: 5, successes: 1 }, probes: [] },
    minReadySeconds: 60,
    onFailure: 'Halt',
    ...changes,
  };
}

export function anInstance(changes: Partial<Instance> = {}): Instance {
  const name = changes.name ?? 'web';
  return {
    address: `Instance/${name}`,
    name,
    labels: {},
    account: 'prod',
    region: 'cn-hangzhou',
    replicas: 1,
    placement: [{ zone: 'cn-hangzhou-h', vSwitchId: 'vsw-web-h' }],
    image: { kind: 'imageCopy', name: 'web-base' },
    instanceType: 'ecs.g7.large',
    instanceName: null,
    hostName: null,
    description: null,
    tags: {},
    securityGroupIds: ['sg-web'],
    deletionProtection: null,
    systemDisk: aSystemDisk(),
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
    update: anUpdateStrategy(),
    suspend: false,
    deletionPolicy: 'Delete',
    origin: anOrigin(`manifests/${name}.yaml`),
    ...changes,
  };
}

/** The account `images` shares what `golden-own` names with `prod`. */
export function anImageShare(changes: Partial<ImageShare> = {}): ImageShare {
  const name = changes.name ?? 'golden-to-prod';
  return {
    address: `ImageShare/${name}`,
    name,
    labels: {},
    account: 'images',
    image: { kind: 'imageSource', name: 'golden-own' },
    regions: ['cn-hangzhou'],
    with: [aSharee()],
    unlisted: 'Remove',
    suspend: false,
    origin: anOrigin(`manifests/${name}.yaml`),
    ...changes,
  };
}

export function aSharee(changes: Partial<Sharee> = {}): Sharee {
  return {
    uid: uidOfProd,
    account: 'prod',
    origin: anOrigin('manifests/golden-to-prod.yaml', 'spec', 'with', 0),
    ...changes,
  };
}

export function anObservedShare(changes: Partial<ObservedShare> = {}): ObservedShare {
  return {
    account: 'images',
    region: 'cn-hangzhou',
    imageId: 'm-golden1',
    accounts: [uidOfProd],
    groups: [],
    ...changes,
  };
}

export function aDesired(changes: Partial<Desired> = {}): Desired {
  return {
    project: aProject(),
    environment: null,
    imageSources: [anImageSource()],
    imageCopies: [anImageCopy()],
    imageShares: [],
    instances: [anInstance()],
    ...changes,
  };
}

export function anImageDisk(changes: Partial<ImageDiskFacts> = {}): ImageDiskFacts {
  return {
    device: '/dev/xvda',
    type: 'system',
    sizeGiB: 40,
    snapshotId: 's-golden1',
    encrypted: false,
    ...changes,
  };
}

/** Fingerprint and encryption follow from the rest. */
export function aLockEntry(changes: Partial<LockEntry> = {}): LockEntry {
  const source = changes.source ?? 'golden';
  const facts = {
    source,
    region: 'cn-hangzhou',
    selector: selectorDigestOf(source),
    imageId: 'm-golden1',
    owner: uidOfImages,
    name: 'golden-v1',
    createdAt: '2025-12-01T00:00:00Z',
    sizeGiB: 40,
    disks: [anImageDisk()],
    ...changes,
  };
  return { encrypted: encryptionOf(facts.disks), fingerprint: fingerprintOf(facts), via: null, ...facts };
}

export function aLock(...entries: readonly LockEntry[]): Lock {
  return { file: 'tallyman.lock.yaml', entries: entries.length === 0 ? [aLockEntry()] : entries };
}

export function anEmptyLock(): Lock {
  return { file: 'tallyman.lock.yaml', entries: [] };
}

/** An image that has everything that trust/image-hardening asks for. */
export function aHardening(changes: Partial<ImageHardening> = {}): ImageHardening {
  return {
    bootMode: 'UEFI',
    nvme: true,
    imds: 'v2',
    nonRootLogin: true,
    cloudInit: true,
    risks: null,
    ...changes,
  };
}

/** The image that `aLockEntry` names, as `prod` sees it. */
export function anObservedImage(changes: Partial<ObservedImage> = {}): ObservedImage {
  return {
    account: 'prod',
    region: 'cn-hangzhou',
    imageId: 'm-golden1',
    name: 'golden-v1',
    description: '',
    family: `acs:${uidOfImages}:golden`,
    ownerAlias: 'others',
    owner: uidOfImages,
    isPublic: false,
    status: 'Available',
    usable: true,
    progress: '100%',
    remainingSeconds: null,
    createdAt: '2025-12-01T00:00:00Z',
    sizeGiB: 40,
    architecture: 'x86_64',
    osType: 'linux',
    productCode: '',
    hardening: aHardening(),
    disks: [anImageDisk()],
    tags: {},
    ...changes,
  };
}

/** A sealed copy of the project: ready for use unless told otherwise. */
export function anObservedCopy(changes: Partial<ObservedImage> = {}): ObservedImage {
  const imageId = changes.imageId ?? 'm-copy1';
  return anObservedImage({
    imageId,
    name: 'web-base-0123456789ab',
    family: '',
    ownerAlias: 'self',
    owner: uidOfProd,
    createdAt: '2026-01-02T00:00:00Z',
    disks: [anImageDisk({ snapshotId: 's-copy1', encrypted: true })],
    tags: {
      ...ownershipTags(copyAddress('web-base', changes.region ?? 'cn-hangzhou'), imageId),
      [tagKey.sourceImage]: 'm-golden1',
      [tagKey.sourceOwner]: uidOfImages,
    },
    ...changes,
  });
}

/** The tags of a sealed thing of `aProject`. */
export function ownershipTags(address: string, id: string): Readonly<Record<string, string>> {
  return { [tagKey.project]: projectTag(aProject(), null), [tagKey.resource]: address, [tagKey.seal]: id };
}

/** A sealed, running member 0 of `web`. */
export function anObservedInstance(changes: Partial<ObservedInstance> = {}): ObservedInstance {
  const instanceId = changes.instanceId ?? 'i-web0';
  return {
    account: 'prod',
    region: 'cn-hangzhou',
    instanceId,
    name: 'web-0',
    hostName: 'web-0',
    description: '',
    status: 'Running',
    imageId: 'm-copy1',
    instanceType: 'ecs.g7.large',
    zoneId: 'cn-hangzhou-h',
    vSwitchId: 'vsw-web-h',
    privateIp: '10.0.0.1',
    securityGroupIds: ['sg-web'],
    chargeType: 'PostPaid',
    spotStrategy: 'NoSpot',
    deletionProtection: false,
    keyPairName: '',
    metadataOptions: null,
    ramRoleName: null,
    locks: [],
    createdAt: '2026-01-03T00:00:00Z',
    tags: ownershipTags(instanceAddress('web', 0), instanceId),
    ...changes,
  };
}

/** The system disk of `anObservedInstance`. */
export function anObservedDisk(changes: Partial<ObservedDisk> = {}): ObservedDisk {
  return {
    account: 'prod',
    region: 'cn-hangzhou',
    diskId: 'd-web0',
    instanceId: 'i-web0',
    type: 'system',
    device: '/dev/xvda',
    status: 'In_use',
    category: 'cloud_essd',
    performanceLevel: 'PL1',
    sizeGiB: 40,
    encrypted: true,
    kmsKeyId: null,
    autoSnapshotPolicyId: '',
    imageId: 'm-copy1',
    createdAt: '2026-01-03T00:00:00Z',
    tags: {},
    ...changes,
  };
}

export function anObservedKey(changes: Partial<ObservedKey> = {}): ObservedKey {
  return { account: 'prod', region: 'cn-hangzhou', keyId: 'key-hangzhou', state: 'Enabled', ...changes };
}

/** Both accounts in both regions, with the foreign image alone. */
export function anObservedState(changes: Partial<ObservedState> = {}): ObservedState {
  return {
    takenAt: '2026-01-15T00:00:00Z',
    scopes: ['images', 'prod'].flatMap((account) =>
      ['ap-southeast-1', 'cn-hangzhou'].map((region) => ({ account, region })),
    ),
    images: [anObservedImage()],
    instances: [],
    disks: [],
    snapshots: [],
    keys: [],
    shares: [],
    apiCalls: {},
    ...changes,
  };
}

export function aPlan(changes: Partial<Plan> = {}): Plan {
  return { actions: [], changes: [], notices: [], findings: [], refusals: [], ...changes };
}

/** Member 0 of `web` gets a new system disk from m-copy2. */
export function aReplacement(changes: Partial<ReplaceSystemDiskAction> = {}): ReplaceSystemDiskAction {
  return {
    id: 'a1',
    address: instanceAddress('web', 0),
    scope: { account: 'prod', region: 'cn-hangzhou' },
    dependsOn: [],
    class: 'replace-system-disk',
    reason: 'image_differs',
    kind: 'ReplaceSystemDisk',
    instanceId: 'i-web0',
    diskId: 'd-web0',
    image: { kind: 'id', imageId: 'm-copy2' },
    sizeGiB: 40,
    encrypted: true,
    kmsKeyId: null,
    keyPairName: null,
    passwordInherit: false,
    ...changes,
  };
}

/** `golden-to-prod` takes m-golden1 away from `prod`. */
export function anUnshare(changes: Partial<UnshareImageAction> = {}): UnshareImageAction {
  return {
    id: 'a1',
    address: 'ImageShare/golden-to-prod/cn-hangzhou',
    scope: { account: 'images', region: 'cn-hangzhou' },
    dependsOn: [],
    class: 'unshare',
    reason: 'not_listed',
    kind: 'UnshareImage',
    imageId: 'm-golden1',
    accounts: [uidOfProd],
    ...changes,
  };
}

export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    ruleId: 'trust/copy-before-use',
    severity: 'warning',
    message: 'something is wrong',
    hint: 'Do something about it.',
    at: anOrigin('manifests/web.yaml', 'spec', 'image'),
    address: 'Instance/web',
    value: 'golden',
    waiver: null,
    decidedBy: null,
    isInputError: false,
    ...changes,
  };
}

export function aMatch(changes: Partial<Match> = {}): Match {
  return { labels: {}, kinds: null, accounts: null, regions: null, ...changes };
}

/** A Policy `baseline` for everything; the parameters of a rule stand beside its severity, as in the manifest. */
export function aPolicy(
  rules: Readonly<Record<string, { readonly severity?: RuleSetting['severity'] } & Readonly<Record<string, unknown>>>>,
  changes: Partial<Policy> = {},
): Policy {
  const name = changes.name ?? 'baseline';
  const file = `policies/${name}.yaml`;
  const settings = Object.entries(rules).map(([id, { severity = null, ...parameters }]): [string, RuleSetting] => [
    id,
    { severity, parameters, origin: anOrigin(file, 'spec', 'rules', id) },
  ]);
  return {
    name,
    match: aMatch(),
    extends: ['recommended'],
    rules: Object.fromEntries(settings),
    custom: [],
    origin: anOrigin(file),
    ...changes,
  };
}

export function aWaiver(changes: Partial<Waiver> = {}): Waiver {
  const name = changes.name ?? 'legacy-plain-disk';
  return {
    name,
    rule: 'encryption/required',
    resources: ['Instance/web'],
    reason: 'disk is migrated in the March window, ticket 4711',
    approvedBy: 'security-team',
    expires: '2026-06-30',
    origin: anOrigin(`policies/${name}.yaml`),
    ...changes,
  };
}
