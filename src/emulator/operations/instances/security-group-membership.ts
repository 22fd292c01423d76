import { refuse } from '../../rpc/api-error.js';
import { required, text } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { assertNotSecurityLocked } from './instance-locks.js';
import { securityGroup, textAttribute } from './launch-network.js';
import { instanceAccess, ownInstance, refuseStatus } from './own-instance.js';

const parameters = { SecurityGroupId: required(text()), InstanceId: required(text()) };

export const joinSecurityGroup = operation({
  name: 'JoinSecurityGroup',
  product: 'ecs',
  access: 'write',
  parameters,
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const { instance, group } = memberOf(wish, call);
    const { securityGroupIds } = instance;
    if (securityGroupIds.includes(wish.SecurityGroupId)) {
      refuse(403, 'InvalidInstanceId.AlreadyExists', 'The instance is in the security group already.');
    }
    if ((textAttribute(group, 'vpcId') ?? instance.vpcId) !== instance.vpcId) {
      refuse(403, 'InvalidSecurityGroupVpc.NotBelongToOneVpc', 'The security group is in another VPC.');
    }
    if (securityGroupIds.length >= call.world.settings.quotas.securityGroupsPerInstance) {
      refuse(400, 'JoinedGroupLimitExceed', 'The instance is in as many security groups as it can be.');
    }
    call.world.instances.put({ ...instance, securityGroupIds: [...securityGroupIds, wish.SecurityGroupId] });
    return {};
  },
});

export const leaveSecurityGroup = operation({
  name: 'LeaveSecurityGroup',
  product: 'ecs',
  access: 'write',
  parameters,
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const { instance } = memberOf(wish, call);
    const left = instance.securityGroupIds.filter((id) => id !== wish.SecurityGroupId);
    if (left.length === instance.securityGroupIds.length) {
      refuse(403, 'InstanceNotInSecurityGroup', 'The instance is not in the security group.');
    }
    if (left.length === 0) {
      refuse(403, 'InstanceLastSecurityGroup', 'An instance must be in one security group at least.');
    }
    call.world.instances.put({ ...instance, securityGroupIds: left });
    return {};
  },
});

function memberOf(wish: { readonly SecurityGroupId: string; readonly InstanceId: string }, call: Call) {
  const instance: InstanceRow = ownInstance(call, wish.InstanceId);
  assertNotSecurityLocked(instance);
  const group = securityGroup(wish.SecurityGroupId, { ...call, regionId: instance.region });
  if (instance.status !== 'Running' && instance.status !== 'Stopped') refuseStatus(instance);
  return { instance, group };
}
