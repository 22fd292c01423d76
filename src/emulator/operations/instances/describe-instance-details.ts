/** The small reads about instances. Shapes: ECS API reference, each operation's page. */

import { refuse } from '../../rpc/api-error.js';
import { integer, list, required, text, withDefault } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { allInstances } from './describe-instances.js';
import { pickInstances } from './instance-filters.js';
import { instanceView } from './instance-view.js';
import { instanceAccess, ownInstance } from './own-instance.js';
import { pageOf } from './paging.js';

const oneInstance = { InstanceId: required(text()) };
const pages = {
  PageNumber: withDefault(integer({ min: 1 }), 1),
  PageSize: withDefault(integer({ min: 1, max: 100 }), 10),
};

interface NumberedPage {
  readonly PageNumber: number;
  readonly PageSize: number;
}

/** One numbered page of the named instances, or of all. */
function numberedPage(rows: readonly InstanceRow[], { PageNumber, PageSize }: NumberedPage, call: Call) {
  const request = { PageNumber, PageSize, MaxResults: undefined, NextToken: undefined };
  const page = pageOf({ rows }, request, call.world);
  return { rows: page.rows, members: { TotalCount: page.members.TotalCount, PageNumber, PageSize } };
}

function named(ids: readonly string[], { world, caller, regionId }: Call): readonly InstanceRow[] {
  return ids.length === 0
    ? world.instances.list(caller.uid, regionId)
    : pickInstances(ids, caller.uid, regionId, world);
}

const healthByStatus: Readonly<Record<InstanceRow['status'], { readonly Code: number; readonly Name: string }>> = {
  Pending: { Code: 240, Name: 'Initializing' },
  Starting: { Code: 240, Name: 'Initializing' },
  Running: { Code: 0, Name: 'Ok' },
  Stopping: { Code: 240, Name: 'Initializing' },
  Stopped: { Code: 0, Name: 'Ok' },
};
const statusCodes: Readonly<Record<InstanceRow['status'], number>> = {
  Pending: 5,
  Starting: 4,
  Running: 1,
  Stopping: 3,
  Stopped: 2,
};

export const describeInstancesFullStatus = operation({
  name: 'DescribeInstancesFullStatus',
  product: 'ecs',
  access: 'read',
  parameters: { RegionId: required(text()), InstanceId: list(text(), { max: 100 }), Status: text(), ...pages },
  accessRequest: (_wish, call) => allInstances(call),
  run(wish, call) {
    const rows = named(wish.InstanceId, call).filter((row) => (wish.Status ?? row.status) === row.status);
    const page = numberedPage(rows, wish, call);
    const statuses = page.rows.map((row) => ({
      InstanceId: row.id,
      Status: { Code: statusCodes[row.status], Name: row.status },
      HealthStatus: healthByStatus[row.status],
      ScheduledSystemEventSet: { ScheduledSystemEventType: [] },
    }));
    return { InstanceFullStatusSet: { InstanceFullStatusType: statuses }, ...page.members };
  },
});

/** The fields of one DescribeInstances entry at the top level; IoOptimized is a word here. */
export const describeInstanceAttribute = operation({
  name: 'DescribeInstanceAttribute',
  product: 'ecs',
  access: 'read',
  parameters: oneInstance,
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const view = instanceView(ownInstance(call, wish.InstanceId), call.world, new Set());
    return { ...view, IoOptimized: 'optimized', EnableJumboFrame: false, EnableNetworkEncryption: false };
  },
});

export const describeUserData = operation({
  name: 'DescribeUserData',
  product: 'ecs',
  access: 'read',
  parameters: { RegionId: required(text()), ...oneInstance },
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const instance = ownInstance(call, wish.InstanceId);
    return { RegionId: instance.region, InstanceId: instance.id, UserData: instance.userData };
  },
});

export const describeInstanceMaintenanceAttributes = operation({
  name: 'DescribeInstanceMaintenanceAttributes',
  product: 'ecs',
  access: 'read',
  parameters: { RegionId: required(text()), InstanceId: list(text(), { max: 100 }), ...pages },
  accessRequest: (_wish, call) => allInstances(call),
  run(wish, call) {
    const page = numberedPage(named(wish.InstanceId, call), wish, call);
    const attributes = page.rows.map((row) => ({
      InstanceId: row.id,
      NotifyOnMaintenance: false,
      ActionOnMaintenance: {
        Value: 'AutoRecover',
        DefaultValue: 'AutoRecover',
        SupportedValues: { SupportedValue: ['Stop', 'AutoRecover'] },
      },
      MaintenanceWindows: { MaintenanceWindow: [] },
    }));
    return { MaintenanceAttributes: { MaintenanceAttribute: attributes }, ...page.members };
  },
});

export const describeInstanceAttachmentAttributes = operation({
  name: 'DescribeInstanceAttachmentAttributes',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    InstanceIds: text(),
    ...pages,
  },
  accessRequest: (_wish, call) => allInstances(call),
  run(wish, call) {
    const page = numberedPage(named(idsOf(wish.InstanceIds), call), wish, call);
    const instances = page.rows.map((row) => ({
      InstanceId: row.id,
      PrivatePoolOptionsId: '',
      PrivatePoolOptionsMatchCriteria: 'None',
    }));
    return { Instances: { Instance: instances }, ...page.members };
  },
});

/** `["i-a"]`, or the bare IDs that some clients send. */
function idsOf(value: string | undefined): readonly string[] {
  return value?.match(/i-[A-Za-z0-9_-]+/g) ?? [];
}

/** Of subscriptions only: the operation refuses others. */
export const describeInstanceAutoRenewAttribute = operation({
  name: 'DescribeInstanceAutoRenewAttribute',
  product: 'ecs',
  access: 'read',
  parameters: { RegionId: required(text()), InstanceId: text(), ...pages },
  accessRequest: (_wish, call) => allInstances(call),
  run(wish, call) {
    const ids = wish.InstanceId?.split(',') ?? [];
    for (const id of ids) {
      const instance = ownInstance(call, id);
      if (instance.chargeType === 'PostPaid') {
        refuse(403, 'ChargeTypeViolation', `The instance ${id} is no subscription.`);
      }
    }
    const rows = named(ids, call).filter((row) => row.chargeType === 'PrePaid');
    const page = numberedPage(rows, wish, call);
    const attributes = page.rows.map((row) => ({
      InstanceId: row.id,
      AutoRenewEnabled: false,
      RenewalStatus: 'Normal',
      Duration: 0,
      PeriodUnit: 'Month',
    }));
    return { InstanceRenewAttributes: { InstanceRenewAttribute: attributes }, ...page.members };
  },
});
