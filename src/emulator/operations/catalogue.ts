import { ApiError } from '../rpc/api-error.js';
import type { ScheduledEvent } from '../world/state.js';
import type { World } from '../world/world.js';
import { ecsOperationNames } from './ecs-operation-names.js';
import { imageOperations, imageTransitions } from './images/index.js';
import { instanceOperations, instanceTransitions } from './instances/index.js';
import { kmsOperations } from './kms/index.js';
import { locationOperations } from './location/index.js';
import type { AnyOperation } from './operation.js';
import { regionOperations } from './regions/index.js';

const productByVersion: ReadonlyMap<string, AnyOperation['product']> = new Map([
  ['2014-05-26', 'ecs'],
  ['2015-04-01', 'sts'],
  ['2016-01-20', 'kms'],
  ['2016-04-28', 'vpc'],
  ['2015-06-12', 'location'],
]);

/** Every operation that the emulator carries out. */
export class Catalogue {
  private readonly operationByKey: ReadonlyMap<string, AnyOperation>;

  /** `further` operations need more than the world: those of STS. */
  constructor(further: readonly AnyOperation[]) {
    const all = [
      ...imageOperations,
      ...instanceOperations,
      ...regionOperations,
      ...kmsOperations,
      ...locationOperations,
      ...further,
    ];
    this.operationByKey = new Map(all.map((operation) => [`${operation.product}/${operation.name}`, operation]));
  }

  /** Throws the code for an unknown version or action; the message tells an unknown from one that is not imitated. */
  find(version: string, action: string): AnyOperation {
    if (action === '') throw new ApiError(400, 'MissingAction', 'Action is mandatory for this action.');
    if (version === '') throw new ApiError(400, 'MissingVersion', `Version is mandatory for the action '${action}'.`);
    const product = productByVersion.get(version);
    if (product === undefined) {
      throw new ApiError(
        400,
        'InvalidVersion',
        `Specified parameter Version '${version}' of '${action}' is not valid.`,
      );
    }
    const operation = this.operationByKey.get(`${product}/${action}`);
    if (operation !== undefined) return operation;
    if (product === 'ecs' && ecsOperationNames.has(action)) throw notImitated(action);
    throw new ApiError(
      404,
      'InvalidAction.NotFound',
      `Specified api is not found, please check your url and method: no operation '${action}' of version ${version}.`,
    );
  }
}

/** Not a 404: clients take that for a thing that is gone. Not a 5xx: they would try again. */
function notImitated(action: string): ApiError {
  return new ApiError(
    400,
    'UnsupportedOperation.Emulator',
    `The operation '${action}' exists in ECS, but tallyman's emulator does not imitate it.`,
  );
}

const transitionByKind = new Map([...imageTransitions, ...instanceTransitions].map((each) => [each.kind, each]));

/** Carries out a scheduled event. */
export function runEvent(event: ScheduledEvent, world: World): void {
  const transition = transitionByKind.get(event.kind);
  if (transition === undefined) throw new Error(`no transition of kind '${event.kind}'`);
  transition.run(event, world);
}
