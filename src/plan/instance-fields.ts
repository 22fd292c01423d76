import type { ImageRef, InstanceChanges, LaunchSpec } from '../domain/action.js';
import type { Instance } from '../domain/desired.js';
import type { Json } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import { child, type FieldPath } from '../domain/origin.js';
import type { Fields } from '../domain/plan.js';
import { placementOf, withOrdinal } from './launch-spec.js';
import type { Member } from './rollout.js';
import { initialTags } from './tag-changes.js';

/** The fields of a member that does not exist yet, as the plan shows them. */
export function createdFields(instance: Instance, launch: LaunchSpec, image: ImageRef): Fields {
  const fields: Record<string, Json> = {
    ...(image.kind === 'id' ? { image_id: image.imageId } : {}),
    instance_name: launch.instanceName,
    instance_type: launch.instanceType,
    region: instance.region,
    zone_id: launch.zoneId,
    vswitch_id: launch.vSwitchId,
    security_group_ids: launch.securityGroupIds,
    system_disk: diskFields(launch.systemDisk),
    data_disks: launch.dataDisks.map((disk) => diskFields(disk)),
    key_pair_name: launch.keyPairName,
    tags: initialTags(instance.tags),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && !isEmptyList(value)));
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function diskFields(disk: LaunchSpec['systemDisk']): Json {
  const { category, sizeGiB, performanceLevel, encrypted, kmsKeyId } = disk;
  return {
    category,
    size_gib: sizeGiB,
    ...(performanceLevel === null ? {} : { performance_level: performanceLevel }),
    ...(encrypted === null ? {} : { encrypted }),
    ...(kmsKeyId === null ? {} : { kms_key_id: kmsKeyId }),
  };
}

/** What ModifyInstanceAttribute has to set; what the manifest leaves out is not compared. */
export function changedFields(instance: Instance, member: Member): InstanceChanges {
  const { present, ordinal } = member;
  const name = instance.instanceName === null ? null : withOrdinal(instance.instanceName, ordinal);
  const description = instance.description === null ? null : withOrdinal(instance.description, ordinal);
  const groups = [...instance.securityGroupIds].sort();
  const hasGroups = JSON.stringify([...present.securityGroupIds].sort()) === JSON.stringify(groups);
  return {
    ...(name !== null && name !== present.name ? { instanceName: name } : {}),
    ...(description !== null && description !== present.description ? { description } : {}),
    ...(hasGroups ? {} : { securityGroupIds: groups }),
    ...(instance.deletionProtection !== null && instance.deletionProtection !== present.deletionProtection
      ? { deletionProtection: instance.deletionProtection }
      : {}),
  };
}

/** Fields that are fixed when an instance is made, and that differ: this version changes none of them. */
export function createOnlyDifferences(instance: Instance, member: Member): readonly Finding[] {
  const { present, disk, ordinal } = member;
  const placement = placementOf(instance, ordinal);
  const index = ordinal % instance.placement.length;
  const compared: readonly (readonly [FieldPath, string, string | null])[] = [
    [['spec', 'instanceType'], present.instanceType, instance.instanceType],
    [['spec', 'placement', index, 'vSwitchId'], present.vSwitchId, placement.vSwitchId],
    [['spec', 'placement', index, 'zone'], present.zoneId, placement.zone],
    [['spec', 'keyPairName'], present.keyPairName, instance.keyPairName],
    [
      ['spec', 'hostName'],
      present.hostName,
      instance.hostName === null ? null : withOrdinal(instance.hostName, ordinal),
    ],
    [['spec', 'systemDisk', 'category'], disk?.category ?? instance.systemDisk.category, instance.systemDisk.category],
  ];
  return compared
    .filter(([, actual, wanted]) => wanted !== null && actual !== wanted)
    .map(([path, actual, wanted]) => {
      const field = path[path.length - 1];
      return {
        ruleId: 'manifest/create-only',
        severity: 'error',
        message: `\`${field}\` of ${member.address} is '${actual}' and cannot be changed to '${wanted}' on an instance that exists`,
        hint: `Set it back to '${actual}', or give the changed machines another Instance name.`,
        at: child(instance.origin, ...path),
        address: member.address,
        value: String(wanted),
        waiver: null,
        decidedBy: null,
        isInputError: false,
      };
    });
}
