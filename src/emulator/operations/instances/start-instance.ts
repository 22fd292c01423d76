import { boolean, required, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { batchAccess, batchParameters, runBatch } from './batch.js';
import { instanceAccess, ownInstance } from './own-instance.js';
import { startOne } from './power.js';

export const startInstance = operation({
  name: 'StartInstance',
  product: 'ecs',
  access: 'write',
  parameters: { InstanceId: required(text()), InitLocalDisk: boolean() },
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    startOne(call.world, ownInstance(call, wish.InstanceId), 'start');
    return {};
  },
});

export const startInstances = operation({
  name: 'StartInstances',
  product: 'ecs',
  access: 'write',
  parameters: batchParameters,
  dryRun: 'DRYRUN.SUCCESS',
  accessRequest: batchAccess,
  run: (wish, call) => runBatch(wish, call, (instance) => startOne(call.world, instance, 'batch')),
});
