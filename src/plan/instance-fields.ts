import type { ImageRef, InstanceChanges, InstanceSetting, LaunchSpec } from '../domain/action.js';
import type { IgnorableField, Instance, MetadataWish } from '../domain/desired.js';
import type { Json } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import { child, type FieldPath } from '../domain/origin.js';
import type { ObservedInstance } from '../domain/observed.js';
import { tagKey, userDataMark } from '../domain/ownership.js';
import type { Fields } from '../domain/plan.js';
import { isIgnored } from './ignored.js';
import { placementOf, withOrdinal } from './launch-spec.js';
import type { Member } from './rollout.js';
import { initialTags } from './tag-changes.js';

/** The fields of a member that does not exist yet, as the plan shows them. */
export function createdFields(instance: Instance, launch: LaunchSpec, image: ImageRef): Fields {
  const fields: Record<string, Json> = {
    ...(image.kind === 'id' ? { image_id: image.imageId } : {}),
    instance_name: launch.instanceName,
    // Left out of a manifest it is the name's default, which is shown.
    host_name: instance.hostName === null ? null : launch.hostName,
    description: launch.description,
    instance_type: launch.instanceType,
    region: instance.region,
    zone_id: launch.zoneId,
    vswitch_id: launch.vSwitchId,
    security_group_ids: launch.securityGroupIds,
    system_disk: diskFields(launch.systemDisk),
    data_disks: launch.dataDisks.map((disk) => diskFields(disk)),
    key_pair_name: launch.keyPairName,
    metadata_options:
      instance.metadataOptions === null ? null : metadataFields(instance.metadataOptions, instance.metadataOptions),
    ram_role_name: instance.ramRoleName,
    user_data: instance.userData === null ? null : userDataText(instance.userData),
    internet_max_bandwidth_out: launch.internetMaxBandwidthOut,
    resource_group_id: launch.resourceGroupId,
    deletion_protection: launch.deletionProtection,
    tags: initialTags(instance.tags),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && !isEmpty(value)));
}

/** The managed members of metadata options, with the values that they have in `from`. */
export function metadataFields(
  managed: MetadataWish,
  from: MetadataWish | ObservedInstance['metadataOptions'],
): Readonly<Record<string, Json>> {
  const fields = {
    http_endpoint: [managed.httpEndpoint, from?.httpEndpoint],
    http_tokens: [managed.httpTokens, from?.httpTokens],
    http_put_response_hop_limit: [managed.httpPutResponseHopLimit, from?.httpPutResponseHopLimit],
  };
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, [wanted]]) => wanted !== null)
      .map(([name, [, value]]) => [name, value ?? null]),
  );
}

/** User data may hold secrets: only its length and digest are ever shown. */
export function userDataText(userData: string): string {
  return `${Buffer.byteLength(userData)} bytes, sha256 ${userDataMark(userData)}`;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
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
  const { description } = instance;
  const groups = [...instance.securityGroupIds].sort();
  const hasGroups = JSON.stringify([...present.securityGroupIds].sort()) === JSON.stringify(groups);
  const { deletionProtection } = instance;
  const differs = (field: IgnorableField, wanted: unknown, actual: unknown): boolean =>
    wanted !== null && wanted !== actual && !isIgnored(instance, field);
  return {
    ...(name !== null && differs('instanceName', name, present.name) ? { instanceName: name } : {}),
    ...(description !== null && differs('description', description, present.description) ? { description } : {}),
    ...(hasGroups || isIgnored(instance, 'securityGroupIds') ? {} : { securityGroupIds: groups }),
    ...(deletionProtection !== null && differs('deletionProtection', deletionProtection, present.deletionProtection)
      ? { deletionProtection }
      : {}),
  };
}

