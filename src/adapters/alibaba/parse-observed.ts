import type { Account } from '../../domain/desired.js';
import type {
  DiskSnapshot,
  ImageDiskFacts,
  ImageHardening,
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedKey,
  OwnerAlias,
  Scope,
  Tags,
} from '../../domain/observed.js';
import { compareText } from '../../domain/address.js';
import type { Answer } from './answer.js';

/**
 * From answers to nouns. Field names, nesting and types: ECS API reference, DescribeImages, DescribeInstances,
 * DescribeDisks, DescribeSnapshots, and the models of Alibaba Cloud's SDK 7.11.6. All functions throw WrongShape.
 */
export function parseImage(answer: Answer, scope: Scope, account: Account): ObservedImage {
  const ownerAlias = answer.get('ImageOwnerAlias').oneOf(ownerAliases);
  const disks = answer.get('DiskDeviceMappings').get('DiskDeviceMapping').listOrEmpty();
  const remaining = disks.map((disk) => disk.get('RemainTime').integerOr(0)).filter((seconds) => seconds > 0);
  return {
    ...scope,
    imageId: answer.get('ImageId').id(),
    name: answer.get('ImageName').textOr(''),
    description: answer.get('Description').textOr(''),
    family: answer.get('ImageFamily').textOr(''),
    ownerAlias,
    owner: ownerOf(answer.get('ImageOwnerId').textOr(''), ownerAlias, account),
    isPublic: answer.get('IsPublic').booleanOr(false),
    status: answer.get('Status').oneOf(imageStatuses),
    usable: answer.get('Usable').booleanOr(null),
    progress: answer.get('Progress').textOr(''),
    remainingSeconds: remaining.length === 0 ? null : Math.max(...remaining),
    createdAt: answer.get('CreationTime').time(),
    // Absent while the first snapshot of a copy is still being made.
    sizeGiB: answer.get('Size').integerOr(0),
    architecture: answer.get('Architecture').textOr(''),
    osType: answer.get('OSType').textOr(''),
    productCode: answer.get('ProductCode').textOr(''),
    hardening: parseHardening(answer),
    disks: disks.map(parseImageDisk).sort((a, b) => compareText(a.device, b.device)),
    tags: parseTags(answer),
  };
}

const ownerAliases = ['self', 'others', 'system', 'marketplace'] as const;

const imageStatuses = ['Creating', 'Waiting', 'Available', 'UnAvailable', 'CreateFailed', 'Deprecated'] as const;

/** The reference promises an owner only for shared and community images. */
function ownerOf(ownerId: string, alias: OwnerAlias, account: Account): string {
  if (alias === 'system') return 'system';
  if (ownerId !== '' && ownerId !== '0') return ownerId;
  if (alias === 'marketplace') return 'marketplace';
  return alias === 'self' ? account.uid : '';
}

/** `RiskLevel` is absent where a check found no risk. */
function parseHardening(answer: Answer): ImageHardening {
  const features = answer.get('Features');
  const detection = answer.get('DetectionOptions');
  const nvme = features.get('NvmeSupport').textOr('');
  const items = detection.get('Items').get('Item').listOrEmpty();
  const risks = items.map((item) => ({ name: item.get('Name').textOr(''), level: item.get('RiskLevel').textOr('') }));
  return {
    bootMode: answer.get('BootMode').textOr('') || null,
    nvme: nvme === '' ? null : nvme === 'supported',
    imds: features.get('ImdsSupport').textOr('') || null,
    nonRootLogin: answer.get('LoginAsNonRootSupported').booleanOr(null),
    cloudInit: answer.get('IsSupportCloudinit').booleanOr(null),
    risks: detection.get('Status').textOr('') === 'Finished' ? risks.filter(({ level }) => level !== '') : null,
  };
}

function parseImageDisk(answer: Answer): ImageDiskFacts {
  return {
    device: answer.get('Device').textOr(''),
    type: answer.get('Type').oneOf(diskTypes),
    sizeGiB: answer.get('Size').integerOr(0),
    snapshotId: answer.get('SnapshotId').textOr(''),
    encrypted: answer.get('Encrypted').booleanOr('unknown'),
  };
}

const diskTypes = ['system', 'data'] as const;

