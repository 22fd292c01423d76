import type { Address } from '../domain/address.js';
import type { ResourceChange } from '../domain/plan.js';
import type { PlanResult } from '../domain/result.js';

/** What happens to one shared image: accounts that get it, those that lose it, those that keep it. */
export interface ShareGroup {
  /** `ImageShare/golden-to-prod/cn-hangzhou`. */
  readonly address: Address;
  /** The image's ID, or the name of a copy that does not exist yet. */
  readonly image: string | null;
  /** Null where the plan does not know it. */
  readonly imageName: string | null;
  readonly added: readonly Sharee[];
  readonly removed: readonly Sharee[];
  readonly kept: readonly Sharee[];
}

export interface Sharee {
  readonly uid: string;
  /** Of an account of the project; null for others. */
  readonly name: string | null;
  readonly change: ResourceChange;
}

/** An ImageShare is managed whole, so it is shown whole: one group for a region and an image. */
export function shareGroups({ plan, targets }: PlanResult): readonly ShareGroup[] {
  const nameByUid = new Map(targets.map(({ account, accountId }) => [accountId, account]));
  const groups = new Map<string, ResourceChange[]>();
  for (const change of plan.changes) {
    if (change.type !== 'image_share') continue;
    const key = JSON.stringify([shareOf(change), change.id]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].map((changes) => groupOf(changes, plan.changes, nameByUid));
}

function groupOf(
  changes: readonly ResourceChange[],
  all: readonly ResourceChange[],
  nameByUid: ReadonlyMap<string, string>,
): ShareGroup {
  const [first] = changes;
  if (first === undefined) throw new Error('a group holds at least one change');
  const sharees = changes.map((change) => {
    const uid = change.address.slice(shareOf(change).length + 1);
    return { uid, name: nameByUid.get(uid) ?? null, change };
  });
  const copy = all.find(({ type, id }) => type === 'image_copy' && id !== null && id === first.id);
  const name = copy?.before?.['image_name'] ?? null;
  return {
    address: shareOf(first),
    image: first.id,
    imageName: typeof name === 'string' ? name : null,
    added: sharees.filter(({ change }) => change.verb === 'create'),
    removed: sharees.filter(({ change }) => change.verb === 'delete'),
    kept: sharees.filter(({ change }) => change.verb === 'no-op'),
  };
}

/** Without the account, which is the last part. */
function shareOf({ address }: ResourceChange): Address {
  return address.slice(0, Math.max(0, address.lastIndexOf('/')));
}

export function isChanged({ added, removed }: ShareGroup): boolean {
  return added.length > 0 || removed.length > 0;
}
