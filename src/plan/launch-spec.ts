import type { LaunchDisk, LaunchSpec } from '../domain/action.js';
import { instanceAddress } from '../domain/address.js';
import type { DiskWish, Instance, Placement } from '../domain/desired.js';
import { tagKey, userDataMark } from '../domain/ownership.js';
import { ownershipTags } from './context.js';
import { initialTags } from './tag-changes.js';

export function launchSpec(project: string, instance: Instance, ordinal: number): LaunchSpec {
  const placement = placementOf(instance, ordinal);
  return {
    instanceType: instance.instanceType,
    instanceName: withOrdinal(instance.instanceName ?? `${instance.name}-{ordinal}`, ordinal),
    hostName: withOrdinal(instance.hostName ?? `${instance.name}-{ordinal}`, ordinal),
    description: instance.description,
    zoneId: placement.zone,
    vSwitchId: placement.vSwitchId,
    securityGroupIds: instance.securityGroupIds,
    systemDisk: launchDisk(instance.systemDisk),
    dataDisks: instance.dataDisks.map((disk) => ({
      ...launchDisk(disk),
      deleteWithInstance: disk.deleteWithInstance,
    })),
    keyPairName: instance.keyPairName,
    metadataOptions: instance.metadataOptions,
    ramRoleName: instance.ramRoleName,
    userData: instance.userData,
    passwordInherit: instance.passwordInherit,
    internetMaxBandwidthOut: instance.internetMaxBandwidthOut,
    resourceGroupId: instance.resourceGroupId,
    deletionProtection: instance.deletionProtection,
    tags: {
      ...initialTags(instance.tags),
      ...ownershipTags(project, instanceAddress(instance.name, ordinal)),
      ...(instance.userData === null ? {} : { [tagKey.userData]: userDataMark(instance.userData) }),
    },
  };
}

export function placementOf(instance: Instance, ordinal: number): Placement {
  const placement = instance.placement[ordinal % instance.placement.length];
  if (placement === undefined) throw new Error(`${instance.address} has no placement: the schema asks for one`);
  return placement;
}

export function withOrdinal(text: string, ordinal: number): string {
  return text.replaceAll('{ordinal}', String(ordinal));
}

function launchDisk(disk: DiskWish): LaunchDisk {
  const { category, sizeGiB, performanceLevel, encrypted, kmsKeyId } = disk;
  return { category, sizeGiB, performanceLevel, encrypted, kmsKeyId };
}
