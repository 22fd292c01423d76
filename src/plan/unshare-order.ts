import type { Action } from '../domain/action.js';
import { accountOf } from '../domain/desired.js';
import { tagKey } from '../domain/ownership.js';
import type { Draft, PlanningContext } from './context.js';

/**
 * An account of the project loses access to an image only after what this plan still does there with it: copies of it
 * are complete, and its members run something else. Accounts outside the project lose it without waiting.
 */
export function unshareAfterUse(
  context: PlanningContext,
  drafts: readonly Draft[],
  offImageAfter: ReadonlyMap<string, string>,
): readonly Draft[] {
  if (!drafts.some((draft) => draft.kind === 'UnshareImage' && draft.reason === 'not_listed')) return drafts;
  const uses = usesByImage(context, drafts);
  const uidOf = (account: string): string => accountOf(context.desired.project, account).uid;
  return drafts.map((draft) => {
    if (draft.kind !== 'UnshareImage' || draft.reason !== 'not_listed') return draft;
    const isLeaving = (account: string): boolean => draft.accounts.includes(uidOf(account));
    const used = (uses.get(draft.imageId) ?? []).filter(({ scope }) => isLeaving(scope.account)).map(({ id }) => id);
    const left = context.observed.instances
      .filter(({ imageId, account }) => imageId === draft.imageId && isLeaving(account))
      .flatMap(({ instanceId }) => offImageAfter.get(instanceId) ?? []);
    return { ...draft, dependsOn: [...new Set([...draft.dependsOn, ...used, ...left])] };
  });
}

/** By image: the drafts that read it, and those that wait until a copy of it is complete. */
function usesByImage(context: PlanningContext, drafts: readonly Draft[]): ReadonlyMap<string, readonly Draft[]> {
  const uses = new Map<string, Draft[]>();
  const add = (imageId: string | null | undefined, draft: Draft): void => {
    if (imageId === null || imageId === undefined) return;
    const known = uses.get(imageId);
    if (known === undefined) uses.set(imageId, [draft]);
    else known.push(draft);
  };
  const sourceByCopy = new Map(context.observed.images.map(({ imageId, tags }) => [imageId, tags[tagKey.sourceImage]]));
  const sourceByAddress = new Map<string, string | null>();
  for (const draft of drafts) {
    const imageId = imageReadBy(draft);
    add(imageId, draft);
    if (draft.kind === 'CopyImage') sourceByAddress.set(draft.address, imageId);
  }
  for (const draft of drafts) {
    if (draft.kind !== 'Wait' || draft.until.kind !== 'image-available') continue;
    const { imageId } = draft.until;
    add(imageId === null ? sourceByAddress.get(draft.address) : sourceByCopy.get(imageId), draft);
  }
  return uses;
}

/** The image that an action needs to see, where it is there already. */
function imageReadBy(draft: Action): string | null {
  if (draft.kind === 'CopyImage') return draft.from.kind === 'id' ? draft.from.imageId : null;
  if (draft.kind !== 'RunInstance' && draft.kind !== 'ReplaceSystemDisk') return null;
  return draft.image.kind === 'id' ? draft.image.imageId : null;
}
