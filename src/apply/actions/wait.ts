import type { WaitAction, WaitGoal } from '../../domain/action.js';
import type { ObservedDisk, ObservedImage, ObservedInstance } from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, knownImageId } from '../context.js';
import { notOurs } from '../ours.js';
import { pollInterval, pollUntil } from '../poll.js';
import { readInstance, readOwnImage, readSystemDisk } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

/** A copy of a large image over a long way takes hours; after this long something is wrong. */
const copyBoundMs = 6 * 60 * 60_000;

/** A machine that does not run after this long does not start. */
const runningBoundMs = 15 * 60_000;

/** Waits for what goes on in the cloud by itself. Writes nothing, but the memory of an image that failed. */
export function wait(context: ApplyContext, action: WaitAction): Promise<ActionResult> {
  switch (action.until.kind) {
    case 'image-available':
      return imageAvailable(context, action, action.until);
    case 'instance-running':
      return instanceRunning(context, action, action.until);
    case 'instance-healthy':
      return instanceHealthy(context, action, action.until);
  }
}

async function imageAvailable(
  context: ApplyContext,
  action: WaitAction,
  goal: Extract<WaitGoal, { kind: 'image-available' }>,
): Promise<ActionResult> {
  const imageId = goal.imageId ?? context.made.idByAddress.get(action.address);
  if (imageId === undefined) throw new Error('a copy was waited for before it was made');
  context.made.idByAddress.set(action.address, imageId);
  let shown = '';
  let seenMs = context.clock.now();
  const look = async (): Promise<ObservedImage | 'gone' | undefined> => {
    const image = await readOwnImage(context, action.scope, imageId);
    const nowMs = context.clock.now();
    if (image === undefined) return nowMs - seenMs >= context.times.settleMs ? 'gone' : undefined;
    seenMs = nowMs;
    const isOver = image.status === 'CreateFailed' || isReady(image);
    const progress = progressOf(image);
    if (!isOver && progress !== shown) context.report('progress', action, progress);
    shown = progress;
    return isOver || context.noWait ? image : undefined;
  };
  const image = await pollUntil(context, copyBoundMs, look);
  if (image === 'gone')
    return failed(`the copy '${imageId}' is gone`, 'Run apply again: it makes the copy anew.', imageId);
  if (image === undefined)
    return failed(
      `the copy '${imageId}' is not Available after six hours`,
      'Look at it in the console; then run apply again.',
      imageId,
    );
  if (image.status === 'CreateFailed') {
    return failed(
      `the copy '${imageId}' failed in the cloud`,
      'Run apply again: it deletes the failed copy and makes a new one.',
      imageId,
    );
  }
  return isReady(image) ? ended('done', imageId) : ended('in-progress', imageId, progressOf(image));
}

/** A copy that somebody deprecated meanwhile is complete; whether it will do is for whoever uses it to judge. */
function isReady(image: ObservedImage): boolean {
  return (image.status === 'Available' || image.status === 'Deprecated') && image.usable !== false;
}

function progressOf(image: ObservedImage): string {
  const left = image.remainingSeconds === null ? '' : `, about ${Math.ceil(image.remainingSeconds / 60)} min left`;
  return `${image.status}${image.progress === '' ? '' : ` ${image.progress}`}${left}`;
}

async function instanceRunning(
  context: ApplyContext,
  action: WaitAction,
  goal: Extract<WaitGoal, { kind: 'instance-running' }>,
): Promise<ActionResult> {
  const { instance } = goal;
  const instanceId = instance.kind === 'id' ? instance.instanceId : context.made.idByAddress.get(action.address);
  if (instanceId === undefined) throw new Error('an instance was waited for before it was made');
  const isRunning = await running(context, action, instanceId);
  if (isRunning) return ended('done', instanceId);
  return failed(
    `'${instanceId}' is not Running after fifteen minutes`,
    'Look at it in the console; then run apply again.',
    instanceId,
  );
}

