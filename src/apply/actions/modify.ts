import type { ModifyImageAction, ModifyInstanceAction } from '../../domain/action.js';
import type { ObservedImage, ObservedInstance } from '../../domain/observed.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { notOurs } from '../ours.js';
import { readInstance, readOwnImage } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

/** Compare, set, read back: a run that dies here leaves what the next plan sets once more. */
export async function modifyInstance(context: ApplyContext, action: ModifyInstanceAction): Promise<ActionResult> {
  const { instanceId, changes, scope } = action;
  const before = await readInstance(context, scope, instanceId);
  if (before === undefined)
    return failed(`'${instanceId}' is gone`, 'Run apply again: it plans from what is there now.');
  if (instanceHolds(before, action)) return ended('unchanged', instanceId);
  const obstacle = notOurs(context, action, instanceId, before.tags);
  if (obstacle !== null) return obstacle;
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'ModifyInstanceAttribute', action, token: null, subject: instanceId },
    () => context.writer.modifyInstance(scope, instanceId, changes),
    async () => {
      const now = await readInstance(context, scope, instanceId);
      return now !== undefined && instanceHolds(now, action);
    },
  );
  return isSeen ? ended('done', instanceId) : notSeen(instanceId);
}

function instanceHolds(instance: ObservedInstance, { changes }: ModifyInstanceAction): boolean {
  const groups = [...instance.securityGroupIds].sort().join();
  return (
    (changes.instanceName === undefined || changes.instanceName === instance.name) &&
    (changes.description === undefined || changes.description === instance.description) &&
    (changes.deletionProtection === undefined || changes.deletionProtection === instance.deletionProtection) &&
    (changes.securityGroupIds === undefined || [...changes.securityGroupIds].sort().join() === groups)
  );
}

export async function modifyImage(context: ApplyContext, action: ModifyImageAction): Promise<ActionResult> {
  const { changes, scope } = action;
  const imageId = action.imageId ?? context.made.idByAddress.get(action.address);
  if (imageId === undefined) throw new Error('a copy was to be changed before it was made');
  const before = await readOwnImage(context, scope, imageId);
  if (before === undefined) return failed(`'${imageId}' is gone`, 'Run apply again: it plans from what is there now.');
  if (imageHolds(before, action)) return ended('unchanged', imageId);
  const obstacle = notOurs(context, action, imageId, before.tags);
  if (obstacle !== null) return obstacle;
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'ModifyImageAttribute', action, token: null, subject: imageId },
    () => context.writer.modifyImage(scope, imageId, changes),
    async () => {
      const now = await readOwnImage(context, scope, imageId);
      return now !== undefined && imageHolds(now, action);
    },
  );
  return isSeen ? ended('done', imageId) : notSeen(imageId);
}

function imageHolds(image: ObservedImage, { changes }: ModifyImageAction): boolean {
  return (
    (changes.family === undefined || changes.family === image.family) &&
    (changes.description === undefined || changes.description === image.description)
  );
}

function notSeen(id: string): ActionResult {
  return failed(
    `'${id}' does not show what was set`,
    'Run apply again; if it happens again, look for somebody else who sets it.',
    id,
  );
}
