import type { WaitAction, WaitGoal } from '../../domain/action.js';
import type { ObservedImage } from '../../domain/observed.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { pollUntil } from '../poll.js';
import { readInstance, readOwnImage } from '../reads.js';
import { memberHealthy, siblingsHealthy } from './member-health.js';

/** A copy of a large image over a long way takes hours; after this long something is wrong. */
const copyBoundMs = 6 * 60 * 60_000;

/** A machine that does not run after this long does not start. */
const runningBoundMs = 15 * 60_000;

/** Waits for what goes on in the cloud by itself. Writes nothing, but what follows from an image that failed. */
export function wait(context: ApplyContext, action: WaitAction): Promise<ActionResult> {
  switch (action.until.kind) {
    case 'image-available':
      return imageAvailable(context, action, action.until);
    case 'instance-running':
      return instanceRunning(context, action, action.until);
    case 'instance-healthy':
      return memberHealthy(context, action, action.until);
    case 'siblings-healthy':
      return siblingsHealthy(context, action, action.until);
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
    if (!isOver && progress !== shown) context.report({ kind: 'progress', action, message: progress, outcome: null });
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