export function parseInstance(answer: Answer, scope: Scope): ObservedInstance {
  return {
    ...scope,
    instanceId: answer.get('InstanceId').id(),
    name: answer.get('InstanceName').textOr(''),
    hostName: answer.get('HostName').textOr(''),
    description: answer.get('Description').textOr(''),
    status: answer.get('Status').oneOf(instanceStatuses),
    imageId: answer.get('ImageId').text(),
    instanceType: answer.get('InstanceType').text(),
    zoneId: answer.get('ZoneId').textOr(''),
    vSwitchId: answer.get('VpcAttributes').get('VSwitchId').textOr(''),
    privateIp: firstOf(answer.get('VpcAttributes').get('PrivateIpAddress').get('IpAddress')),
    securityGroupIds: answer
      .get('SecurityGroupIds')
      .get('SecurityGroupId')
      .listOrEmpty()
      .map((group) => group.id())
      .sort(compareText),
    chargeType: answer.get('InstanceChargeType').textOr(''),
    spotStrategy: answer.get('SpotStrategy').textOr(''),
    deletionProtection: answer.get('DeletionProtection').booleanOr(false),
    keyPairName: answer.get('KeyPairName').textOr(''),
    metadataOptions: parseMetadataOptions(answer.get('MetadataOptions')),
    ramRoleName: null,
    locks: answer
      .get('OperationLocks')
      .get('LockReason')
      .listOrEmpty()
      .map((lock) => lock.get('LockReason').textOr('unknown')),
    createdAt: answer.get('CreationTime').time(),
    tags: parseTags(answer),
  };
}

function firstOf(list: Answer): string {
  return list.listOrEmpty()[0]?.textOr('') ?? '';
}

const instanceStatuses = ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'] as const;

/** Shown only where it was asked for. */
function parseMetadataOptions(answer: Answer): ObservedInstance['metadataOptions'] {
  const httpEndpoint = answer.get('HttpEndpoint').textOr('');
  if (httpEndpoint === '') return null;
  return {
    httpEndpoint,
    httpTokens: answer.get('HttpTokens').textOr(''),
    httpPutResponseHopLimit: answer.get('HttpPutResponseHopLimit').integerOr(0),
  };
}

export function parseDisk(answer: Answer, scope: Scope): ObservedDisk {
  const kmsKeyId = answer.get('KMSKeyId').textOr('');
  return {
    ...scope,
    diskId: answer.get('DiskId').id(),
    instanceId: answer.get('InstanceId').textOr(''),
    type: answer.get('Type').oneOf(diskTypes),
    device: answer.get('Device').textOr(''),
    status: answer.get('Status').text(),
    category: answer.get('Category').textOr(''),
    performanceLevel: answer.get('PerformanceLevel').textOr(''),
    sizeGiB: answer.get('Size').integer(),
    // Unseen counts as not encrypted: the side on which policy complains.
    encrypted: answer.get('Encrypted').booleanOr(false),
    kmsKeyId: kmsKeyId === '' ? null : kmsKeyId,
    autoSnapshotPolicyId: answer.get('AutoSnapshotPolicyId').textOr(''),
    imageId: answer.get('ImageId').textOr(''),
    createdAt: answer.get('CreationTime').time(),
    tags: parseTags(answer),
  };
}

export function parseSnapshot(answer: Answer, scope: Scope): DiskSnapshot {
  return {
    ...scope,
    snapshotId: answer.get('SnapshotId').id(),
    sourceDiskId: answer.get('SourceDiskId').textOr(''),
    status: answer.get('Status').text(),
    createdAt: answer.get('CreationTime').time(),
    tags: parseTags(answer),
  };
}

/** KMS API reference, DescribeKey. */
export function parseKeyState(answer: Answer): ObservedKey['state'] {
  const state = answer.get('KeyMetadata').get('KeyState').text();
  return keyStates.find((known) => known === state) ?? 'Other';
}

const keyStates = ['Enabled', 'Disabled', 'PendingDeletion'] as const;

/** `fromEntries` defines own properties: a tag named `__proto__` stays a tag. */
function parseTags(answer: Answer): Tags {
  const tags = answer.get('Tags').get('Tag').listOrEmpty();
  return Object.fromEntries(tags.map((tag) => [tag.get('TagKey').text(), tag.get('TagValue').textOr('')]));
}
