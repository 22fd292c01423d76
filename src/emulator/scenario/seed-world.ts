import { serviceKeyId } from '../world/encryption.js';
import type { DiskRow, ImageDisk, ImageRow, InstanceRow, KeyRow, SnapshotRow } from '../world/state.js';
import type { World } from '../world/world.js';
import type {
  ScenarioDisk,
  ScenarioImage,
  ScenarioInstance,
  ScenarioKey,
  ScenarioSnapshot,
  ScenarioSpec,
} from './scenario.js';

/** Fills an empty world with the rows of a scenario; in each list the one created last is the newest. */
export function seedWorld(world: World, spec: ScenarioSpec): void {
  for (const key of oldestFirst(spec.kmsKeys, world.now)) world.keys.put(keyRow(world, key));
  for (const image of oldestFirst(spec.images, world.now)) putImage(world, image);
  for (const snapshot of oldestFirst(spec.snapshots, world.now)) world.snapshots.put(snapshotRow(world, snapshot));
  for (const instance of oldestFirst(spec.instances, world.now)) putInstances(world, instance);
  for (const disk of oldestFirst(spec.disks, world.now)) world.disks.put(diskRow(world, disk));
}

/** An image of the scenario, or one that appears later, with the snapshots behind its disks. */
export function putImage(world: World, image: ScenarioImage): ImageRow {
  const row = imageRow(world, image);
  world.images.put(row);
  if (row.kind !== 'custom') return row;
  for (const disk of row.disks) {
    if (disk.snapshotId !== '' && world.snapshots.get(disk.snapshotId) === undefined) {
      world.snapshots.put(snapshotOfImage(world, row, disk));
    }
  }
  return row;
}

/** An instance of the scenario, or one that appears later, with its disks; `count` of them, lowest ordinal first. */
export function putInstances(world: World, instance: ScenarioInstance): readonly InstanceRow[] {
  return Array.from({ length: instance.count ?? 1 }, (_, ordinal) => putInstance(world, instance, ordinal));
}

function oldestFirst<T extends { readonly createdAt?: string }>(things: readonly T[] | undefined, start: number): T[] {
  return [...(things ?? [])].sort((a, b) => timeOr(a.createdAt, start) - timeOr(b.createdAt, start));
}

function timeOr(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : Date.parse(text);
}

function uidIn(world: World, nameOrUid: string): string {
  return world.accountUid(nameOrUid) ?? nameOrUid;
}

function keyRow(world: World, key: ScenarioKey): KeyRow {
  const account = uidIn(world, key.account);
  return {
    id: key.id,
    account,
    region: key.region,
    sequence: world.nextSequence(),
    arn: `acs:kms:${key.region}:${account}:key/${key.id}`,
    state: key.state ?? 'Enabled',
    spec: key.spec ?? 'Aliyun_AES_256',
    usage: key.usage ?? 'ENCRYPT/DECRYPT',
    aliases: key.aliases ?? [],
    createdAt: timeOr(key.createdAt, world.now),
    tags: key.tags ?? {},
  };
}

function imageRow(world: World, image: ScenarioImage): ImageRow {
  const id = image.id ?? world.newId('m', image.region);
  const createdAt = timeOr(image.createdAt, world.now);
  const disks = imageDisks(id, image);
  const { owner, account, createdAt: _at, encrypted: _e, kmsKeyId: _k, sharedWith, community, ...facts } = image;
  return {
    ...imageDefaults,
    name: id,
    ...facts,
    id,
    account: owner === undefined ? uidIn(world, account ?? '') : '',
    sequence: world.nextSequence(),
    kind: owner ?? 'custom',
    createdAt,
    sizeGiB: image.sizeGiB ?? disks.find((disk) => disk.type === 'system')?.sizeGiB ?? defaultSizeGiB,
    isPublic: community ?? false,
    disks,
    sharedWith: Object.fromEntries((sharedWith ?? []).map((sharee) => [uidIn(world, sharee), createdAt])),
    task: null,
  };
}

const defaultSizeGiB = 40;

function deviceOf(index: number): string {
  return `/dev/xvd${'abcdefghijklmnopqrstuvwxyz'.charAt(index)}`;
}

const imageDefaults = {
  description: '',
  family: '',
  version: '',
  status: 'Available',
  usable: true,
  architecture: 'x86_64',
  osType: 'linux',
  osName: 'Alibaba Cloud Linux 3.2104 LTS 64 bit',
  platform: 'Aliyun',
  bootMode: 'UEFI-Preferred',
  isCopied: false,
  productCode: '',
  supplierName: '',
  resourceGroupId: '',
  licenseType: '',
  features: { nvmeSupport: 'supported', imdsSupport: 'v2' },
  isSupportCloudinit: true,
  loginAsNonRootSupported: true,
  detection: null,
  tags: {},
  shareGroups: [],
} as const;

