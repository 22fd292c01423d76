import type { ErrorSpec } from '../rpc/api-error.js';
import type { ParameterSpec, Parsed, RawParameters } from '../rpc/parameters.js';
import type { ScheduledEvent } from '../world/state.js';
import type { World } from '../world/world.js';

/** Who calls, as the access key (and STS token) tell. */
export interface Caller {
  readonly uid: string;
  readonly accountName: string;
  readonly kind: 'Account' | 'RAMUser' | 'AssumedRoleUser';
  readonly arn: string;
}

export interface Call {
  readonly caller: Caller;
  /** `RegionId` where the operation has it, else the region of the thing that the call names, else ''. */
  readonly regionId: string;
  readonly world: World;
  readonly raw: RawParameters;
}

/** What RAM is asked about a call: actions equal operation names. */
export interface AccessRequest {
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, string>>;
}

/**
 * One API operation. The dispatcher around it does signature, region check, throttling, permissions, client tokens,
 * dry runs, faults, RequestId and encoding; `run` does what the operation is about.
 */
export interface Operation<S extends ParameterSpec = ParameterSpec> {
  readonly name: string;
  readonly product: 'ecs' | 'sts' | 'kms' | 'vpc' | 'location';
  /** Whether it changes the world: `write` calls are counted, logged and journalled as such. */
  readonly access: 'read' | 'write';
  readonly parameters: S;
  /** Whether `RegionId` must name a region that exists (404 `InvalidRegionId.NotFound` unless given here). Default true where the spec has RegionId. */
  readonly unknownRegion?: ErrorSpec;
  /** The operation takes a ClientToken; the error for the same token with other parameters. */
  readonly clientToken?: { readonly mismatch: ErrorSpec };
  /** The code with which a passing DryRun=true answers (HTTP 400); absent = the operation has no DryRun. */
  readonly dryRun?: 'DryRunOperation' | 'DRYRUN.SUCCESS';
  /** What RAM is asked; 'unchecked' where RAM is not evaluated (DescribeImages of system or others). Default: all resources. */
  accessRequest?(parameters: Parsed<S>, call: Call): AccessRequest | 'unchecked';
  /** The answer when RAM denies; default: 403 `Forbidden.RAM`. */
  denied?(parameters: Parsed<S>, call: Call): Readonly<Record<string, unknown>>;
  /** The members of the answer beside RequestId. Throws ApiError to refuse. */
  run(parameters: Parsed<S>, call: Call): Readonly<Record<string, unknown>>;
}

/** An operation in a list, whatever its parameters are: methods are bivariant, so every `Operation<S>` is one. */
export type AnyOperation = Operation;

export function operation<S extends ParameterSpec>(definition: Operation<S>): Operation<S> {
  return definition;
}

/** What happens when a scheduled event is due. Registered by kind beside the operation that schedules it. */
export interface Transition {
  readonly kind: string;
  run(event: ScheduledEvent, world: World): void;
}
