import type { Address } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import { liveOwnerOf } from '../domain/image-owner.js';
import { entriesOf, fingerprintOf, type Lock, type LockEntry } from '../domain/lock.js';
import type { ObservedImage, ObservedState, Scope } from '../domain/observed.js';
import type { Fields, Plan } from '../domain/plan.js';

/** Something that somebody changed, whatever the manifests said before: `before` is what is known of the time before. */
export interface ProvenDrift {
  readonly address: Address;
  readonly type: 'instance' | 'image_source';
  readonly scope: Scope;
  readonly id: string;
  readonly before: Fields;
  /** Null: it is not visible any more. */
  readonly after: Fields | null;
  readonly reason: 'power_differs' | 'owner_differs' | 'fingerprint_differs' | 'not_visible';
}

/**
 * Drift that changes what a plan comes to, and that no edit of a manifest explains. There is no state file, so a field
 * that differs may be an edit that is not applied yet, and is not here. What proves itself: a pinned image that is another
 * or gone, since the lock holds what it was, and a machine that is started again, since tallyman leaves none stopped
 * without a mark. In the order of manifests and plan.
 */
export function provenDrift(desired: Desired, lock: Lock, observed: ObservedState, plan: Plan): readonly ProvenDrift[] {
  const images = new Map(observed.images.map((image) => [placeOf(image, image.imageId), image]));
  const sources = desired.imageSources.flatMap((source) =>
    // What only its owner sees yet is not shared: nobody has taken it away.
    entriesOf(lock, source.name)
      .filter((entry) => entry.via === null && source.regions.includes(entry.region))
      .flatMap((entry) => {
        const scope = { account: source.account, region: entry.region };
        const image = images.get(placeOf(scope, entry.imageId));
        return pinDrift(desired, `${source.address}/${entry.region}`, scope, entry, image);
      }),
  );
  const stopped = plan.actions.flatMap((action): readonly ProvenDrift[] => {
    if (action.kind !== 'StartInstance' || action.reason !== 'power_differs') return [];
    const { address, scope, instanceId: id, reason } = action;
    return [
      { address, type: 'instance', scope, id, before: { status: 'Running' }, after: { status: 'Stopped' }, reason },
    ];
  });
  return [...sources, ...stopped];
}

function placeOf({ account, region }: Scope, imageId: string): string {
  return `${account} ${region} ${imageId}`;
}

function pinDrift(
  desired: Desired,
  address: Address,
  scope: Scope,
  entry: LockEntry,
  image: ObservedImage | undefined,
): readonly ProvenDrift[] {
  const { imageId: id, owner, fingerprint } = entry;
  const base = { address, type: 'image_source', scope, id, before: { image_id: id, owner, fingerprint } } as const;
  if (image === undefined) return [{ ...base, after: null, reason: 'not_visible' }];
  const live = { owner: liveOwnerOf(desired.project, image), fingerprint: fingerprintOf(image) };
  if (live.owner === owner && live.fingerprint === fingerprint) return [];
  const reason = live.owner === owner ? 'fingerprint_differs' : 'owner_differs';
  return [{ ...base, after: { image_id: id, ...live }, reason }];
}
