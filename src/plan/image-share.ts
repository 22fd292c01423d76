import { accountsPerCallMax, type ImageRef } from '../domain/action.js';
import { type Address, compareText, copyAddress, shareAddress } from '../domain/address.js';
import { copyNamed, type ImageShare, type Sharee } from '../domain/desired.js';
import { wantedCopies } from '../domain/lineage.js';
import { entryFor } from '../domain/lock.js';
import type { ObservedShare, Scope } from '../domain/observed.js';
import type { Notice, ResourceChange } from '../domain/plan.js';
import {
  combine,
  type Draft,
  draftKey,
  nothing,
  type PlanningContext,
  type ReadyImage,
  type ResourcePlan,
} from './context.js';
import { supersededAt } from './image-copy.js';

export interface SharePlan extends ResourcePlan {
  readonly addresses: ReadonlySet<Address>;
  /** By `accessKey`: the key after which an account has access to an image that it could not see before. */
  readonly accessAfter: ReadonlyMap<string, string>;
}

export function accessKey(imageId: string, uid: string): string {
  return `${imageId} ${uid}`;
}

/** An image that is shared, and the action after which it can be. */
interface SharedImage {
  readonly ref: ImageRef;
  readonly after: readonly string[];
  /** Null while the image does not exist. */
  readonly share: ObservedShare | null;
}

/**
 * Gives the listed accounts access to an image, and takes it from others. For a copy that covers the current one and
 * those that `history` keeps: an account that still runs an older copy must not lose it.
 */
export function planImageShare(
  context: PlanningContext,
  share: ImageShare,
  images: ReadonlyMap<string, ReadonlyMap<string, ReadyImage>>,
): SharePlan {
  const plans = share.regions.flatMap((region) => {
    const scope = { account: share.account, region };
    return imagesOf(context, share, scope, images).map((image, index) =>
      planOne(share, scope, image, index === 0 ? '' : idOf(image.ref)),
    );
  });
  const addresses = share.regions.flatMap((region) =>
    share.with.map((sharee) => shareAddress(share.name, region, sharee.uid)),
  );
  return {
    ...combine(plans),
    addresses: new Set(addresses),
    accessAfter: new Map(plans.flatMap((plan) => [...plan.accessAfter])),
  };
}

function idOf(ref: ImageRef): string {
  return ref.kind === 'id' ? ref.imageId : ref.imageName;
}

function imagesOf(
  context: PlanningContext,
  share: ImageShare,
  scope: Scope,
  images: ReadonlyMap<string, ReadonlyMap<string, ReadyImage>>,
): readonly SharedImage[] {
  const shareOf = (imageId: string): ObservedShare | null =>
    context.observed.shares.find((one) => one.account === scope.account && one.imageId === imageId) ?? null;
  if (share.image.kind === 'imageSource') {
    const entry = entryFor(context.lock, share.image.name, scope.region);
    if (entry === undefined) return [];
    return [{ ref: { kind: 'id', imageId: entry.imageId }, after: [], share: shareOf(entry.imageId) }];
  }
  const current = images.get(share.image.name)?.get(scope.region);
  if (current === undefined) return [];
  const after = current.readyAfter === null ? [] : [current.readyAfter];
  const present = current.ref.kind === 'id' ? shareOf(current.ref.imageId) : null;
  const kept = keptCopies(context, share.image.name, scope).map(
    (imageId): SharedImage => ({ ref: { kind: 'id', imageId }, after: [], share: shareOf(imageId) }),
  );
  return [{ ref: current.ref, after, share: present }, ...kept];
}

/** Superseded copies that `history` keeps; without a history all of them. */
function keptCopies(context: PlanningContext, name: string, { region }: Scope): readonly string[] {
  const copy = copyNamed(context.desired, name);
  if (copy === undefined) return [];
  const address = copyAddress(name, region);
  const current = wantedCopies(context.desired, context.lock, copy).find((target) => target.address === address);
  const superseded = supersededAt(context, copy, current ?? null);
  return superseded.slice(0, copy.history ?? superseded.length).map((image) => image.imageId);
}

type OnePlan = ResourcePlan & { readonly accessAfter: ReadonlyMap<string, string> };

