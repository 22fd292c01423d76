import type { TagResourceAction, TagTarget, UntagResourceAction } from '../../domain/action.js';
import type { ObservedImage, ObservedInstance, Scope, Tags } from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { isOurs, notOurs } from '../ours.js';
import { pollUntil } from '../poll.js';
import { readInstance, readOwnImage, readPresentDisk, readSnapshot } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

type TaggedType = 'instance' | 'image' | 'disk' | 'snapshot';

interface Tagged {
  readonly type: TaggedType;
  readonly id: string;
  readonly tags: Tags;
  /** What makes it ours: itself, or what a disk or a snapshot without tags belongs to. */
  readonly owner: { readonly id: string; readonly tags: Tags };
}

/**
 * Writes tags and reads until they show, on what is ours. The snapshots of an image that is gone need none any more. Tags can be written again and again, so whatever a call's answer was, the
 * next read decides; a run that dies here leaves a thing that the next plan tags once more.
 */
export async function tagResource(context: ApplyContext, action: TagResourceAction): Promise<ActionResult> {
  const before = await appearing(context, action);
  if (before === undefined) return action.target.type === 'image-snapshot' ? ended('unchanged') : gone(action);
  const { type, id } = before;
  const seal = action.reason === 'seal' || action.target.type === 'image-snapshot' ? { [tagKey.seal]: id } : {};
  const tags = { ...action.tags, ...seal };
  const obstacle = notOurs(context, action, before.owner.id, before.owner.tags);
  if (obstacle !== null) return obstacle;
  if (holds(before.tags, tags)) return ended('unchanged', id);
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'TagResources', action, token: null, subject: id },
    {
      call: () => context.writer.tagResources(action.scope, type, [id], tags),
      isSeen: async () => {
        const now = await read(context, action, action.target);
        return now !== undefined && holds(now.tags, tags);
      },
      isStillRight: async () => isOurs(context, action, (await appearing(context, action))?.owner),
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
  const obstacle = notOurs(context, action, before.owner.id, before.owner.tags);
  if (obstacle !== null) return obstacle;
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'UntagResources', action, token: null, subject: id },
    {
      call: () => context.writer.untagResources(action.scope, type, [id], action.keys),
      isSeen: async () => {
        const now = await read(context, action, action.target);
        return now !== undefined && !action.keys.some((key) => key in now.tags);
      },
      isStillRight: async () => isOurs(context, action, (await read(context, action, action.target))?.owner),
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
    case 'system-disk': {
      const [instance, disk] = await Promise.all([
        readInstance(context, scope, target.instanceId),
        readPresentDisk(context, scope, target.instanceId),
      ]);
      if (instance === undefined || disk === undefined) return undefined;
      const owner = { id: instance.instanceId, tags: instance.tags };
      return { type: 'disk', id: disk.diskId, tags: disk.tags, owner };
    }
    case 'image-snapshot':
      return readBehindImage(context, action, target.imageId, target.index);
  }
}

function taggedInstance(instance: ObservedInstance | undefined): Tagged | undefined {
  if (instance === undefined) return undefined;
  const thing = { id: instance.instanceId, tags: instance.tags };
  return { type: 'instance', ...thing, owner: thing };
}

function taggedImage(image: ObservedImage | undefined): Tagged | undefined {
  if (image === undefined) return undefined;
  const thing = { id: image.imageId, tags: image.tags };
  return { type: 'image', ...thing, owner: thing };
}

async function readBehindImage(
  context: ApplyContext,
  action: { readonly scope: Scope; readonly address: string },
  imageId: string | null,
  index: number,
): Promise<Tagged | undefined> {
  const id = imageId ?? context.made.idByAddress.get(action.address);
  const image = id === undefined ? undefined : await readOwnImage(context, action.scope, id);
  if (image === undefined) return undefined;
  const snapshotIds = image.disks.map((disk) => disk.snapshotId);
  if (imageId === null) context.made.hopSnapshots.set(action.address, snapshotIds);
  const snapshotId = snapshotIds[index];
  if (snapshotId === undefined || snapshotId === '') return undefined;
  const snapshot = await readSnapshot(context, action.scope, snapshotId);
  const owner = { id: image.imageId, tags: image.tags };
  return snapshot && { type: 'snapshot', id: snapshotId, tags: snapshot.tags, owner };
}
