import { refuse } from '../../rpc/api-error.js';
import { boolean, choice, list, type Parsed, required, text } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { assertNotSecurityLocked } from './instance-locks.js';
import { assertPassword, assertUserData } from './launch.js';
import { assertHostName, assertInstanceName } from './launch-names.js';
import { securityGroupSet, textAttribute } from './launch-network.js';
import { descriptionParameter } from './launch-parameters.js';
import { instanceAccess, ownInstance, refuseStatus } from './own-instance.js';

const parameters = {
  InstanceId: required(text()),
  InstanceName: text(),
  Description: descriptionParameter,
  HostName: text(),
  Password: text(),
  UserData: text(),
  DeletionProtection: boolean(),
  SecurityGroupIds: list(text()),
  CreditSpecification: choice(['Standard', 'Unlimited']),
  Recyclable: boolean(),
  EnableJumboFrame: boolean(),
};

export const modifyInstanceAttribute = operation({
  name: 'ModifyInstanceAttribute',
  product: 'ecs',
  access: 'write',
  parameters,
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const instance = ownInstance(call, wish.InstanceId);
    assertNotSecurityLocked(instance);
    assertTexts(wish, instance, call);
    assertStates(wish, instance);
    if (wish.DeletionProtection === true) assertProtectable(instance);
    if (wish.SecurityGroupIds.length > 0) assertGroups(wish.SecurityGroupIds, instance, call);
    call.world.instances.put({
      ...instance,
      name: wish.InstanceName ?? instance.name,
      description: wish.Description ?? instance.description,
      hostName: wish.HostName ?? instance.hostName,
      userData: wish.UserData ?? instance.userData,
      deletionProtection: wish.DeletionProtection ?? instance.deletionProtection,
      creditSpecification: wish.CreditSpecification ?? instance.creditSpecification,
      securityGroupIds: wish.SecurityGroupIds.length > 0 ? wish.SecurityGroupIds : instance.securityGroupIds,
    });
    return {};
  },
});

type AttributeWish = Parsed<typeof parameters>;

function assertTexts(wish: AttributeWish, instance: InstanceRow, { world }: Call): void {
  const image = world.images.get(instance.imageId);
  if (wish.InstanceName !== undefined) assertInstanceName(wish.InstanceName);
  if (wish.HostName !== undefined) assertHostName(wish.HostName, image?.osType ?? 'linux');
  if (wish.UserData !== undefined) assertUserData(wish.UserData, undefined, 403);
  assertPassword(wish.Password, undefined);
}

/** Name, description and protection change in every state; the others wait for the system to be up or off. */
function assertStates(wish: AttributeWish, instance: InstanceRow): void {
  const isUpOrOff = instance.status === 'Running' || instance.status === 'Stopped';
  const needsUpOrOff = wish.HostName !== undefined || wish.Password !== undefined;
  if (needsUpOrOff && !isUpOrOff) refuseStatus(instance);
  if (wish.UserData !== undefined && instance.status !== 'Stopped') refuseStatus(instance);
  if (wish.EnableJumboFrame !== undefined && !isUpOrOff) {
    refuse(400, 'InvalidOperation.InstanceStatusNotSupport', `Jumbo frames do not change while ${instance.status}.`);
  }
}

function assertProtectable(instance: InstanceRow): void {
  if (instance.chargeType === 'PostPaid' && instance.spotStrategy === 'NoSpot') return;
  refuse(403, 'InvalidChargeType.ValueNotSupported', 'Only pay-as-you-go instances take deletion protection.');
}

function assertGroups(ids: readonly string[], instance: InstanceRow, call: Call): void {
  const groups = securityGroupSet(ids, { ...call, regionId: instance.region }, 404);
  const isElsewhere = groups.some(({ row }) => (textAttribute(row, 'vpcId') ?? instance.vpcId) !== instance.vpcId);
  if (!isElsewhere) return;
  refuse(404, 'InvalidSecurityGroupVpc.NotBelongToOneVpc', 'A security group is in another VPC than the instance.');
}
