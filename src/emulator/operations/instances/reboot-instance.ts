import { boolean, required, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { batchAccess, batchParameters, runBatch } from './batch.js';
import { instanceAccess, ownInstance } from './own-instance.js';
import { rebootOne } from './power.js';

export const rebootInstance = operation({
  name: 'RebootInstance',
  product: 'ecs',
  access: 'write',
  parameters: { InstanceId: required(text()), ForceStop: boolean() },
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    rebootOne(call.world, ownInstance(call, wish.InstanceId), 'single');
    return {};
  },
});

export const rebootInstances = operation({
  name: 'RebootInstances',
  product: 'ecs',
  access: 'write',
  parameters: { ...batchParameters, ForceReboot: boolean() },
  dryRun: 'DRYRUN.SUCCESS',
  accessRequest: batchAccess,
  run: (wish, call) => runBatch(wish, call, (instance) => rebootOne(call.world, instance, 'batch')),
});
