import type { StartInstanceAction, StopInstanceAction } from '../../domain/action.js';
import { type CloudError, isCloudError } from '../../domain/errors.js';
import type { InstanceStatus, ObservedInstance } from '../../domain/observed.js';
import { parseUpdatingMark } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { isOursNow, notOurs } from '../ours.js';
import { pollUntil } from '../poll.js';
import { isAtRest, readInstance, readSystemDisk, transitionBoundMs } from '../reads.js';
import { isUncertain, type Sending, send, type Writing } from '../send.js';

/** How often a stop or start is sent when its answer was lost. */
const attemptsMax = 5;

/**
 * Stops a member of ours, only while its mark shows and its system disk is the planned one.
 *
 * If the process dies after
 * - the fresh read: nothing was done.
 * - the call: the member is Stopping or Stopped with a visible mark for its present disk; the next run goes on with
 *   the replacement and starts it.
 */
export async function stopInstance(context: ApplyContext, action: StopInstanceAction): Promise<ActionResult> {
  const { instanceId } = action;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const instance = await steady(context, action, instanceId);
    if (instance === undefined)
      return failed(
        `'${instanceId}' is gone or does not come to rest`,
        'Run apply again: it plans from what is there now.',
      );
    if (instance.status === 'Stopped') return ended(attempt === 0 ? 'unchanged' : 'done', instanceId);
    const obstacle = await obstacleOf(context, action, instance);
    if (obstacle !== null) return obstacle;
    await sendTransition(
      context,
      { operation: 'StopInstance', action, token: null, subject: instanceId },
      {
        call: () => context.writer.stopInstance(action.scope, instanceId),
        isStillRight: async () => {
          const now = await readInstance(context, action.scope, instanceId);
          return now !== undefined && (await obstacleOf(context, action, now)) === null;
        },
      },
    );
    const stopped = await reaching(context, action, instanceId, 'Stopped');
    if (stopped) return ended('done', instanceId);
  }
  return failed(`'${instanceId}' does not stop`, 'Look at it in the console; then run apply again.', instanceId);
}

/** Starts an instance; one that starts or runs already is left as it is. The wait for Running is an action of its own. */
export async function startInstance(context: ApplyContext, action: StartInstanceAction): Promise<ActionResult> {
  const result = await started(context, action);
  if (result.status === 'done' || result.status === 'unchanged') context.made.started.add(action.instanceId);
  return result;
}

async function started(context: ApplyContext, action: StartInstanceAction): Promise<ActionResult> {
  const { instanceId } = action;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const instance = await steady(context, action, instanceId);
    if (instance === undefined)
      return failed(
        `'${instanceId}' is gone or does not come to rest`,
        'Run apply again: it plans from what is there now.',
      );
    if (instance.status !== 'Stopped' && (attempt > 0 || !(await wasLate(context, action, instanceId)))) {
      return ended(attempt === 0 ? 'unchanged' : 'done', instanceId);
    }
    const obstacle = notOurs(context, action, instanceId, instance.tags);
    if (obstacle !== null) return obstacle;
    const sending = { operation: 'StartInstance', action, token: null, subject: instanceId };
    const isTaken = await sendTransition(context, sending, {
      call: () => context.writer.startInstance(action.scope, instanceId),
      isStillRight: () => isOursNow(context, action, instanceId),
    });
    if (isTaken || (await isStarted(context, action, instanceId))) return ended('done', instanceId);
  }
  return failed(
    `'${instanceId}' does not start`,
    `Start it by hand, then run apply again: aliyun ecs StartInstance --InstanceId ${instanceId}`,
    instanceId,
  );
}

/**
 * Whether a read that shows the machine up was older than the stop before it. It is believed once no read can be late
 * any more: a machine that is taken to run already stays down, and its image would be blamed for that.
 */