async function running(context: ApplyContext, action: WaitAction, instanceId: string): Promise<boolean> {
  const found = await pollUntil(context, runningBoundMs, async () => {
    const instance = await readInstance(context, action.scope, instanceId);
    return instance?.status === 'Running' ? true : undefined;
  });
  return found === true;
}

/**
 * Running on the wanted image, and still so after `minReadySeconds`; then until `settle` has passed since our last
 * write here, or since now where an earlier run wrote it: a mark that is removed early lets a second applier, whose
 * delayed stop is still on its way, leave the machine down.
 */
async function instanceHealthy(
  context: ApplyContext,
  action: WaitAction,
  goal: Extract<WaitGoal, { kind: 'instance-healthy' }>,
): Promise<ActionResult> {
  const begunMs = context.clock.now();
  const { instanceId } = goal;
  const imageId = knownImageId(context, goal.image);
  if (!(await running(context, action, instanceId)))
    return unhealthy(context, action, instanceId, imageId, 'does not come up');
  const readyMs = context.clock.now() + goal.minReadySeconds * 1000;
  while (context.clock.now() < readyMs) {
    await context.clock.sleep(Math.min(pollInterval(context), readyMs - context.clock.now()), context.signal);
    const instance = await readInstance(context, action.scope, instanceId);
    if (instance?.status !== 'Running') return unhealthy(context, action, instanceId, imageId, 'did not stay Running');
  }
  const settledMs = (context.made.lastWriteMs.get(action.address) ?? begunMs) + context.times.settleMs;
  if (context.clock.now() < settledMs) await context.clock.sleep(settledMs - context.clock.now(), context.signal);
  const { instance, disk } = await readBoth(context, action, instanceId);
  if (instance?.status === 'Running' && disk?.imageId === imageId) return ended('done', instanceId);
  return leftAlone(instanceId);
}

function leftAlone(instanceId: string): ActionResult {
  return ended('left-alone', instanceId, 'it was stopped, or moved onto another image, while it was waited for');
}

async function readBoth(
  context: ApplyContext,
  action: WaitAction,
  instanceId: string,
): Promise<{ readonly instance: ObservedInstance | undefined; readonly disk: ObservedDisk | undefined }> {
  const [instance, disk] = await Promise.all([
    readInstance(context, action.scope, instanceId),
    readSystemDisk(context, action.scope, instanceId),
  ]);
  return { instance, disk };
}

/** An image is blamed only for a member that is there, ours, and on that image. */
async function unhealthy(
  context: ApplyContext,
  action: WaitAction,
  instanceId: string,
  imageId: string,
  what: string,
): Promise<ActionResult> {
  const { instance, disk } = await readBoth(context, action, instanceId);
  if (instance === undefined)
    return failed(`'${instanceId}' is gone`, 'Run apply again: it plans from what is there now.', instanceId);
  if (disk?.imageId !== imageId) return leftAlone(instanceId);
  return notOurs(context, action, instanceId, instance.tags) ?? rejected(context, action, instanceId, imageId, what);
}

/** An image that failed here is remembered on the member, so that no later run rolls it out by itself. */
async function rejected(
  context: ApplyContext,
  action: WaitAction,
  instanceId: string,
  imageId: string,
  what: string,
): Promise<ActionResult> {
  await sendUntilSeen(
    context,
    { operation: 'TagResources', action, token: null, subject: instanceId },
    () => context.writer.tagResources(action.scope, 'instance', [instanceId], { [tagKey.rejected]: imageId }),
    async () => (await readInstance(context, action.scope, instanceId))?.tags[tagKey.rejected] === imageId,
  );
  const keys = [tagKey.updating, tagKey.updatingSince, tagKey.previous];
  await sendUntilSeen(
    context,
    { operation: 'UntagResources', action, token: null, subject: instanceId },
    () => context.writer.untagResources(action.scope, 'instance', [instanceId], keys),
    async () => (await readInstance(context, action.scope, instanceId))?.tags[tagKey.updating] === undefined,
  );
  return failed(
    `'${instanceId}' ${what} on image '${imageId}', and the rollout is halted`,
    'Lock another image, or try this one again with: tallyman apply --retry-rejected',
    instanceId,
  );
}
