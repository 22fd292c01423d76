/** An instance as DescribeInstances shows it, nesting and spelling included. Source: ECS API reference, DescribeInstances. */

import type { InstanceRow, Tags } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { instanceType } from '../instance-types/catalogue.js';
import { neverExpires, toMinuteText, toSecondText } from './time-text.js';

export function tagsView(tags: Tags) {
  return { Tag: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })) };
}

/** `additional` holds the AdditionalAttributes of the request: what only they add is left out otherwise. */
export function instanceView(instance: InstanceRow, world: World, additional: ReadonlySet<string>) {
  // Spreading so many members together is ten times as slow, which a page of 100 would feel.
  const view = Object.assign(identityView(instance), systemView(instance, world), chargeView(instance));
  return Object.assign(view, networkView(instance), emptyView(instance), additionalView(instance, additional));
}

function identityView(instance: InstanceRow) {
  return {
    InstanceId: instance.id,
    InstanceName: instance.name,
    HostName: instance.hostName,
    Description: instance.description,
    Status: instance.status,
    RegionId: instance.region,
    ZoneId: instance.zoneId,
    ClusterId: '',
    SerialNumber: instance.serialNumber,
    ResourceGroupId: instance.resourceGroupId,
    DeletionProtection: instance.deletionProtection,
    KeyPairName: instance.keyPairName,
    Tags: tagsView(instance.tags),
    OperationLocks: { LockReason: instance.locks.map((reason) => ({ LockReason: reason, LockMsg: '' })) },
  };
}

/** Memory is MiB here and GiB in DescribeInstanceTypes. The system's names come from the image while it exists. */
function systemView(instance: InstanceRow, world: World) {
  const type = instanceType(instance.instanceType);
  const image = world.images.get(instance.imageId);
  return {
    ImageId: instance.imageId,
    OSName: image?.osName ?? '',
    OSNameEn: image?.osName ?? '',
    OSType: image?.osType ?? 'linux',
    InstanceType: instance.instanceType,
    InstanceTypeFamily: type?.family ?? familyOf(instance.instanceType),
    Cpu: type?.vCpus ?? 0,
    Memory: (type?.memoryGiB ?? 0) * 1024,
    GPUAmount: 0,
    GPUSpec: '',
    IoOptimized: true,
    CreditSpecification: instance.creditSpecification,
  };
}

/** `ecs.g7` of `ecs.g7.large`. */
export function familyOf(typeId: string): string {
  return instanceType(typeId)?.family ?? typeId.split('.').slice(0, -1).join('.');
}

function chargeView(instance: InstanceRow) {
  return {
    InstanceChargeType: instance.chargeType,
    SpotStrategy: instance.spotStrategy,
    SpotPriceLimit: 0,
    SpotDuration: 0,
    SaleCycle: '',
    CreationTime: toMinuteText(instance.createdAt),
    StartTime: instance.startedAt === null ? '' : toMinuteText(instance.startedAt),
    ExpiredTime: neverExpires,
    AutoReleaseTime: instance.autoReleaseAt === null ? '' : toSecondText(instance.autoReleaseAt),
    StoppedMode: instance.status === 'Stopped' ? instance.stoppedMode : 'Not-applicable',
    Recyclable: false,
    DeviceAvailable: true,
  };
}

function networkView(instance: InstanceRow) {
  return {
    InternetChargeType: instance.internetChargeType,
    InternetMaxBandwidthIn: instance.internetMaxBandwidthIn,
    InternetMaxBandwidthOut: instance.internetMaxBandwidthOut,
    InstanceNetworkType: 'vpc',
    VlanId: '',
    SecurityGroupIds: { SecurityGroupId: instance.securityGroupIds },
    PublicIpAddress: { IpAddress: present(instance.publicIp) },
    InnerIpAddress: { IpAddress: [] },
    RdmaIpAddress: { IpAddress: [] },
    VpcAttributes: {
      VpcId: instance.vpcId,
      VSwitchId: instance.vSwitchId,
      NatIpAddress: '',
      PrivateIpAddress: { IpAddress: present(instance.privateIp) },
    },
    EipAddress: { AllocationId: '', IpAddress: '', Bandwidth: 0, InternetChargeType: '', IsSupportUnassociate: false },
    NetworkInterfaces: { NetworkInterface: instance.networkInterfaceId === '' ? [] : [primaryInterface(instance)] },
  };
}

function primaryInterface(instance: InstanceRow) {
  return {
    NetworkInterfaceId: instance.networkInterfaceId,
    MacAddress: instance.macAddress,
    PrimaryIpAddress: instance.privateIp,
    Type: 'Primary',
    PrivateIpSets: {
      PrivateIpSet: present(instance.privateIp).map((address) => ({ PrivateIpAddress: address, Primary: true })),
    },
    Ipv6Sets: { Ipv6Set: [] },
    Ipv4PrefixSets: { Ipv4PrefixSet: [] },
    Ipv6PrefixSets: { Ipv6PrefixSet: [] },
  };
}

function present(text: string): readonly string[] {
  return text === '' ? [] : [text];
}

/** Members that the service sends though nothing of the emulated cloud fills them. */
function emptyView(instance: InstanceRow) {
  return {
    HpcClusterId: '',
    DeploymentSetId: '',
    LocalStorageAmount: 0,
    LocalStorageCapacity: 0,
    ISP: '',
    DedicatedHostAttribute: { DedicatedHostId: '', DedicatedHostName: '', DedicatedHostClusterId: '' },
    DedicatedInstanceAttribute: { Tenancy: '', Affinity: '' },
    EcsCapacityReservationAttr: { CapacityReservationId: '', CapacityReservationPreference: '' },
    HibernationOptions: { Configured: false },
    CpuOptions: { CoreCount: coresOf(instance), ThreadsPerCore: 2, Numa: '' },
  };
}

function coresOf(instance: InstanceRow): number {
  return Math.ceil((instanceType(instance.instanceType)?.vCpus ?? 0) / 2);
}

function additionalView(instance: InstanceRow, additional: ReadonlySet<string>) {
  return {
    ...(additional.has('META_OPTIONS') ? { MetadataOptions: metadataView(instance) } : {}),
    ...(additional.has('LOGIN_AS_NON_ROOT') ? { ImageOptions: { LoginAsNonRoot: instance.loginAsNonRoot } } : {}),
    ...(additional.has('DISK_HIGH_DENSITY_MODE') ? { AdditionalInfo: { EnableHighDensityMode: false } } : {}),
    ...(additional.has('CPU_OPTIONS_TOPOLOGY_TYPE')
      ? { CpuOptions: { CoreCount: coresOf(instance), ThreadsPerCore: 2, Numa: '', TopologyType: '' } }
      : {}),
  };
}

function metadataView(instance: InstanceRow) {
  const { httpEndpoint, httpTokens, httpPutResponseHopLimit } = instance.metadataOptions;
  return {
    HttpEndpoint: httpEndpoint,
    HttpTokens: httpTokens,
    HttpPutResponseHopLimit: httpPutResponseHopLimit,
    InstanceMetadataTags: 'disabled',
  };
}