async function wasLate(context: ApplyContext, action: StartInstanceAction, instanceId: string): Promise<boolean> {
  const stopped = await pollUntil(context, context.times.lagMs, async () => {
    const now = await readInstance(context, action.scope, instanceId);
    return now?.status === 'Stopped' && now.locks.length === 0 ? true : undefined;
  });
  return stopped === true;
}

/**
 * Whether a start without a clear answer took effect. Starting is seen only after one; Running may be what was before
 * the stop, so it counts when a read cannot be late any more.
 */
async function isStarted(context: ApplyContext, action: StartInstanceAction, instanceId: string): Promise<boolean> {
  const starting = await pollUntil(context, context.times.settleMs, async () => {
    const now = await readInstance(context, action.scope, instanceId);
    return now?.status === 'Starting' ? true : undefined;
  });
  if (starting === true) return true;
  const now = await readInstance(context, action.scope, instanceId);
  return now !== undefined && now.status !== 'Stopped';
}

/** Running or Stopped, once a transition that is under way is over. */
function steady(
  context: ApplyContext,
  action: StopInstanceAction | StartInstanceAction,
  instanceId: string,
): Promise<ObservedInstance | undefined> {
  return pollUntil(context, transitionBoundMs, async () => {
    const instance = await readInstance(context, action.scope, instanceId);
    return instance !== undefined && isAtRest(instance) ? instance : undefined;
  });
}

async function reaching(
  context: ApplyContext,
  action: StopInstanceAction,
  instanceId: string,
  status: InstanceStatus,
): Promise<boolean> {
  const found = await pollUntil(context, transitionBoundMs, async () => {
    const instance = await readInstance(context, action.scope, instanceId);
    return instance?.status === status ? true : undefined;
  });
  return found === true;
}

function isMarkedFor(instance: ObservedInstance | undefined, diskId: string | null): boolean {
  return instance !== undefined && parseUpdatingMark(instance.tags)?.diskId === diskId;
}

/**
 * A read that does not show the mark may be older than the mark. One that is taken when no read can be that old tells:
 * one, and not the first of many that shows it, since that could be as late in the other way.
 */
async function isMarkedAfterAll(context: ApplyContext, action: StopInstanceAction, id: string): Promise<boolean> {
  const writtenMs = context.made.lastWriteMs.get(action.address) ?? Number.NEGATIVE_INFINITY;
  const leftMs = writtenMs + context.times.lagMs - context.clock.now();
  if (leftMs <= 0) return false;
  await context.clock.sleep(leftMs, context.signal);
  return isMarkedFor(await readInstance(context, action.scope, id), action.diskId);
}

async function obstacleOf(
  context: ApplyContext,
  action: StopInstanceAction,
  instance: ObservedInstance,
): Promise<ActionResult | null> {
  const stranger = notOurs(context, action, instance.instanceId, instance.tags);
  if (stranger !== null) return stranger;
  if (!isMarkedFor(instance, action.diskId) && !(await isMarkedAfterAll(context, action, instance.instanceId))) {
    return ended(
      'left-alone',
      instance.instanceId,
      'its mark was taken away before it was stopped: another run, or a person, is at work on it',
    );
  }
  const disk = await readSystemDisk(context, action.scope, instance.instanceId);
  if (disk?.diskId === action.diskId) return null;
  return ended(
    'left-alone',
    instance.instanceId,
    `its system disk is '${disk?.diskId}' and no longer '${action.diskId}': another run was quicker`,
  );
}

/** Whether the service said that it does it. The wrong state is an answer like "already done": the next read tells. */
async function sendTransition(context: ApplyContext, sending: Sending, writing: Writing<void>): Promise<boolean> {
  try {
    await send(context, sending, writing);
    return true;
  } catch (error) {
    if (isUncertain(error) || isWrongState(error)) return false;
    throw error;
  }
}

function isWrongState(error: unknown): error is CloudError {
  return isCloudError(error, 'IncorrectInstanceStatus');
}
