import type { TagResourceAction, TagTarget, UntagResourceAction } from '../../domain/action.js';
import type { ObservedDisk, ObservedImage, ObservedInstance, Scope, Tags } from '../../domain/observed.js';
import { ownershipOf, tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { pollUntil } from '../poll.js';
import { readInstance, readOwnImage, readSystemDisk } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

type TaggedType = 'instance' | 'image' | 'disk' | 'snapshot';

interface Tagged {
  readonly type: TaggedType;
  readonly id: string;
  readonly tags: Tags;
}

/**
 * Writes tags and reads until they show. Tags can be written again and again, so whatever a call's answer was, the
 * next read decides; a run that dies here leaves a thing that the next plan tags once more.
 */
export async function tagResource(context: ApplyContext, action: TagResourceAction): Promise<ActionResult> {
  const before = await appearing(context, action);
  if (before === undefined) return gone(action);
  const { type, id } = before;
  const seal = action.reason === 'seal' || action.target.type === 'image-snapshot' ? { [tagKey.seal]: id } : {};
  const tags = { ...action.tags, ...seal };
  if (type !== 'disk' && type !== 'snapshot' && ownershipOf({ id, tags: before.tags }, context.project) === 'clone') {
    return failed(
      `'${id}' names '${before.tags[tagKey.seal]}' as itself: somebody made a copy of our thing`,
      'Remove its tallyman tags; nothing was written.',
      id,
    );
  }
  if (holds(before.tags, tags)) return ended('unchanged', id);
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'TagResources', action, token: null, subject: id },
    () => context.writer.tagResources(action.scope, type, [id], tags),
    async () => {
      const now = await read(context, action, action.target);
      return now !== undefined && holds(now.tags, tags);
    },
  );
  return isSeen ? ended('done', id) : notSeen(id);
}

/** Removes tag keys and reads until they are gone. */
export async function untagResource(context: ApplyContext, action: UntagResourceAction): Promise<ActionResult> {
  const before = await read(context, action, action.target);
  if (before === undefined) return gone(action);
  const { type, id } = before;
  if (!action.keys.some((key) => key in before.tags)) return ended('unchanged', id);
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'UntagResources', action, token: null, subject: id },
    () => context.writer.untagResources(action.scope, type, [id], action.keys),
    async () => {
      const now = await read(context, action, action.target);
      return now !== undefined && !action.keys.some((key) => key in now.tags);
    },
  );
  return isSeen ? ended('done', id) : notSeen(id);
}

function holds(present: Tags, wanted: Tags): boolean {
  return Object.entries(wanted).every(([key, value]) => present[key] === value);
}

function notSeen(id: string): ActionResult {
  return failed(
    `the tags of '${id}' do not show what was written`,
    'Run apply again; if it happens again, look for somebody else who writes them.',
    id,
  );
}

function gone(action: TagResourceAction | UntagResourceAction): ActionResult {
  return failed(`what is at ${action.address} is gone`, 'Run apply again: it plans from what is there now.');
}

/** A thing that was just made may take a while to show. */
function appearing(context: ApplyContext, action: TagResourceAction): Promise<Tagged | undefined> {
  return pollUntil(context, context.times.settleMs, () => read(context, action, action.target));
}

async function read(
  context: ApplyContext,
  action: { readonly scope: Scope; readonly address: string },
  target: TagTarget,
): Promise<Tagged | undefined> {
  const { scope, address } = action;
  switch (target.type) {
    case 'instance': {
      const id = target.id ?? context.made.idByAddress.get(address);
      return id === undefined ? undefined : taggedInstance(await readInstance(context, scope, id));
    }
    case 'image': {
      const id = target.id ?? context.made.idByAddress.get(address);
      return id === undefined ? undefined : taggedImage(await readOwnImage(context, scope, id));
    }
    case 'system-disk':
      return taggedDisk(await readSystemDisk(context, scope, target.instanceId));
    case 'image-snapshot':
      return readSnapshot(context, action, target.imageId, target.index);
  }
}

function taggedInstance(instance: ObservedInstance | undefined): Tagged | undefined {
  return instance && { type: 'instance', id: instance.instanceId, tags: instance.tags };
}

function taggedImage(image: ObservedImage | undefined): Tagged | undefined {
  return image && { type: 'image', id: image.imageId, tags: image.tags };
}

function taggedDisk(disk: ObservedDisk | undefined): Tagged | undefined {
  return disk && { type: 'disk', id: disk.diskId, tags: disk.tags };
}

async function readSnapshot(
  context: ApplyContext,
  action: { readonly scope: Scope; readonly address: string },
  imageId: string | null,
  index: number,
): Promise<Tagged | undefined> {
  const id = imageId ?? context.made.idByAddress.get(action.address);
  if (id === undefined) return undefined;
  const image = await readOwnImage(context, action.scope, id);
  const snapshotIds = image?.disks.map((disk) => disk.snapshotId) ?? [];
  if (imageId === null && image !== undefined) context.made.hopSnapshots.set(action.address, snapshotIds);
  const snapshotId = snapshotIds[index];
  if (snapshotId === undefined || snapshotId === '') return undefined;
  const page = await context.cloud.describeSnapshots(action.scope, { snapshotIds: [snapshotId] });
  const snapshot = page.items.find((one) => one.snapshotId === snapshotId);
  return snapshot && { type: 'snapshot', id: snapshotId, tags: snapshot.tags };
}
