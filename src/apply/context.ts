import type { ImageRef } from '../domain/action.js';
import { type Address, resourceOf } from '../domain/address.js';
import type { Desired, Instance } from '../domain/desired.js';
import { CloudError, type TallymanError } from '../domain/errors.js';
import type { Lock } from '../domain/lock.js';
import type { ActionOutcome, ActionStatus } from '../domain/outcome.js';
import type { ConsistencyTimes } from '../domain/ownership.js';
import type { ProgressEvent } from '../domain/progress.js';
import type { Audit } from '../ports/audit.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { CloudWriter } from '../ports/cloud-writer.js';
import type { Pace } from '../ports/pace.js';
import type { Prober } from '../ports/prober.js';

/** What every action has at hand while a plan is applied. */
export interface ApplyContext {
  readonly cloud: CloudReader;
  readonly writer: CloudWriter;
  readonly clock: Clock;
  readonly audit: Audit | null;
  readonly times: ConsistencyTimes;
  /** Value of `tallyman:project`. */
  readonly project: string;
  readonly desired: Desired;
  readonly lock: Lock;
  /** When the first action was begun, by the clock: what the plan is about was there before. */
  readonly begunMs: number;
  readonly noWait: boolean;
  readonly prober: Prober;
  readonly pace: Pace;
  /** Images that policy has an error about where they run: nothing is rolled back to them. */
  readonly forbiddenImages: ReadonlySet<string>;
  /** Aborted at the first wish to stop: waits end, calls in flight are finished. */
  readonly signal: AbortSignal;
  readonly report: (event: Omit<ProgressEvent, 'atMs'>) => void;
  readonly made: Made;
}

/** What this run has made or changed so far; lives in memory only. */
export interface Made {
  /** ID of the copy or instance that was made, by address. */
  readonly idByAddress: Map<Address, string>;
  /** Snapshots behind a hop that this run made, by the hop's address. */
  readonly hopSnapshots: Map<Address, readonly string[]>;
  /** ID of the system disk that this run put in, by instance. */
  readonly diskByInstance: Map<string, string>;
  /** IDs of the instances that this run started, or found started where it was to do so. */
  readonly started: Set<string>;
  /** IDs of what this run deleted: a read that still shows one is late. */
  readonly deleted: Set<string>;
  /** When something was last written at an address, by the clock. */
  readonly lastWriteMs: Map<Address, number>;
  /** Calls that may have changed something. */
  writes: number;
}

/** How one action ended. */
export type ActionResult = Pick<ActionOutcome, 'status' | 'id' | 'message' | 'hint' | 'apiCode' | 'requestId'>;

export function ended(status: ActionStatus, id: string | null = null, message: string | null = null): ActionResult {
  return { status, id, message, hint: null, apiCode: null, requestId: null };
}

export function failed(message: string, hint: string, id: string | null = null): ActionResult {
  return { status: 'failed', id, message, hint, apiCode: null, requestId: null };
}

/** An action that ended with an error of the outside. */
export function failedBy(error: TallymanError, id: string | null = null): ActionResult {
  const answer = error instanceof CloudError ? error : null;
  return {
    status: 'failed',
    id,
    message: error.message,
    hint: error.hint,
    apiCode: answer?.apiCode ?? null,
    requestId: answer?.requestId ?? null,
  };
}

/** The Instance of the manifests that the member at an address belongs to; undefined where none is left. */
export function instanceOf({ desired }: ApplyContext, address: Address): Instance | undefined {
  const resource = resourceOf(address);
  return desired.instances.find((instance) => instance.address === resource);
}

/** ID of the image that an action is about; undefined while the copy that makes it has not been made. */
export function imageIdOf(context: ApplyContext, ref: ImageRef): string | undefined {
  return ref.kind === 'id' ? ref.imageId : context.made.idByAddress.get(ref.address);
}

/** The same for an action whose dependencies are done. */
export function knownImageId(context: ApplyContext, ref: ImageRef): string {
  const id = imageIdOf(context, ref);
  if (id === undefined) throw new Error('an action ran before the copy that it depends on');
  return id;
}
