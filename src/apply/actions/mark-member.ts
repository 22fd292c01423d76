import type { RolloutMark, TagResourceAction } from '../../domain/action.js';
import { instanceAddress, memberOf, resourceOf } from '../../domain/address.js';
import type { ObservedInstance } from '../../domain/observed.js';
import { parseUpdatingMark, tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, knownImageId } from '../context.js';
import { assertLaunchable } from '../preflight.js';
import { readInstance, readInstancesAt, readSystemDisk } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';
import { send } from '../send.js';

/** For so long a mark for another image means that another run may still be at work. */
const foreignMarkMs = 30 * 60_000;

/**
 * Writes on a member what is about to be done to it, and waits until a read shows it: a machine that is stopped
 * without a visible mark would be taken for one that a person stopped, and would stay down.
 *
 * If the process dies after
 * - the fresh read: nothing was done.
 * - the call: the member runs and carries a mark for its present disk; the next run starts over from here.
 */
export async function markMember(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
): Promise<ActionResult> {
  const imageId = knownImageId(context, mark.image);
  const instance = await readInstance(context, action.scope, mark.instanceId);
  if (instance === undefined)
    return failed(`'${mark.instanceId}' is gone`, 'Run apply again: it plans from what is there now.');
  const obstacle = await obstacleOf(context, action, mark, instance, imageId);
  if (obstacle !== null) return obstacle;
  await assertLaunchable(context, action.scope, mark.image);
  const value = `${mark.diskId}/${imageId}`;
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'TagResources', action, token: null, subject: mark.instanceId },
    () =>
      context.writer.tagResources(action.scope, 'instance', [mark.instanceId], {
        [tagKey.updating]: value,
        [tagKey.updatingSince]: new Date(context.clock.now()).toISOString(),
        [tagKey.previous]: mark.previousImageId,
      }),
    async () => (await readInstance(context, action.scope, mark.instanceId))?.tags[tagKey.updating] === value,
  );
  if (!isSeen)
    return failed(
      `the mark on '${mark.instanceId}' does not show`,
      'Run apply again; the machine was not stopped.',
      mark.instanceId,
    );
  return (await withdrawal(context, action, mark)) ?? ended('done', mark.instanceId);
}

async function obstacleOf(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
  instance: ObservedInstance,
  imageId: string,
): Promise<ActionResult | null> {
  const present = parseUpdatingMark(instance.tags);
  const isYoung = present?.sinceMs != null && context.clock.now() - present.sinceMs < foreignMarkMs;
  if (present !== null && present.imageId !== imageId && isYoung) {
    return ended(
      'left-alone',
      mark.instanceId,
      `another run marked it for image '${present.imageId}' less than 30 minutes ago`,
    );
  }
  const disk = await readSystemDisk(context, action.scope, mark.instanceId);
  if (disk?.diskId === mark.diskId) return null;
  return ended(
    'left-alone',
    mark.instanceId,
    `its system disk is '${disk?.diskId}' and no longer '${mark.diskId}': another run was quicker`,
  );
}

/**
 * Tags know no compare-and-set. So after the mark shows, all members are read again: where more are marked or down
 * than may be, the highest ordinals take their mark back before anything is stopped.
 */
async function withdrawal(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
): Promise<ActionResult | null> {
  const resource = resourceOf(action.address);
  const own = Number(memberOf(action.address));
  const members = await siblings(context, action, resource);
  const down = members.filter(
    ({ instance }) => parseUpdatingMark(instance.tags) !== null || instance.status !== 'Running',
  );
  const rank = down.filter(({ ordinal }) => ordinal < own).length;
  if (rank < mark.maxUnavailable) return null;
  await send(context, { operation: 'UntagResources', action, token: null, subject: mark.instanceId }, () =>
    context.writer.untagResources(
      action.scope,
      'instance',
      [mark.instanceId],
      [tagKey.updating, tagKey.updatingSince, tagKey.previous],
    ),
  );
  const names = down.filter(({ ordinal }) => ordinal < own).map(({ ordinal }) => String(ordinal));
  return ended(
    'left-alone',
    mark.instanceId,
    `members ${names.join(', ')} are down or being updated, and \`maxUnavailable\` is ${mark.maxUnavailable}`,
  );
}

async function siblings(
  context: ApplyContext,
  action: TagResourceAction,
  resource: string,
): Promise<readonly { readonly ordinal: number; readonly instance: ObservedInstance }[]> {
  const desired = context.desired.instances.find((instance) => instance.address === resource);
  const ordinals = Array.from({ length: desired?.replicas ?? 0 }, (_, ordinal) => ordinal);
  const lists = await Promise.all(
    ordinals.map(async (ordinal) => {
      const found = await readInstancesAt(context, action.scope, instanceAddress(desired?.name ?? '', ordinal));
      return found.map((instance) => ({ ordinal, instance }));
    }),
  );
  return lists.flat();
}
