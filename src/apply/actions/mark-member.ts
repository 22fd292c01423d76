import type { RolloutMark, TagResourceAction } from '../../domain/action.js';
import { memberOf, resourceOf } from '../../domain/address.js';
import type { ObservedDisk, ObservedInstance } from '../../domain/observed.js';
import { foreignMarkMs, parseUpdatingMark, tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, instanceOf, knownImageId } from '../context.js';
import { type Ailment, servingAilment } from '../health.js';
import { isOursNow, notOurs } from '../ours.js';
import { pollInterval, pollUntil } from '../poll.js';
import { assertReplaceable, type DiskInstead } from '../preflight.js';
import { readInstance, readMembers, readSystemDisk } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';
import { isUncertain, send } from '../send.js';

/** How often the mark is written when it does not show. */
const attemptsMax = 5;

/**
 * Writes on a member what is about to be done to it, and waits until a read shows it: a machine that is stopped
 * without a visible mark would be taken for one that a person stopped, and would stay down. Everything that could make
 * the replacement fail later is looked at before.
 *
 * If the process dies after
 * - the fresh reads: nothing was done.
 * - the call: the member runs and carries a mark for its present disk; the next run starts over from here.
 * - a withdrawal: the member runs without a mark, as before.
 */
export async function markMember(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
): Promise<ActionResult> {
  const value = `${mark.diskId}/${knownImageId(context, mark.image)}`;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const read = await readMember(context, action, mark);
    if ('obstacle' in read) return read.obstacle;
    const { instance, disk } = read;
    await assertReplaceable(context, action.scope, mark.image, diskInstead(context, action, disk));
    const ailment = attempt === 0 ? await ailmentBefore(context, mark, instance) : null;
    if (ailment !== null) return neverPassed(instance, ailment);
    const since = new Date(context.clock.now()).toISOString();
    await sendMark(context, action, mark, { value, since });
    const isSeen = await pollUntil(context, context.times.settleMs, async () => {
      const now = await readInstance(context, action.scope, mark.instanceId);
      return now?.tags[tagKey.updating] === value ? true : undefined;
    });
    if (isSeen === true) return (await withdrawal(context, action, mark, since)) ?? ended('done', mark.instanceId);
  }
  return failed(
    `the mark on '${mark.instanceId}' does not show`,
    'Run apply again; the machine was not stopped.',
    mark.instanceId,
  );
}

type MemberRead =
  | { readonly instance: ObservedInstance; readonly disk: ObservedDisk | undefined }
  /** Why it is not marked. */
  | { readonly obstacle: ActionResult };

async function readMember(context: ApplyContext, action: TagResourceAction, mark: RolloutMark): Promise<MemberRead> {
  const { instanceId } = mark;
  const [instance, disk] = await Promise.all([
    readInstance(context, action.scope, instanceId),
    readSystemDisk(context, action.scope, instanceId),
  ]);
  if (instance === undefined) {
    return { obstacle: failed(`'${instanceId}' is gone`, 'Run apply again: it plans from what is there now.') };
  }
  const obstacle = notOurs(context, action, instanceId, instance.tags) ?? obstacleOf(context, mark, instance, disk);
  return obstacle === null ? { instance, disk } : { obstacle };
}

/**
 * A probe that asks for the wrong port, or cannot get through from here, would condemn every image. So it must pass on
 * the present one; a member that is down, or whose image is known to be bad, cannot show that.
 */
async function ailmentBefore(
  context: ApplyContext,
  { probes }: RolloutMark,
  instance: ObservedInstance,
): Promise<Ailment> {
  const isTelling = instance.status === 'Running' && instance.tags[tagKey.rejected] !== instance.imageId;
  return isTelling ? servingAilment(context, instance, probes) : null;
}

function neverPassed({ instanceId, imageId }: ObservedInstance, ailment: string): ActionResult {
  return failed(
    `'${instanceId}' ${ailment} on its present image '${imageId}' already: it was not stopped`,
    'Correct `update.health` or the machine: it is asked at its private address, from where tallyman runs.',
    instanceId,
  );
}

function obstacleOf(
  context: ApplyContext,
  mark: RolloutMark,
  instance: ObservedInstance,
  disk: ObservedDisk | undefined,
): ActionResult | null {
  const present = parseUpdatingMark(instance.tags);
  const isYoung = present?.sinceMs != null && context.clock.now() - present.sinceMs < foreignMarkMs;
  if (present !== null && present.imageId !== knownImageId(context, mark.image) && isYoung) {
    return ended(
      'left-alone',
      mark.instanceId,
      `another run marked it for image '${present.imageId}' less than 30 minutes ago`,
    );
  }
  const wantedId = knownImageId(context, mark.image);
  if (mark.image.kind === 'copy' && disk?.imageId === wantedId) {
    const message = `it runs '${wantedId}' already, which did not show yet when this was planned`;
    return ended('left-alone', mark.instanceId, message);
  }
  if (disk?.diskId === mark.diskId) return null;
  return ended(
    'left-alone',
    mark.instanceId,
    `its system disk is '${disk?.diskId}' and no longer '${mark.diskId}': another run was quicker`,
  );
}

