import type { ActionReason } from '../domain/action.js';
import type { Address } from '../domain/address.js';
import type { DestructiveClass } from '../domain/desired.js';
import type { ObservedImage, Scope } from '../domain/observed.js';
import { tagKey } from '../domain/ownership.js';
import type { ResourceChange } from '../domain/plan.js';
import { type Draft, draftKey, isSealed, ownershipTags, type PlanningContext } from './context.js';

export interface ImageDeletion {
  readonly address: Address;
  readonly scope: Scope;
  /** Null: the hop that this plan makes at the address. */
  readonly image: ObservedImage | null;
  readonly class: DestructiveClass | null;
  readonly reason: ActionReason;
  /** Keys of drafts that must be done before. */
  readonly after: readonly string[];
  /** Snapshots behind the image; null for one that is not known yet. */
  readonly snapshots: readonly (string | null)[];
}

/**
 * DeleteImage leaves the snapshots behind an image, which cost money and which nothing names any more. So they get our
 * tags first, then the image goes, then they do: a run that dies in between leaves snapshots that the next one knows.
 */
export function deleteImage(context: PlanningContext, deletion: ImageDeletion): readonly Draft[] {
  const { address, scope, image, reason } = deletion;
  const base = { address, scope, class: null, reason } as const;
  const part = image?.imageId ?? '';
  const drafts: Draft[] = [];
  let after = deletion.after;
  if (image !== null && !isSealed(image, image.imageId, context.project)) {
    const id = draftKey(address, 'TagResource', 'seal', part);
    const target = { type: 'image', id: image.imageId } as const;
    drafts.push({ ...base, id, dependsOn: after, kind: 'TagResource', reason: 'seal', target, tags: {}, mark: null });
    after = [id];
  }
  const marks = deletion.snapshots.map((snapshotId, index): Draft => {
    const target = { type: 'image-snapshot', imageId: image?.imageId ?? null, index } as const;
    const id = draftKey(address, 'TagResource', reason, `${part} snapshot ${snapshotId ?? index}`);
    const tags = ownershipTags(context.project, address);
    return { ...base, id, dependsOn: after, kind: 'TagResource', target, tags, mark: null };
  });
  const deleteKey = draftKey(address, 'DeleteImage', reason, part);
  const before = marks.length === 0 ? after : marks.map((draft) => draft.id);
  const imageId = image?.imageId ?? null;
  drafts.push(...marks);
  drafts.push({ ...base, class: deletion.class, id: deleteKey, dependsOn: before, kind: 'DeleteImage', imageId });
  deletion.snapshots.forEach((snapshotId, index) => {
    const id = draftKey(address, 'DeleteSnapshot', reason, `${part} snapshot ${snapshotId ?? index}`);
    const snapshot =
      snapshotId === null ? ({ kind: 'behind-hop', index } as const) : ({ kind: 'id', id: snapshotId } as const);
    drafts.push({ ...base, id, dependsOn: [deleteKey], kind: 'DeleteSnapshot', snapshot });
  });
  return drafts;
}

/** How the removal of an image is shown. */
export function deletionChange(
  image: ObservedImage,
  reason: Extract<ActionReason, 'superseded' | 'hop_done' | 'not_wanted'>,
  destructiveClass: DestructiveClass | null,
): ResourceChange {
  return {
    address: image.tags[tagKey.resource] ?? '',
    type: 'image_copy',
    scope: { account: image.account, region: image.region },
    id: image.imageId,
    verb: 'delete',
    before: { image_id: image.imageId, image_name: image.name, region: image.region, status: image.status },
    after: null,
    afterUnknown: [],
    reason,
    class: destructiveClass,
    wave: null,
  };
}
