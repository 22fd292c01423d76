import { accountsPerCallMax, type ActionReason } from '../domain/action.js';
import type { DestructiveClass } from '../domain/desired.js';
import type { ObservedImage } from '../domain/observed.js';
import { tagKey } from '../domain/ownership.js';
import { type Draft, draftKey, isSealed, nothing, type PlanningContext, type ResourcePlan } from './context.js';
import { deletionChange } from './delete-image.js';

/** Why a copy of ours goes: another one took its place, or no manifest wants it. */
type LeavingReason = Extract<ActionReason, 'superseded' | 'not_wanted'>;

/** One on its way would be deleted as soon as it was there. Cancelling removes it and what it has of snapshots. */
export function cancelledCopy(
  context: PlanningContext,
  image: ObservedImage,
  reason: LeavingReason,
  destructiveClass: DestructiveClass | null,
): ResourcePlan {
  const { imageId, account, region, tags } = image;
  const address = tags[tagKey.resource] ?? '';
  const base = { address, scope: { account, region }, class: null } as const;
  const sealKey = draftKey(address, 'TagResource', 'seal', imageId);
  const target = { type: 'image', id: imageId } as const;
  const seal: readonly Draft[] = isSealed(image, imageId, context.project)
    ? []
    : [{ ...base, id: sealKey, dependsOn: [], kind: 'TagResource', reason: 'seal', target, tags: {}, mark: null }];
  const id = draftKey(address, 'CancelCopyImage', reason, imageId);
  const dependsOn = seal.map((draft) => draft.id);
  return {
    ...nothing,
    drafts: [...seal, { ...base, class: destructiveClass, id, dependsOn, kind: 'CancelCopyImage', reason, imageId }],
    changes: [deletionChange(image, reason, destructiveClass)],
  };
}

/** A shared image cannot be deleted, so the accounts that we shared a leaving copy with lose it first. */
export function unsharedFromAll(
  context: PlanningContext,
  image: ObservedImage,
  reason: LeavingReason,
  after: readonly string[],
): readonly Draft[] {
  const { imageId, account, region, tags } = image;
  const address = tags[tagKey.resource] ?? '';
  const accounts = context.observed.shares.find((share) => share.imageId === imageId)?.accounts ?? [];
  const drafts: Draft[] = [];
  for (let start = 0; start < accounts.length; start += accountsPerCallMax) {
    drafts.push({
      id: draftKey(address, 'UnshareImage', reason, `${imageId} ${start}`),
      address,
      scope: { account, region },
      dependsOn: after,
      class: 'unshare',
      kind: 'UnshareImage',
      reason,
      imageId,
      accounts: accounts.slice(start, start + accountsPerCallMax),
    });
  }
  return drafts;
}
