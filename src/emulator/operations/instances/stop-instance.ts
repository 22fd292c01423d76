import { boolean, choice, required, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { batchAccess, batchParameters, runBatch } from './batch.js';
import { instanceAccess, ownInstance } from './own-instance.js';
import { stopOne } from './power.js';

/** ConfirmStop is ignored by the service and retiring. */
const stopParameters = {
  ForceStop: boolean(),
  StoppedMode: choice(['StopCharging', 'KeepCharging', 'Not-applicable']),
  ConfirmStop: boolean(),
};

/**
 * What DescribeInstances answers for an instance that runs comes back here from clients that keep what they read, such as
 * the Terraform provider: it names no mode.
 */
function modeAsked(
  stoppedMode: 'StopCharging' | 'KeepCharging' | 'Not-applicable' | undefined,
): 'StopCharging' | 'KeepCharging' | undefined {
  return stoppedMode === 'Not-applicable' ? undefined : stoppedMode;
}

export const stopInstance = operation({
  name: 'StopInstance',
  product: 'ecs',
  access: 'write',
  parameters: { InstanceId: required(text()), ...stopParameters },
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const stoppedMode = modeAsked(wish.StoppedMode);
    stopOne(call.world, ownInstance(call, wish.InstanceId), { stoppedMode, keyErrors: 'single' });
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
      stopOne(call.world, instance, { stoppedMode: modeAsked(wish.StoppedMode), keyErrors: 'batch' }),
    ),
});
