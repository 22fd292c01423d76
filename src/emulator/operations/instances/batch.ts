/** StartInstances, StopInstances, RebootInstances: one call, up to 100 instances. */

import { ApiError, refuse } from '../../rpc/api-error.js';
import { list, required, text, withDefault } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import type { AccessRequest, Call } from '../operation.js';
import { instanceAccess, ownInstance } from './own-instance.js';

const idsMax = 100;

export const batchParameters = {
  RegionId: required(text()),
  InstanceId: list(text(), { max: idsMax, error: { status: 403, code: 'InvalidParameter.TooManyInstanceIds' } }),
  BatchOptimization: withDefault(text({ oneOf: ['AllTogether', 'SuccessFirst'] }), 'AllTogether'),
};

export interface BatchWish {
  readonly InstanceId: readonly string[];
  readonly BatchOptimization: string;
}

export function batchAccess(wish: { readonly InstanceId: readonly string[] }, call: Call): AccessRequest {
  return instanceAccess(call, wish.InstanceId);
}

export function assertIds(ids: readonly string[]): void {
  if (ids.length === 0) refuse(403, 'InvalidInstanceId.NotFound', 'The list of instance IDs is empty.');
  const odd = ids.find((id) => !/^i-[A-Za-z0-9_-]+$/.test(id));
  if (odd !== undefined) refuse(403, 'Abs.InvalidInstanceIds.MalFormed', `The instance ID ${odd} is malformed.`);
}

interface InstanceResponse {
  readonly InstanceId: string;
  readonly PreviousStatus: string;
  readonly CurrentStatus: string;
  readonly Code: number | string;
  readonly Message: string;
}

/**
 * AllTogether: the first failure is the answer, and what was done before it is undone with the call. SuccessFirst:
 * each instance on its own, its outcome in the answer.
 */
export function runBatch(wish: BatchWish, call: Call, change: (instance: InstanceRow) => InstanceRow) {
  assertIds(wish.InstanceId);
  const isEachOnItsOwn = wish.BatchOptimization === 'SuccessFirst';
  const responses = wish.InstanceId.map((id): InstanceResponse => {
    const before = call.world.instances.get(id);
    try {
      const instance = ownInstance(call, id);
      const after = change(instance);
      return response(id, instance.status, after.status, 200, 'success');
    } catch (error) {
      if (!isEachOnItsOwn || !(error instanceof ApiError)) throw error;
      const status = before?.account === call.caller.uid ? before.status : '';
      return response(id, status, status, error.code, error.message);
    }
  });
  return { InstanceResponses: { InstanceResponse: responses } };
}

function response(
  InstanceId: string,
  PreviousStatus: string,
  CurrentStatus: string,
  Code: number | string,
  Message: string,
): InstanceResponse {
  return { InstanceId, PreviousStatus, CurrentStatus, Code, Message };
}