/** What else can be set while an instance runs, each by an operation of its own. */
export function changedSettings(instance: Instance, member: Member): readonly InstanceSetting[] {
  const { present } = member;
  const settings: InstanceSetting[] = [];
  const changes = changedFields(instance, member);
  if (Object.keys(changes).length > 0) settings.push({ type: 'attributes', changes });
  const options = instance.metadataOptions;
  if (options !== null && !isIgnored(instance, 'metadataOptions') && !hasMetadata(options, present.metadataOptions)) {
    settings.push({ type: 'metadata-options', options });
  }
  const role = instance.ramRoleName;
  if (role !== null && role !== present.ramRoleName && !isIgnored(instance, 'ramRoleName')) {
    const old = present.ramRoleName ?? '';
    if (old !== '') settings.push({ type: 'detach-role', ramRoleName: old });
    settings.push({ type: 'attach-role', ramRoleName: role });
  }
  return settings;
}

function hasMetadata(wanted: MetadataWish, actual: ObservedInstance['metadataOptions']): boolean {
  return (
    (wanted.httpEndpoint === null || wanted.httpEndpoint === actual?.httpEndpoint) &&
    (wanted.httpTokens === null || wanted.httpTokens === actual?.httpTokens) &&
    (wanted.httpPutResponseHopLimit === null || wanted.httpPutResponseHopLimit === actual?.httpPutResponseHopLimit)
  );
}

/** Whether its type is to be changed: that needs a stop. Subscription and spot instances are never retyped. */
export function needsRetype(instance: Instance, member: Member): boolean {
  const { present } = member;
  const differs = present.instanceType !== instance.instanceType && !isIgnored(instance, 'instanceType');
  return differs && isPayAsYouGo(present);
}

export function isPayAsYouGo({ chargeType, spotStrategy }: ObservedInstance): boolean {
  return chargeType !== 'PrePaid' && (spotStrategy === '' || spotStrategy === 'NoSpot');
}

/** Whether other user data is wanted than the instance was made or last replaced with. */
export function hasOtherUserData(instance: Instance, member: Member): boolean {
  if (instance.userData === null || isIgnored(instance, 'userData')) return false;
  return member.present.tags[tagKey.userData] !== userDataMark(instance.userData);
}

/** Fields that are fixed when an instance is made, and that differ. */
export function createOnlyDifferences(instance: Instance, member: Member): readonly Finding[] {
  const { present, disk, ordinal } = member;
  const placement = placementOf(instance, ordinal);
  const index = ordinal % instance.placement.length;
  const isFixedType = !isPayAsYouGo(present);
  const hostName = instance.hostName === null ? null : withOrdinal(instance.hostName, ordinal);
  const { sizeGiB } = instance.systemDisk;
  const isShrinking = disk !== null && sizeGiB < disk.sizeGiB;
  const compared: readonly (readonly [IgnorableField, FieldPath, string, string | null])[] = [
    ['instanceType', ['spec', 'instanceType'], present.instanceType, isFixedType ? instance.instanceType : null],
    ['placement', ['spec', 'placement', index, 'vSwitchId'], present.vSwitchId, placement.vSwitchId],
    ['placement', ['spec', 'placement', index, 'zone'], present.zoneId, placement.zone],
    ['keyPairName', ['spec', 'keyPairName'], present.keyPairName, instance.keyPairName],
    ['hostName', ['spec', 'hostName'], present.hostName, hostName],
    [
      'systemDisk.sizeGiB',
      ['spec', 'systemDisk', 'sizeGiB'],
      String(disk?.sizeGiB),
      isShrinking ? String(sizeGiB) : null,
    ],
  ];
  return compared
    .filter(([field, , actual, wanted]) => wanted !== null && actual !== wanted && !isIgnored(instance, field))
    .map(([field, path, actual, wanted]) => {
      const name = path[path.length - 1];
      return {
        ruleId: 'manifest/create-only',
        severity: 'error',
        message: `\`${name}\` of ${member.address} is '${actual}' and cannot be changed to '${wanted}' on an instance that exists`,
        hint: `Set it back to '${actual}', name it in \`ignoreChanges: [${field}]\`, or give the changed machines another Instance name.`,
        at: child(instance.origin, ...path),
        address: member.address,
        value: String(wanted),
        waiver: null,
        decidedBy: null,
        isInputError: false,
      };
    });
}
