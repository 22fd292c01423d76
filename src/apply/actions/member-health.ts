import pLimit from 'p-limit';
import type { WaitAction, WaitGoal } from '../../domain/action.js';
import { resourceOf } from '../../domain/address.js';
import type { ObservedInstance } from '../../domain/observed.js';
import { parseUpdatingMark, tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, instanceOf, knownImageId } from '../context.js';
import { type Ailment, isDown, presentAilment, runningAilment, servingAilment } from '../health.js';
import { notOurs } from '../ours.js';
import { pollInterval } from '../poll.js';
import { readInstance, readMembers, readSystemDisk } from '../reads.js';
import { isDownUnderItsMark, lastingAilment } from './lasting-ailment.js';
import { reject } from './reject.js';
import { rollBack } from './roll-back.js';

type HealthGoal = Extract<WaitGoal, { kind: 'instance-healthy' }>;

/**
 * Running on the wanted image, answering to its probes, and still so after `minReadySeconds`; then until `settle` has
 * passed since our last write here, or since now where an earlier run wrote it: a mark that is removed early lets a
 * second applier, whose delayed stop is still on its way, leave the machine down.
 */
export async function memberHealthy(
  context: ApplyContext,
  action: WaitAction,
  goal: HealthGoal,
): Promise<ActionResult> {
  const begunMs = context.clock.now();
  const { instanceId } = goal;
  const imageId = knownImageId(context, goal.image);
  const ailment = await lastingAilment(context, action, { instanceId, imageId }, () =>
    ailmentOf(context, action, goal),
  );
  if (ailment !== null) return unhealthy(context, action, goal, imageId, ailment);
  const settledMs = (context.made.lastWriteMs.get(action.address) ?? begunMs) + context.times.settleMs;
  if (context.clock.now() < settledMs) await context.clock.sleep(settledMs - context.clock.now(), context.signal);
  const [instance, disk] = await Promise.all([
    readInstance(context, action.scope, instanceId),
    readSystemDisk(context, action.scope, instanceId),
  ]);
  if (instance?.status === 'Running' && disk?.imageId === imageId) return ended('done', instanceId);
  return leftAlone(instanceId);
}

async function ailmentOf(context: ApplyContext, action: WaitAction, goal: HealthGoal): Promise<Ailment> {
  const { instanceId, health, minReadySeconds } = goal;
  const down = await runningAilment(context, action, instanceId, health.instanceStatus);
  if (down !== null) return down;
  const instance = await readInstance(context, action.scope, instanceId);
  if (instance === undefined) return 'is gone';
  const unserved = await servingAilment(context, instance, health.probes);
  if (unserved !== null) return unserved;
  const readyMs = context.clock.now() + minReadySeconds * 1000;
  while (context.clock.now() < readyMs) {
    await context.clock.sleep(Math.min(pollInterval(context), readyMs - context.clock.now()), context.signal);
    const now = await readInstance(context, action.scope, instanceId);
    if (now?.status !== 'Running') {
      if (await isDown(context, action, instanceId)) return 'did not stay Running';
      continue;
    }
    // One lost packet is no ailment: what fails now has its time to pass again.
    const lapse = await presentAilment(context, now, health.probes);
    const lasting = lapse === null ? null : await servingAilment(context, now, health.probes);
    if (lasting !== null) return lasting;
  }
  return null;
}

function leftAlone(instanceId: string): ActionResult {
  return ended('left-alone', instanceId, 'it was stopped, or moved onto another image, while it was waited for');
}

/**
 * An image is blamed only for a member that is there, ours, and on that image. One that an earlier run started and that
 * goes down now keeps its mark: the next run starts it, and judges what it has started itself.
 */
async function unhealthy(
  context: ApplyContext,
  action: WaitAction,
  goal: HealthGoal,
  imageId: string,
  ailment: string,
): Promise<ActionResult> {
  const { instanceId } = goal;
  const [instance, disk] = await Promise.all([
    readInstance(context, action.scope, instanceId),
    readSystemDisk(context, action.scope, instanceId),
  ]);
  if (instance === undefined)
    return failed(`'${instanceId}' is gone`, 'Run apply again: it plans from what is there now.', instanceId);
  const wasStarted = context.made.started.has(instanceId);
  if (!wasStarted && isDownUnderItsMark(instance, disk, { instanceId, imageId })) return leftAlone(instanceId);
  if (disk?.imageId !== imageId) return leftAlone(instanceId);
  const obstacle = notOurs(context, action, instanceId, instance.tags);
  if (obstacle !== null) return obstacle;
  if (goal.onFailure !== 'Rollback') {
    return reject(context, action, instance, { imageId, ailment, isRemembered: goal.onFailure === 'Halt' });
  }
  return rollBack(context, action, { goal, instance, disk, imageId, ailment });
}

/** How many members are probed at once. */
const probedAtOnce = 10;

/**
 * Before more members get an image, those that have it are asked once more: one that ails since it was called healthy
 * holds the rollout as much as one that never was, and is remembered in the same way.
 */
export async function siblingsHealthy(
  context: ApplyContext,
  action: WaitAction,
  goal: Extract<WaitGoal, { kind: 'siblings-healthy' }>,
): Promise<ActionResult> {
  const imageId = knownImageId(context, goal.image);
  const limit = pLimit(probedAtOnce);
  const siblings = await upToDate(context, action, imageId);
  const ailments = await Promise.all(
    siblings.map((instance) =>
      limit(async () => ({ instance, ailment: await servingAilment(context, instance, goal.health.probes) })),
    ),
  );
  for (const { instance, ailment } of ailments) {
    if (ailment === null) continue;
    const address = instance.tags[tagKey.resource] ?? '';
    const now = await readInstance(context, action.scope, instance.instanceId);
    const sibling = { ...action, address };
    if (now === undefined || notOurs(context, sibling, now.instanceId, now.tags) !== null) continue;
    return reject(context, sibling, now, { imageId, ailment, isRemembered: true });
  }
  return ended('done');
}

/** Members that run the image, and that no run is at work on. */
async function upToDate(
  context: ApplyContext,
  action: WaitAction,
  imageId: string,
): Promise<readonly ObservedInstance[]> {
  const resource = resourceOf(action.address);
  const wanted = instanceOf(context, action.address);
  const members = await readMembers(context, action.scope, resource);
  return members
    .filter(({ ordinal }) => ordinal < (wanted?.replicas ?? 0))
    .map(({ instance }) => instance)
    .filter(({ imageId: running, status }) => running === imageId && status === 'Running')
    .filter(({ tags }) => parseUpdatingMark(tags) === null);
}
