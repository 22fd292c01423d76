import { compareText } from '../domain/address.js';
import type { Project } from '../domain/desired.js';
import type { Diagnostic } from '../domain/finding.js';
import { liveOwnerOf } from '../domain/image-owner.js';
import { encryptionOf } from '../domain/lock.js';
import type { ObservedImage, ObservedInstance, ObservedState } from '../domain/observed.js';
import type { ImageSort, RunningOwner } from '../domain/running-owner.js';
import { rootOf } from './transcribe.js';

const trustRule = 'trust/trusted-owner';

/**
 * Whose images run, how many instances of each, and where: untrusted owners first, then by number of instances. A copy
 * counts for the owner of its source, as its tags name it. `diagnostics`: what was found about the same state.
 */
export function runningOwners(
  project: Project,
  observed: ObservedState,
  diagnostics: readonly Pick<Diagnostic, 'ruleId' | 'address' | 'waiver'>[],
): readonly RunningOwner[] {
  const imageAt = new Map(observed.images.map((image) => [placeKey(image, image.imageId), image]));
  const trust = trustByImage(diagnostics);
  const groups = new Map<string, Running[]>();
  for (const instance of observed.instances) {
    const running = runningOf(project, instance, imageAt.get(placeKey(instance, instance.imageId)), trust);
    const key = JSON.stringify([running.owner, running.sort, running.trusted]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [running]);
    else group.push(running);
  }
  return [...groups.values()].flatMap((group) => summaryOf(project, group)).sort(compareOwners);
}

function placeKey({ account, region }: { readonly account: string; readonly region: string }, imageId: string): string {
  return `${account} ${region} ${imageId}`;
}

/** One instance and what it runs. */
interface Running extends Pick<RunningOwner, 'owner' | 'sort' | 'trusted'> {
  readonly instance: ObservedInstance;
  readonly image: ObservedImage | undefined;
}

function runningOf(
  project: Project,
  instance: ObservedInstance,
  image: ObservedImage | undefined,
  trust: ReadonlyMap<string, 'no' | 'waived'>,
): Running {
  if (image === undefined) return { owner: '', sort: 'gone', trusted: 'unknown', instance, image };
  const root = rootOf(image);
  const owner = root?.owner ?? liveOwnerOf(project, image);
  const trusted = trust.get(root?.imageId ?? image.imageId) ?? 'yes';
  return { owner, sort: sortOf(image, root !== null), trusted, instance, image };
}

function sortOf({ ownerAlias, isPublic }: ObservedImage, isCopy: boolean): ImageSort {
  if (ownerAlias === 'self') return isCopy ? 'own copy' : 'own';
  if (ownerAlias === 'others') return isPublic ? 'community' : 'shared';
  return ownerAlias;
}

/** By ID of the image; what nothing is said of is trusted. */
function trustByImage(
  diagnostics: readonly Pick<Diagnostic, 'ruleId' | 'address' | 'waiver'>[],
): ReadonlyMap<string, 'no' | 'waived'> {
  const prefix = 'ImageSource/';
  const about = diagnostics.filter(({ ruleId, address }) => ruleId === trustRule && address?.startsWith(prefix));
  return new Map(
    about
      .toSorted((a, b) => Number(a.waiver === null) - Number(b.waiver === null))
      .map(({ address, waiver }) => [(address ?? '').slice(prefix.length), waiver === null ? 'no' : 'waived']),
  );
}

function summaryOf(project: Project, group: readonly Running[]): readonly RunningOwner[] {
  const [first] = group;
  if (first === undefined) return [];
  const { owner, sort, trusted } = first;
  const made = group.flatMap(({ image }) => (image === undefined ? [] : [image.createdAt])).sort(compareText);
  const encryption = group.map(({ image }) => (image === undefined ? 'unknown' : encryptionOf(image.disks)));
  return [
    {
      owner,
      account: project.accounts.find(({ uid }) => uid === owner)?.name ?? null,
      sort,
      trusted,
      images: [...new Set(group.map(({ instance }) => instance.imageId))].sort(compareText),
      instances: group.length,
      places: placesOf(group.map(({ instance }) => instance)),
      encrypted: {
        yes: encryption.filter((each) => each === true).length,
        no: encryption.filter((each) => each === false).length,
        unknown: encryption.filter((each) => each === 'unknown').length,
      },
      oldest: made[0] ?? null,
      newest: made.at(-1) ?? null,
    },
  ];
}

function placesOf(instances: readonly ObservedInstance[]): RunningOwner['places'] {
  const places = new Map<string, RunningOwner['places'][number]>();
  for (const { account, region } of instances) {
    const key = JSON.stringify([account, region]);
    places.set(key, { account, region, instances: (places.get(key)?.instances ?? 0) + 1 });
  }
  return [...places.values()].sort((a, b) => compareText(a.account, b.account) || compareText(a.region, b.region));
}

const concern: Readonly<Record<RunningOwner['trusted'], number>> = { no: 0, unknown: 1, waived: 2, yes: 3 };

function compareOwners(a: RunningOwner, b: RunningOwner): number {
  return (
    concern[a.trusted] - concern[b.trusted] ||
    b.instances - a.instances ||
    compareText(a.owner, b.owner) ||
    compareText(a.sort, b.sort)
  );
}
