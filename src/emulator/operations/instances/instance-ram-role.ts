/** Attaching, detaching and listing the RAM roles of instances. Source: ECS API reference, AttachInstanceRamRole. */

import { refuse } from '../../rpc/api-error.js';
import { integer, jsonStrings, required, text, withDefault } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { pickInstances } from './instance-filters.js';
import { assertRole } from './launch.js';
import { instanceAccess, ownInstance } from './own-instance.js';
import { pageOf } from './paging.js';

const malformed = { status: 400, code: 'InvalidInstanceIds.Malformed' };
const idsParameter = jsonStrings({ max: 100, error: malformed, tooMany: malformed });

interface Outcome {
  readonly InstanceId: string;
  readonly Code: string;
  readonly Message: string;
  readonly Success: boolean;
}

function done(instance: InstanceRow): Outcome {
  return { InstanceId: instance.id, Code: '200', Message: 'success', Success: true };
}

export const attachInstanceRamRole = operation({
  name: 'AttachInstanceRamRole',
  product: 'ecs',
  access: 'write',
  parameters: {
    RegionId: required(text()),
    InstanceIds: required(idsParameter),
    RamRoleName: required(text()),
    Policy: text({ maxLength: 1024 }),
  },
  accessRequest: (wish, call) => instanceAccess(call, wish.InstanceIds),
  run(wish, call) {
    const instances = namedInstances(wish.InstanceIds, call);
    assertRole(wish.RamRoleName, call);
    const results = instances.map((instance) => attach(instance, wish.RamRoleName, call));
    return {
      AttachInstanceRamRoleResults: { AttachInstanceRamRoleResult: results },
      TotalCount: results.length,
      FailCount: results.filter((result) => !result.Success).length,
      RamRoleName: wish.RamRoleName,
    };
  },
});

/** An instance has one role at most; the code for a second one is not documented. */
function attach(instance: InstanceRow, role: string, { world }: Call): Outcome {
  if (instance.ramRoleName !== '') {
    const Message = `The instance already has the RAM role ${instance.ramRoleName}.`;
    return { InstanceId: instance.id, Code: 'InvalidRamRole.AlreadyAttached', Message, Success: false };
  }
  world.instances.put({ ...instance, ramRoleName: role });
  return done(instance);
}

export const detachInstanceRamRole = operation({
  name: 'DetachInstanceRamRole',
  product: 'ecs',
  access: 'write',
  parameters: { RegionId: required(text()), InstanceIds: required(idsParameter), RamRoleName: text() },
  accessRequest: (wish, call) => instanceAccess(call, wish.InstanceIds),
  run(wish, call) {
    const results = namedInstances(wish.InstanceIds, call).map((instance) => detach(instance, wish.RamRoleName, call));
    return {
      DetachInstanceRamRoleResults: { DetachInstanceRamRoleResult: results },
      TotalCount: results.length,
      FailCount: results.filter((result) => !result.Success).length,
      RamRoleName: wish.RamRoleName ?? '',
    };
  },
});

function detach(instance: InstanceRow, role: string | undefined, { world }: Call): Outcome & Record<string, unknown> {
  const sets = { InstanceRamRoleSet: [{ InstanceId: instance.id, RamRoleName: instance.ramRoleName }] };
  if (role !== undefined && role !== instance.ramRoleName) {
    const Message = `The instance does not have the RAM role ${role}.`;
    return {
      InstanceId: instance.id,
      Code: 'InvalidRamRole.NotFound',
      Message,
      Success: false,
      InstanceRamRoleSets: sets,
    };
  }
  world.instances.put({ ...instance, ramRoleName: '' });
  return { ...done(instance), InstanceRamRoleSets: sets };
}

function namedInstances(ids: readonly string[], call: Call): readonly InstanceRow[] {
  if (ids.length === 0) refuse(400, 'InvalidInstanceIds.Malformed', 'InstanceIds must name an instance.');
  return [...new Set(ids)].map((id) => ownInstance(call, id));
}

export const describeInstanceRamRole = operation({
  name: 'DescribeInstanceRamRole',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    InstanceIds: idsParameter,
    RamRoleName: text(),
    PageNumber: withDefault(integer({ min: 1 }), 1),
    PageSize: withDefault(integer({ min: 1, max: 50 }), 10),
  },
  accessRequest: (wish, call) => instanceAccess(call, wish.InstanceIds ?? ['*']),
  run(wish, call) {
    const { world, caller, regionId } = call;
    if (wish.InstanceIds !== undefined) namedInstances(wish.InstanceIds, call);
    const rows =
      wish.InstanceIds === undefined
        ? world.instances.list(caller.uid, regionId)
        : pickInstances(wish.InstanceIds, caller.uid, regionId, world);
    const { RamRoleName } = wish;
    const isAsked = wish.InstanceIds !== undefined;
    const matches = (row: InstanceRow) =>
      RamRoleName === undefined ? isAsked || row.ramRoleName !== '' : row.ramRoleName === RamRoleName;
    const page = pageOf({ rows, matches }, { ...wish, MaxResults: undefined, NextToken: undefined }, world);
    const { TotalCount, PageNumber, PageSize } = page.members;
    return {
      RegionId: regionId,
      InstanceRamRoleSets: {
        InstanceRamRoleSet: page.rows.map((row) => ({ InstanceId: row.id, RamRoleName: row.ramRoleName })),
      },
      TotalCount,
      PageNumber,
      PageSize,
    };
  },
});