function planOne(share: ImageShare, scope: Scope, image: SharedImage, part: string): OnePlan {
  const present = new Set(image.share?.accounts ?? []);
  const listed = new Set(share.with.map((sharee) => sharee.uid));
  const missing = share.with.filter((sharee) => !present.has(sharee.uid));
  const unlisted = [...present].filter((uid) => !listed.has(uid)).sort(compareText);
  if (share.suspend) return { ...suspended(share, scope, missing.length + unlisted.length), accessAfter: new Map() };
  const removed = share.unlisted === 'Remove' ? unlisted : [];
  const reported = share.unlisted === 'Report' ? unlisted : [];
  const shareDrafts = chunksOf(missing.map((sharee) => sharee.uid)).map((accounts, index) =>
    shareDraft(share, scope, image, accounts, `${part} ${index}`),
  );
  const unshareDrafts = chunksOf(removed).map((accounts, index) =>
    unshareDraft(share, scope, image, accounts, `${part} ${index}`),
  );
  const kept = share.with.filter((sharee) => present.has(sharee.uid));
  return {
    ...nothing,
    drafts: [...shareDrafts, ...unshareDrafts],
    changes: [
      ...missing.map((sharee) => granted(share, scope, image.ref, sharee)),
      ...kept.map((sharee) => unchanged(share, scope, image.ref, sharee)),
      ...removed.map((uid) => revoked(share, scope, image.ref, uid)),
    ],
    notices: reported.map((uid) => reportedNotice(share, scope, image.ref, uid)),
    accessAfter: new Map(
      shareDrafts.flatMap((draft) =>
        draft.kind === 'ShareImage' ? draft.accounts.map((uid) => [accessKey(idOf(image.ref), uid), draft.id]) : [],
      ),
    ),
  };
}

function suspended(share: ImageShare, scope: Scope, differences: number): ResourcePlan {
  if (differences === 0) return nothing;
  const message = '`suspend` is true: nothing is written here';
  return {
    ...nothing,
    notices: [{ kind: 'suspended', address: `${share.address}/${scope.region}`, scope, id: '', message }],
  };
}

function chunksOf(uids: readonly string[]): readonly (readonly string[])[] {
  const chunks: (readonly string[])[] = [];
  for (let start = 0; start < uids.length; start += accountsPerCallMax) {
    chunks.push(uids.slice(start, start + accountsPerCallMax));
  }
  return chunks;
}

/** The address of one account, or of the region where a call is about several. */
function addressOf(share: ImageShare, { region }: Scope, accounts: readonly string[]): Address {
  const [uid = ''] = accounts;
  return accounts.length === 1 ? shareAddress(share.name, region, uid) : `${share.address}/${region}`;
}

function shareDraft(
  share: ImageShare,
  scope: Scope,
  image: SharedImage,
  accounts: readonly string[],
  part: string,
): Draft {
  const address = addressOf(share, scope, accounts);
  const id = draftKey(address, 'ShareImage', 'not_shared', part);
  const base = { id, address, scope, dependsOn: image.after, class: null } as const;
  return { ...base, kind: 'ShareImage', reason: 'not_shared', image: image.ref, accounts };
}

function unshareDraft(
  share: ImageShare,
  scope: Scope,
  image: SharedImage,
  accounts: readonly string[],
  part: string,
): Draft {
  const address = addressOf(share, scope, accounts);
  const id = draftKey(address, 'UnshareImage', 'not_listed', part);
  const base = { id, address, scope, dependsOn: [], class: 'unshare' } as const;
  return { ...base, kind: 'UnshareImage', reason: 'not_listed', imageId: idOf(image.ref), accounts };
}

function changeBase(share: ImageShare, scope: Scope, ref: ImageRef, uid: string): ResourceChange {
  return {
    address: shareAddress(share.name, scope.region, uid),
    type: 'image_share',
    scope,
    id: idOf(ref),
    verb: 'no-op',
    before: null,
    after: null,
    afterUnknown: [],
    reason: null,
    class: null,
    wave: null,
  };
}

function fieldsOf(scope: Scope, ref: ImageRef, uid: string): NonNullable<ResourceChange['after']> {
  const image = ref.kind === 'id' ? { image_id: ref.imageId } : { image_name: ref.imageName };
  return { ...image, account_id: uid, region: scope.region };
}

function granted(share: ImageShare, scope: Scope, ref: ImageRef, { uid, account }: Sharee): ResourceChange {
  const after = { ...fieldsOf(scope, ref, uid), ...(account === null ? {} : { account_name: account }) };
  const afterUnknown = ref.kind === 'id' ? [] : ['image_id'];
  return { ...changeBase(share, scope, ref, uid), verb: 'create', after, afterUnknown, reason: 'not_shared' };
}

function unchanged(share: ImageShare, scope: Scope, ref: ImageRef, { uid }: Sharee): ResourceChange {
  const fields = fieldsOf(scope, ref, uid);
  return { ...changeBase(share, scope, ref, uid), before: fields, after: fields };
}

function revoked(share: ImageShare, scope: Scope, ref: ImageRef, uid: string): ResourceChange {
  const base = changeBase(share, scope, ref, uid);
  return { ...base, verb: 'delete', before: fieldsOf(scope, ref, uid), reason: 'not_listed', class: 'unshare' };
}

function reportedNotice(share: ImageShare, scope: Scope, ref: ImageRef, uid: string): Notice {
  const message = `account '${uid}' has access to '${idOf(ref)}' and \`with\` does not list it; \`unlisted\` is Report`;
  return { kind: 'drift', address: shareAddress(share.name, scope.region, uid), scope, id: idOf(ref), message };
}
