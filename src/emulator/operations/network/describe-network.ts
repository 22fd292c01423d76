/** Networks exist as far as the scenario lists them: they are read, never made. */

import { integer, jsonStrings, list, required, text, withDefault } from '../../rpc/parameters.js';
import type { InstanceRow, NamedRow } from '../../world/state.js';
import { tagsView } from '../instances/instance-view.js';
import { textAttribute } from '../instances/launch-network.js';
import { toSecondText } from '../instances/time-text.js';
import { type Call, operation } from '../operation.js';

const pages = {
  PageNumber: withDefault(integer({ min: 1 }), 1),
  PageSize: withDefault(integer({ min: 1, max: 100 }), 10),
};

interface NumberedPage {
  readonly PageNumber: number;
  readonly PageSize: number;
}

function slice<T>(rows: readonly T[], { PageNumber, PageSize }: NumberedPage) {
  const first = (PageNumber - 1) * PageSize;
  return { rows: rows.slice(first, first + PageSize), members: { TotalCount: rows.length, PageNumber, PageSize } };
}

function vpcOf(row: NamedRow): string {
  return textAttribute(row, 'vpcId') ?? '';
}

export const describeSecurityGroups = operation({
  name: 'DescribeSecurityGroups',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    SecurityGroupId: text(),
    SecurityGroupIds: jsonStrings({ max: 100 }),
    VpcId: text(),
    ...pages,
  },
  run(wish, call) {
    const rows = call.world
      .named('securityGroups')
      .list(call.caller.uid, call.regionId)
      .filter(
        (row) =>
          (wish.SecurityGroupId ?? row.id) === row.id &&
          (wish.SecurityGroupIds?.includes(row.id) ?? true) &&
          (wish.VpcId ?? vpcOf(row)) === vpcOf(row),
      );
    const page = slice(rows, wish);
    const groups = page.rows.map((row) => ({
      SecurityGroupId: row.id,
      SecurityGroupName: row.id,
      SecurityGroupType: 'normal',
      Description: '',
      VpcId: vpcOf(row),
      ResourceGroupId: '',
      Tags: { Tag: [] },
    }));
    return { RegionId: call.regionId, SecurityGroups: { SecurityGroup: groups }, NextToken: '', ...page.members };
  },
});

export const describeVSwitches = operation({
  name: 'DescribeVSwitches',
  product: 'vpc',
  access: 'read',
  parameters: { RegionId: text(), VSwitchId: text(), VpcId: text(), ZoneId: text(), ...pages },
  run(wish, call) {
    const rows = vSwitches(call).filter(
      (row) =>
        (wish.VSwitchId ?? row.id) === row.id &&
        (wish.VpcId ?? vpcOf(row)) === vpcOf(row) &&
        (wish.ZoneId ?? textAttribute(row, 'zone')) === textAttribute(row, 'zone'),
    );
    const page = slice(rows, wish);
    const switches = page.rows.map((row) => ({
      VSwitchId: row.id,
      VSwitchName: row.id,
      VpcId: vpcOf(row),
      ZoneId: textAttribute(row, 'zone') ?? '',
      CidrBlock: textAttribute(row, 'cidrBlock') ?? '',
      Status: 'Available',
      Description: '',
      Tags: { Tag: [] },
    }));
    return { VSwitches: { VSwitch: switches }, ...page.members };
  },
});

function vSwitches(call: Call): readonly NamedRow[] {
  return call.world.named('vSwitches').list(call.caller.uid, call.regionId);
}

/** The VPCs that vSwitches of the scenario are in. */
export const describeVpcs = operation({
  name: 'DescribeVpcs',
  product: 'vpc',
  access: 'read',
  parameters: { RegionId: required(text()), VpcId: text(), ...pages },
  run(wish, call) {
    const all = vSwitches(call);
    const ids = [...new Set(all.map(vpcOf))].filter((id) => (wish.VpcId?.split(',') ?? [id]).includes(id));
    const page = slice(ids, wish);
    const vpcs = page.rows.map((id) => ({
      VpcId: id,
      VpcName: id,
      RegionId: call.regionId,
      Status: 'Available',
      CidrBlock: '192.168.0.0/16',
      IsDefault: false,
      VSwitchIds: { VSwitchId: all.filter((row) => vpcOf(row) === id).map((row) => row.id) },
    }));
    return { Vpcs: { Vpc: vpcs }, ...page.members };
  },
});

/** Every instance has one network interface, its primary one. */
export const describeNetworkInterfaces = operation({
  name: 'DescribeNetworkInterfaces',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    NetworkInterfaceId: list(text(), { max: 100 }),
    InstanceId: text(),
    VSwitchId: text(),
    VpcId: text(),
    SecurityGroupId: text(),
    PrimaryIpAddress: text(),
    ...pages,
    PageSize: withDefault(integer({ min: 1, max: 500 }), 10),
  },
  run(wish, call) {
    const ids = new Set(wish.NetworkInterfaceId);
    const rows = call.world.instances
      .list(call.caller.uid, call.regionId)
      .filter(
        (row) =>
          (ids.size === 0 || ids.has(row.networkInterfaceId)) &&
          (wish.InstanceId ?? row.id) === row.id &&
          (wish.VSwitchId ?? row.vSwitchId) === row.vSwitchId &&
          (wish.VpcId ?? row.vpcId) === row.vpcId &&
          (wish.PrimaryIpAddress ?? row.privateIp) === row.privateIp &&
          (wish.SecurityGroupId === undefined || row.securityGroupIds.includes(wish.SecurityGroupId)),
      );
    const page = slice(rows, wish);
    return {
      NetworkInterfaceSets: { NetworkInterfaceSet: page.rows.map(interfaceView) },
      NextToken: '',
      ...page.members,
    };
  },
});

function interfaceView(instance: InstanceRow) {
  return {
    NetworkInterfaceId: instance.networkInterfaceId,
    InstanceId: instance.id,
    Type: 'Primary',
    Status: 'InUse',
    MacAddress: instance.macAddress,
    PrivateIpAddress: instance.privateIp,
    PrivateIpSets: { PrivateIpSet: [{ PrivateIpAddress: instance.privateIp, Primary: true }] },
    VpcId: instance.vpcId,
    VSwitchId: instance.vSwitchId,
    ZoneId: instance.zoneId,
    SecurityGroupIds: { SecurityGroupId: instance.securityGroupIds },
    CreationTime: toSecondText(instance.createdAt),
    DeleteOnRelease: true,
    Tags: tagsView(instance.tags),
    Attachment: { InstanceId: instance.id, DeviceIndex: 0, NetworkCardIndex: 0, TrunkNetworkInterfaceId: '' },
    ResourceGroupId: instance.resourceGroupId,
  };
}
