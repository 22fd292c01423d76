import type { Address } from '../domain/address.js';
import type { ObservedDisk, ObservedImage, ObservedInstance, Scope } from '../domain/observed.js';
import { isOwned, tagKey } from '../domain/ownership.js';
import type { ApplyContext } from './context.js';

/** Fresh reads: what an action looks at before it writes, and again after. */

export async function readInstance(
  context: ApplyContext,
  scope: Scope,
  instanceId: string,
): Promise<ObservedInstance | undefined> {
  const page = await context.cloud.describeInstances(scope, { instanceIds: [instanceId] });
  return page.items.find((instance) => instance.instanceId === instanceId);
}

/** Owned instances at an address, by tag filter. */
export async function readInstancesAt(
  context: ApplyContext,
  scope: Scope,
  address: Address,
): Promise<readonly ObservedInstance[]> {
  const tags = [
    { key: tagKey.project, value: context.project },
    { key: tagKey.resource, value: address },
  ];
  const page = await context.cloud.describeInstances(scope, { tags });
  return page.items.filter((instance) => isOwned({ id: instance.instanceId, tags: instance.tags }, context.project));
}

export async function readSystemDisk(
  context: ApplyContext,
  scope: Scope,
  instanceId: string,
): Promise<ObservedDisk | undefined> {
  const page = await context.cloud.describeDisks(scope, { instanceId });
  return page.items.find((disk) => disk.type === 'system');
}

export async function readOwnImage(
  context: ApplyContext,
  scope: Scope,
  imageId: string,
): Promise<ObservedImage | undefined> {
  const page = await context.cloud.describeImages(scope, { ownerAlias: 'self', isPublic: false, imageIds: [imageId] });
  return page.items.find((image) => image.imageId === imageId);
}

/** The account's image of exactly this name; names are unique in an account and region. */
export async function readImageNamed(
  context: ApplyContext,
  scope: Scope,
  name: string,
): Promise<ObservedImage | undefined> {
  const page = await context.cloud.describeImages(scope, { ownerAlias: 'self', isPublic: false, name });
  return page.items.find((image) => image.name === name);
}
