import { integer, list, required, text, withDefault } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { allInstances } from './describe-instances.js';
import { pickInstances } from './instance-filters.js';
import { ownInstance } from './own-instance.js';
import { pageOf } from './paging.js';

const idsMax = 100;

/** Pages by number only, at most 50 to a page. Source: ECS API reference, DescribeInstanceStatus. */
export const describeInstanceStatus = operation({
  name: 'DescribeInstanceStatus',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    InstanceId: list(text(), { max: idsMax, error: { status: 403, code: 'InvalidParameter.TooManyInstanceIds' } }),
    ZoneId: text(),
    ClusterId: text(),
    PageNumber: withDefault(integer({ min: 1 }), 1),
    PageSize: withDefault(integer({ min: 1, max: 50 }), 10),
  },
  accessRequest: (_wish, call) => allInstances(call),
  run(wish, call) {
    const { world, caller, regionId } = call;
    for (const id of wish.InstanceId) ownInstance(call, id);
    const rows =
      wish.InstanceId.length === 0
        ? world.instances.list(caller.uid, regionId)
        : pickInstances(wish.InstanceId, caller.uid, regionId, world);
    const { ZoneId } = wish;
    const matches = ZoneId === undefined ? undefined : (row: { zoneId: string }) => row.zoneId === ZoneId;
    const page = pageOf({ rows, matches }, { ...wish, MaxResults: undefined, NextToken: undefined }, world);
    const { TotalCount, PageNumber, PageSize } = page.members;
    return {
      InstanceStatuses: { InstanceStatus: page.rows.map((row) => ({ InstanceId: row.id, Status: row.status })) },
      TotalCount,
      PageNumber,
      PageSize,
    };
  },
});