function imageDisks(imageId: string, image: ScenarioImage): readonly ImageDisk[] {
  const bare = imageId.replace(/^m-/, '');
  return (image.disks ?? [{}]).map((disk, index) => {
    const encrypted = disk.encrypted ?? image.encrypted ?? image.kmsKeyId !== undefined;
    return {
      device: disk.device ?? deviceOf(index),
      type: disk.type ?? (index === 0 ? 'system' : 'data'),
      sizeGiB: disk.sizeGiB ?? image.sizeGiB ?? defaultSizeGiB,
      snapshotId: disk.snapshotId ?? (image.owner === undefined ? `s-${bare}${index === 0 ? '' : `-${index}`}` : ''),
      encrypted,
      kmsKeyId: encrypted ? (disk.kmsKeyId ?? image.kmsKeyId ?? serviceKeyId) : null,
    };
  });
}

function snapshotOfImage(world: World, image: ImageRow, disk: ImageDisk): SnapshotRow {
  return {
    ...snapshotDefaults,
    id: disk.snapshotId,
    account: image.account,
    region: image.region,
    sequence: world.nextSequence(),
    name: `snapshot of ${image.name}`,
    createdAt: image.createdAt,
    sizeGiB: disk.sizeGiB,
    sourceDiskType: disk.type,
    encrypted: disk.encrypted,
    kmsKeyId: disk.kmsKeyId,
  };
}

const snapshotDefaults = {
  name: '',
  description: '',
  status: 'accomplished',
  durationMs: 0,
  sizeGiB: defaultSizeGiB,
  sourceDiskId: '',
  sourceDiskType: 'system',
  retentionDays: 0,
  isAutomatic: false,
  resourceGroupId: '',
  tags: {},
} as const;

function snapshotRow(world: World, snapshot: ScenarioSnapshot): SnapshotRow {
  const { createdAt, ...facts } = snapshot;
  const encrypted = snapshot.encrypted ?? false;
  return {
    ...snapshotDefaults,
    ...facts,
    id: snapshot.id ?? world.newId('s', snapshot.region),
    account: uidIn(world, snapshot.account),
    sequence: world.nextSequence(),
    createdAt: timeOr(createdAt, world.now),
    encrypted,
    kmsKeyId: encrypted ? (snapshot.kmsKeyId ?? serviceKeyId) : null,
  };
}

function putInstance(world: World, instance: ScenarioInstance, ordinal: number): InstanceRow {
  const row = instanceRow(world, instance, ordinal);
  world.instances.put(row);
  const { account, region } = instance;
  for (const [index, disk] of (instance.disks ?? [{}]).entries()) {
    const type = disk.type ?? (index === 0 ? 'system' : 'data');
    const isSystem = type === 'system';
    const image = world.images.get(row.imageId);
    const ofImage = image?.disks.find((candidate) => candidate.type === 'system');
    const inherited = isSystem && ofImage !== undefined ? imageFactsOf(ofImage, image?.account === row.account) : {};
    world.disks.put({
      ...diskRow(world, { ...inherited, ...disk, type, account, region }, index),
      id:
        disk.id === undefined
          ? `${row.id.replace(/^i-/, 'd-')}${index === 0 ? '' : `-${index}`}`
          : withOrdinal(disk.id, ordinal),
      instanceId: row.id,
      status: disk.status ?? 'In_use',
      imageId: disk.imageId ?? (isSystem ? row.imageId : ''),
      zoneId: row.zoneId,
      createdAt: row.createdAt,
      attachedAt: row.createdAt,
      chargeType: disk.chargeType ?? row.chargeType,
    });
  }
  return row;
}

/** Another account's key is of no use: a disk from what it shares has the service key. */
function imageFactsOf(
  disk: ImageDisk,
  isOwn: boolean,
): Partial<Pick<DiskRow, 'sizeGiB' | 'encrypted' | 'kmsKeyId' | 'sourceSnapshotId'>> {
  return {
    sizeGiB: disk.sizeGiB,
    encrypted: disk.encrypted,
    kmsKeyId: isOwn || disk.kmsKeyId === null ? disk.kmsKeyId : serviceKeyId,
    sourceSnapshotId: disk.snapshotId,
  };
}

function withOrdinal(text: string, ordinal: number): string {
  return text.replaceAll('{ordinal}', String(ordinal));
}

