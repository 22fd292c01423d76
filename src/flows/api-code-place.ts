import { type Action, operationOf } from '../domain/action.js';
import { memberOf, resourceOf } from '../domain/address.js';
import type { Desired, DiskWish, ImageCopy, ImageShare, Instance } from '../domain/desired.js';
import { child, type FieldPath, type Origin } from '../domain/origin.js';

/** What the service said of an action; `apiCode` null where no call was refused. */
export interface Refused {
  readonly action: Action;
  readonly apiCode: string | null;
  readonly message: string;
}

/**
 * The field of a manifest that a refusal is about, as far as its code tells; else the resource. Null for what no
 * manifest speaks of any more.
 */
export function placeOfRefusal(desired: Desired, refused: Refused): Origin | null {
  const { address } = refused.action;
  const resource = resourceOf(address);
  const instance = desired.instances.find((one) => one.address === resource);
  if (instance !== undefined) return child(instance.origin, ...fieldOfInstance(instance, refused));
  const copy = desired.imageCopies.find((one) => one.address === resource);
  if (copy !== undefined) return placeInCopy(copy, refused);
  const share = desired.imageShares.find((one) => one.address === resource);
  return share === undefined ? null : placeInShare(share, refused);
}

/** From the more telling words of a code to those that many have: `ImageNotSupportInstanceType` is about the type. */
const fieldsOfInstance: readonly (readonly [RegExp, FieldPath])[] = [
  [/Encrypt/i, ['spec', 'systemDisk', 'encrypted']],
  [/InstanceType/i, ['spec', 'instanceType']],
  [/InstanceName/i, ['spec', 'instanceName']],
  [/HostName/i, ['spec', 'hostName']],
  [/DataDisk/i, ['spec', 'dataDisks']],
  [/DiskSize|SystemDiskSize/i, ['spec', 'systemDisk', 'sizeGiB']],
  [/DiskCategory/i, ['spec', 'systemDisk', 'category']],
  [/PerformanceLevel/i, ['spec', 'systemDisk', 'performanceLevel']],
  [/Image/i, ['spec', 'image']],
  [/SecurityGroup|JoinedGroup/i, ['spec', 'securityGroupIds']],
  [/KeyPair/i, ['spec', 'keyPairName']],
  [/RamRole/i, ['spec', 'ramRoleName']],
  [/Password/i, ['spec', 'passwordInherit']],
  [/UserData/i, ['spec', 'userData']],
  [/Http|Metadata/i, ['spec', 'metadataOptions']],
  [/ResourceGroup/i, ['spec', 'resourceGroupId']],
  [/Tag/i, ['spec', 'tags']],
];

function fieldOfInstance(instance: Instance, refused: Refused): FieldPath {
  const code = refused.apiCode ?? '';
  if (/KMSKey|CMK/i.test(code)) return keyOfInstance(instance, refused);
  if (/VSwitch|Zone|InconsistentNetwork|NoStock/i.test(code)) {
    const ordinal = Number(memberOf(refused.action.address));
    const index = Number.isInteger(ordinal) ? ordinal % Math.max(1, instance.placement.length) : 0;
    return ['spec', 'placement', index];
  }
  const named = code === '' ? undefined : fieldsOfInstance.find(([words]) => words.test(code));
  return named?.[1] ?? fieldsOfOperation[operationOf(refused.action) ?? ''] ?? ['metadata', 'name'];
}

/** Where the code says nothing of a field, what the operation is about. */
const fieldsOfOperation: Readonly<Record<string, FieldPath>> = {
  ReplaceSystemDisk: ['spec', 'image'],
  ModifyInstanceSpec: ['spec', 'instanceType'],
  ModifyDiskSpec: ['spec', 'systemDisk'],
  ResizeDisk: ['spec', 'systemDisk', 'sizeGiB'],
  AttachInstanceRamRole: ['spec', 'ramRoleName'],
  ModifyInstanceMetadataOptions: ['spec', 'metadataOptions'],
};

/** The disk whose key the message names, else the first that has one. */
function keyOfInstance({ systemDisk, dataDisks }: Instance, { message }: Refused): FieldPath {
  const disks: readonly (readonly [DiskWish, FieldPath])[] = [
    [systemDisk, ['spec', 'systemDisk']],
    ...dataDisks.map((disk, index) => [disk, ['spec', 'dataDisks', index]] as const),
  ];
  const withKey = disks.filter(([{ kmsKeyId }]) => kmsKeyId !== null);
  const named = withKey.find(([{ kmsKeyId }]) => kmsKeyId !== null && message.includes(kmsKeyId)) ?? withKey[0];
  return named === undefined ? ['spec', 'systemDisk', 'encrypted'] : [...named[1], 'kmsKeyId'];
}

function placeInCopy(copy: ImageCopy, { action, apiCode }: Refused): Origin {
  const code = apiCode ?? '';
  const region = copy.destinations.find((one) => one.region === action.scope.region);
  if (/KMSKey|CMK/i.test(code) && region !== undefined) return child(region.origin, 'kmsKeyId');
  if (/Encrypt/i.test(code)) return child(copy.origin, 'spec', 'encrypted');
  if (/ImageName/i.test(code)) return child(copy.origin, 'spec', 'imageName');
  if (/Family/i.test(code)) return child(copy.origin, 'spec', 'family');
  if (/Tag/i.test(code)) return child(copy.origin, 'spec', 'tags');
  if (/ResourceGroup/i.test(code) && region !== undefined) return child(region.origin, 'resourceGroupId');
  if (/Image/i.test(code)) return child(copy.origin, 'spec', 'source', 'imageSource');
  return region?.origin ?? copy.origin;
}

function placeInShare(share: ImageShare, { action, apiCode }: Refused): Origin {
  const uid = memberOf(action.address);
  const sharee = share.with.find((one) => one.uid === uid);
  if (/Account|User/i.test(apiCode ?? '') && sharee !== undefined) return sharee.origin;
  if (/Image|Encrypt|Key/i.test(apiCode ?? '')) return child(share.origin, 'spec', 'image');
  return sharee?.origin ?? share.origin;
}
