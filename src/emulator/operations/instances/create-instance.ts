import { group, integer, type Parsed, text } from '../../rpc/parameters.js';
import { diskNameParameter } from '../disks/disk-parameters.js';
import { operation } from '../operation.js';
import { prepareLaunch, writeInstances } from './launch.js';
import { createParameters, type LaunchWish } from './launch-parameters.js';
import { countWithin } from './launch-stock.js';
import { launchAccess } from './run-instances.js';

/** The frozen predecessor of RunInstances: one instance, no encryption of its system disk, ends at Stopped. */
const parameters = {
  ...createParameters,
  SystemDisk: group({
    Category: text(),
    Size: integer({ error: { status: 400, code: 'InvalidSystemDiskSize.ValueNotSupported' } }),
    PerformanceLevel: text(),
    DiskName: diskNameParameter,
    Description: text(),
  }),
};

export const createInstance = operation({
  name: 'CreateInstance',
  product: 'ecs',
  access: 'write',
  parameters,
  clientToken: { mismatch: { status: 400, code: 'IdempotentParameterMismatch' } },
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => launchAccess(asLaunchWish(wish), call),
  run(wish, call) {
    const launch = prepareLaunch(asLaunchWish(wish), call);
    const place = { zoneId: launch.placement.zoneId, instanceType: launch.instanceType.id };
    countWithin({ amount: 1, minimum: 1 }, place, call);
    const [id] = writeInstances(launch, 1, { firstEvent: 'instance.created', assignsPublicAddress: false }, call);
    return { InstanceId: id, TradePrice: 0 };
  },
});

type CreateWish = Parsed<typeof parameters>;

function asLaunchWish(wish: CreateWish): LaunchWish {
  const disk = wish.SystemDisk;
  return {
    ...wish,
    SystemDisk:
      disk === undefined
        ? undefined
        : {
            ...disk,
            Encrypted: undefined,
            KMSKeyId: undefined,
            AutoSnapshotPolicyId: undefined,
            BurstingEnabled: undefined,
            ProvisionedIops: undefined,
          },
    SecurityGroupIds: [],
    HostNames: [],
    UniqueSuffix: undefined,
    Amount: undefined,
    MinAmount: undefined,
    AutoReleaseTime: undefined,
    LaunchTemplateId: undefined,
    LaunchTemplateName: undefined,
    LaunchTemplateVersion: undefined,
    NetworkInterface: [],
  };
}