function instanceRow(world: World, instance: ScenarioInstance, ordinal: number): InstanceRow {
  const { count: _count, disks: _disks, createdAt: _at, ...facts } = instance;
  const id = instanceId(world, instance, ordinal);
  const sequence = world.nextSequence();
  const createdAt = timeOr(instance.createdAt, world.now);
  const status = instance.status ?? 'Running';
  const vSwitch = world
    .named('vSwitches')
    .get(uidIn(world, instance.account), instance.region, instance.vSwitchId ?? '');
  const zoneId = vSwitch?.attributes['zone'];
  const vpcId = vSwitch?.attributes['vpcId'];
  return {
    ...instanceDefaults,
    zoneId: typeof zoneId === 'string' ? zoneId : `${instance.region}-h`,
    vpcId: typeof vpcId === 'string' ? vpcId : 'vpc-default',
    privateIp: privateIpOf(sequence),
    ...facts,
    id,
    account: uidIn(world, instance.account),
    sequence,
    name: withOrdinal(instance.name ?? id, ordinal),
    hostName: withOrdinal(instance.hostName ?? instance.name ?? id, ordinal),
    status,
    createdAt,
    // A stopped one has run before: the other kind, made by CreateInstance and never started, no scenario needs.
    startedAt: status === 'Pending' ? null : createdAt,
    stoppedMode: instance.stoppedMode ?? (status === 'Stopped' ? 'KeepCharging' : 'Not-applicable'),
    autoReleaseAt: null,
    specChangedAt: null,
    networkInterfaceId: instance.networkInterfaceId ?? id.replace(/^i-/, 'eni-'),
    macAddress: instance.macAddress ?? macAddressOf(sequence),
    serialNumber: instance.serialNumber ?? `emulated-${sequence}`,
  };
}

function instanceId(world: World, instance: ScenarioInstance, ordinal: number): string {
  if (instance.id === undefined) return world.newId('i', instance.region);
  if (instance.id.includes('{ordinal}')) return withOrdinal(instance.id, ordinal);
  return instance.count === undefined ? instance.id : `${instance.id}-${ordinal}`;
}

/** An address of 10.0.0.0/8 that no other row has while there are fewer than 16 million. */
function privateIpOf(sequence: number): string {
  return `10.${(sequence >> 16) & 255}.${(sequence >> 8) & 255}.${sequence & 255}`;
}

function macAddressOf(sequence: number): string {
  const digits = sequence.toString(16).padStart(8, '0');
  return `00:16:${digits.replace(/(..)(?=.)/g, '$1:')}`;
}

const instanceDefaults = {
  description: '',
  instanceType: 'ecs.g7.large',
  vSwitchId: 'vsw-default',
  publicIp: '',
  securityGroupIds: ['sg-default'] as readonly string[],
  chargeType: 'PostPaid',
  spotStrategy: 'NoSpot',
  internetMaxBandwidthIn: -1,
  internetMaxBandwidthOut: 0,
  internetChargeType: 'PayByTraffic',
  keyPairName: '',
  ramRoleName: '',
  userData: '',
  deletionProtection: false,
  resourceGroupId: '',
  metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'optional', httpPutResponseHopLimit: 1 },
  locks: [] as readonly string[],
  loginAsNonRoot: false,
  creditSpecification: '',
  tags: {},
} as const;

function diskRow(world: World, disk: ScenarioDisk, index = 0): DiskRow {
  const encrypted = disk.encrypted ?? false;
  const createdAt = timeOr(disk.createdAt, world.now);
  const isAttached = (disk.instanceId ?? '') !== '';
  const { createdAt: _at, ...facts } = disk;
  return {
    ...diskDefaults,
    zoneId: `${disk.region}-h`,
    device: deviceOf(index),
    status: isAttached ? 'In_use' : 'Available',
    ...facts,
    id: disk.id ?? world.newId('d', disk.region),
    account: uidIn(world, disk.account),
    sequence: world.nextSequence(),
    type: disk.type ?? 'data',
    encrypted,
    kmsKeyId: encrypted ? (disk.kmsKeyId ?? serviceKeyId) : null,
    createdAt,
    attachedAt: isAttached ? createdAt : null,
  };
}

const diskDefaults = {
  name: '',
  description: '',
  category: 'cloud_essd',
  performanceLevel: 'PL1',
  sizeGiB: defaultSizeGiB,
  instanceId: '',
  imageId: '',
  sourceSnapshotId: '',
  deleteWithInstance: true,
  deleteAutoSnapshot: true,
  autoSnapshotPolicyId: '',
  chargeType: 'PostPaid',
  provisionedIops: 0,
  burstingEnabled: false,
  resourceGroupId: '',
  tags: {},
} as const;
