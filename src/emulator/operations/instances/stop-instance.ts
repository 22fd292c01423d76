import { boolean, choice, required, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { batchAccess, batchParameters, runBatch } from './batch.js';
import { instanceAccess, ownInstance } from './own-instance.js';
import { stopOne } from './power.js';

/** ConfirmStop is ignored by the service and retiring. */
const stopParameters = {
  ForceStop: boolean(),
  StoppedMode: choice(['StopCharging', 'KeepCharging']),
  ConfirmStop: boolean(),
};

export const stopInstance = operation({
  name: 'StopInstance',
  product: 'ecs',
  access: 'write',
  parameters: { InstanceId: required(text()), ...stopParameters },
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    stopOne(call.world, ownInstance(call, wish.InstanceId), { stoppedMode: wish.StoppedMode, keyErrors: 'single' });
    return {};
  },
});

export const stopInstances = operation({
  name: 'StopInstances',
  product: 'ecs',
  access: 'write',
  parameters: { ...batchParameters, ...stopParameters },
  dryRun: 'DRYRUN.SUCCESS',
  accessRequest: batchAccess,
  run: (wish, call) =>
    runBatch(wish, call, (instance) =>
      stopOne(call.world, instance, { stoppedMode: wish.StoppedMode, keyErrors: 'batch' }),
    ),
});
