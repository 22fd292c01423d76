import type { WaitAction } from '../../domain/action.js';
import type { ObservedInstance } from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, failed } from '../context.js';
import { isOursNow } from '../ours.js';
import { readInstance } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

export interface Rejection {
  readonly imageId: string;
  readonly ailment: string;
  /** False where the member carries another image's rejection, which must last. */
  readonly isRemembered: boolean;
}

/**
 * An image that failed here is remembered on the member, so that no later run rolls it out by itself; then the marks go.
 *
 * If the process dies after
 * - the first call: the member is marked and rejected; the next run finishes what the mark names and takes it off.
 */
export async function reject(
  context: ApplyContext,
  action: WaitAction,
  { instanceId, tags }: ObservedInstance,
  { imageId, ailment, isRemembered }: Rejection,
): Promise<ActionResult> {
  if (isRemembered && tags[tagKey.rejected] !== imageId) {
    await tagInstance(context, action, instanceId, { [tagKey.rejected]: imageId });
  }
  if (tags[tagKey.updating] !== undefined) await unmark(context, action, instanceId);
  return failed(
    `'${instanceId}' ${ailment} on image '${imageId}', and the rollout is halted`,
    'Lock another image, or try this one again with: tallyman apply --retry-rejected',
    instanceId,
  );
}

/** Writes tags on an instance until they show. */
export async function tagInstance(
  context: ApplyContext,
  action: WaitAction,
  instanceId: string,
  tags: Readonly<Record<string, string>>,
): Promise<boolean> {
  return sendUntilSeen(
    context,
    { operation: 'TagResources', action, token: null, subject: instanceId },
    {
      call: () => context.writer.tagResources(action.scope, 'instance', [instanceId], tags),
      isSeen: async () => {
        const shown = (await readInstance(context, action.scope, instanceId))?.tags ?? {};
        return Object.entries(tags).every(([key, value]) => shown[key] === value);
      },
      isStillRight: () => isOursNow(context, action, instanceId),
    },
  );
}

/** Takes the marks of a rollout off until they are gone; not of what was given up, or taken, while it was waited for. */
export async function unmark(context: ApplyContext, action: WaitAction, instanceId: string): Promise<void> {
  if (!(await isOursNow(context, action, instanceId))) return;
  const keys = [tagKey.updating, tagKey.updatingSince, tagKey.previous];
  await sendUntilSeen(
    context,
    { operation: 'UntagResources', action, token: null, subject: instanceId },
    {
      call: () => context.writer.untagResources(action.scope, 'instance', [instanceId], keys),
      isSeen: async () => (await readInstance(context, action.scope, instanceId))?.tags[tagKey.updating] === undefined,
      isStillRight: () => isOursNow(context, action, instanceId),
    },
  );
}
