import { type Address, resourceOf } from '../domain/address.js';
import type { ObservedDisk, ObservedImage, ObservedInstance, ObservedState, Scope, Tags } from '../domain/observed.js';
import { isOwned, tagKey } from '../domain/ownership.js';

/** The observed things by what a plan asks for, so that planning takes time in proportion to the world. */
export interface WorldIndex {
  /** Owned instances at an address, sealed or not; more than one is a duplicate. */
  instancesAt(scope: Scope, address: Address): readonly ObservedInstance[];
  /** Owned images at an address: the current copy and superseded ones. */
  imagesAt(scope: Scope, address: Address): readonly ObservedImage[];
  /** Owned instances of an Instance, whatever their ordinal. */
  membersOf(scope: Scope, resource: Address): readonly ObservedInstance[];
  /** Owned images of an ImageCopy: copies and hops in all regions. */
  imagesOf(account: string, resource: Address): readonly ObservedImage[];
  systemDiskOf(instanceId: string): ObservedDisk | undefined;
  /** Those that were seen. */
  dataDisksOf(instanceId: string): readonly ObservedDisk[];
}

export function indexWorld(observed: ObservedState, project: string): WorldIndex {
  const own = observed.images.filter((image) => image.ownerAlias === 'self');
  const ownedInstances = observed.instances.filter(({ instanceId, tags }) =>
    isOwned({ id: instanceId, tags }, project),
  );
  const ownedImages = own.filter(({ imageId, tags }) => isOwned({ id: imageId, tags }, project));
  const instances = groupBy(ownedInstances, (one) => keyOf(one, addressOf(one)));
  const members = groupBy(ownedInstances, (one) => keyOf(one, resourceOf(addressOf(one))));
  const images = groupBy(ownedImages, (one) => keyOf(one, addressOf(one)));
  const copies = groupBy(ownedImages, (one) => `${one.account} ${resourceOf(addressOf(one))}`);
  const systemDisks = observed.disks.filter((disk) => disk.type === 'system');
  const dataDisks = groupBy(
    observed.disks.filter((disk) => disk.type === 'data'),
    (disk) => disk.instanceId,
  );
  const diskByInstance = new Map(systemDisks.map((disk) => [disk.instanceId, disk]));
  return {
    instancesAt: (scope, address) => instances.get(keyOf(scope, address)) ?? [],
    imagesAt: (scope, address) => images.get(keyOf(scope, address)) ?? [],
    membersOf: (scope, resource) => members.get(keyOf(scope, resource)) ?? [],
    imagesOf: (account, resource) => copies.get(`${account} ${resource}`) ?? [],
    systemDiskOf: (instanceId) => diskByInstance.get(instanceId),
    dataDisksOf: (instanceId) => dataDisks.get(instanceId) ?? [],
  };
}

function keyOf({ account, region }: Scope, address: Address): string {
  return `${account} ${region} ${address}`;
}

function addressOf(thing: { readonly tags: Tags }): Address {
  return thing.tags[tagKey.resource] ?? '';
}

function groupBy<T>(things: readonly T[], keyOfThing: (thing: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOfThing(thing));
    if (group === undefined) groups.set(keyOfThing(thing), [thing]);
    else group.push(thing);
  }
  return groups;
}