/** What the replacement will ask for: as in the manifest, and never below the size of the present disk. */
function diskInstead(context: ApplyContext, action: TagResourceAction, disk: ObservedDisk | undefined): DiskInstead {
  const wish = instanceOf(context, action.address)?.systemDisk;
  if (wish === undefined) throw new Error(`${action.address} is rolled out and no manifest holds it`);
  return { ...wish, sizeGiB: Math.max(wish.sizeGiB, disk?.sizeGiB ?? 0) };
}

/** A call whose answer was lost is judged by the next read. */
async function sendMark(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
  { value, since }: { readonly value: string; readonly since: string },
): Promise<void> {
  const tags = {
    [tagKey.updating]: value,
    [tagKey.updatingSince]: since,
    [tagKey.previous]: mark.previousImageId,
  };
  try {
    await send(
      context,
      { operation: 'TagResources', action, token: null, subject: mark.instanceId },
      {
        call: () => context.writer.tagResources(action.scope, 'instance', [mark.instanceId], tags),
        isStillRight: async () => !('obstacle' in (await readMember(context, action, mark))),
      },
    );
  } catch (error) {
    if (!isUncertain(error)) throw error;
  }
}

/**
 * Tags know no compare-and-set. So after the mark shows, all members are read again: where others are down already, or
 * lower ordinals are marked, and that is all that may be, this one takes its mark back before it is stopped. A member
 * that is down keeps its mark: without it nobody would start the machine again. Nor is a mark taken back that another
 * run has written in the meantime: it may have stopped the machine under it.
 */
async function withdrawal(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
  since: string,
): Promise<ActionResult | null> {
  const others = await settledUnavailable(context, action, mark);
  if (others.length < mark.maxUnavailable) return null;
  const isOwnMark = (read: ObservedInstance | undefined): boolean => read?.tags[tagKey.updatingSince] === since;
  const own = await readInstance(context, action.scope, mark.instanceId);
  if (own?.status !== 'Running') return null;
  const keys = [tagKey.updating, tagKey.updatingSince, tagKey.previous];
  if (isOwnMark(own)) {
    await sendUntilSeen(
      context,
      { operation: 'UntagResources', action, token: null, subject: mark.instanceId },
      {
        call: () => context.writer.untagResources(action.scope, 'instance', [mark.instanceId], keys),
        isSeen: async () => !isOwnMark(await readInstance(context, action.scope, mark.instanceId)),
        isStillRight: () => isOursNow(context, action, mark.instanceId),
      },
    );
  }
  return ended(
    'left-alone',
    mark.instanceId,
    `members ${others.join(', ')} are down or being updated, and \`maxUnavailable\` is ${mark.maxUnavailable}`,
  );
}

/**
 * Believed when no read can be late any more. One that the run itself has just brought up may still look down; and one
 * may still look up that was stopped by a run which died right before this one began.
 */
async function settledUnavailable(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
): Promise<readonly number[]> {
  const resource = resourceOf(action.address);
  if ((instanceOf(context, action.address)?.replicas ?? 0) <= mark.maxUnavailable) return [];
  for (;;) {
    const askedMs = context.clock.now();
    const others = await unavailableBefore(context, action, mark);
    const isRoom = others.length < mark.maxUnavailable;
    const writes = others.map(
      (other) => context.made.lastWriteMs.get(`${resource}/${other}`) ?? Number.NEGATIVE_INFINITY,
    );
    const sinceMs = isRoom ? context.begunMs : Math.max(...writes);
    if (askedMs >= sinceMs + context.times.lagMs) return others;
    const message = 'waits until what it reads of its siblings cannot be late';
    context.report({ kind: 'progress', action, message, outcome: null });
    await context.clock.sleep(pollInterval(context), context.signal);
  }
}

/** Ordinals of the other members that are down, or marked and before this one; those that this run makes come up yet. */
async function unavailableBefore(
  context: ApplyContext,
  action: TagResourceAction,
  mark: RolloutMark,
): Promise<readonly number[]> {
  const resource = resourceOf(action.address);
  const replicas = instanceOf(context, action.address)?.replicas ?? 0;
  const ordinal = Number(memberOf(action.address));
  const members = await readMembers(context, action.scope, resource);
  return members
    .filter((other) => other.instance.instanceId !== mark.instanceId && other.ordinal < replicas)
    .filter((other) => !context.made.idByAddress.has(`${resource}/${other.ordinal}`))
    .filter(({ ordinal: other, instance }) => {
      return instance.status !== 'Running' || (other < ordinal && parseUpdatingMark(instance.tags) !== null);
    })
    .map((other) => other.ordinal)
    .sort((a, b) => a - b);
}
