import { type Address, memberOf, resourceOf } from '../domain/address.js';
import {
  byDevice,
  type DiskSnapshot,
  type ObservedDisk,
  type ObservedImage,
  type ObservedInstance,
  type Scope,
} from '../domain/observed.js';
import { isOwned, tagKey } from '../domain/ownership.js';
import type { NumberedPage, TagFilter } from '../ports/cloud-reader.js';
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

/** Owned instances at an address, by tag filter; without those that this run has deleted, which a late list still shows. */
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
  return page.items
    .filter(({ instanceId }) => !context.made.deleted.has(instanceId))
    .filter((instance) => isOwned({ id: instance.instanceId, tags: instance.tags }, context.project));
}

/**
 * What a list shows. Without the right to list, the service answers a list with nothing in it: so nothing is believed
 * that was not seen before and after that right was asked for.
 */
async function allowedRead<T>(
  context: ApplyContext,
  scope: Scope,
  read: () => Promise<T>,
  isNothing: (answer: T) => boolean,
): Promise<T> {
  const first = await read();
  if (!isNothing(first)) return first;
  await context.cloud.assertMayDescribeInstances(scope);
  return read();
}

/** The same before one is made: none is there only where the account may list. */
export function readInstancesAtOrNone(
  context: ApplyContext,
  scope: Scope,
  address: Address,
): Promise<readonly ObservedInstance[]> {
  return allowedRead(
    context,
    scope,
    () => readInstancesAt(context, scope, address),
    (found) => found.length === 0,
  );
}

/** The instance, or undefined where it is certainly gone. */
export function readInstanceOrGone(
  context: ApplyContext,
  scope: Scope,
  instanceId: string,
): Promise<ObservedInstance | undefined> {
  return allowedRead(
    context,
    scope,
    () => readInstance(context, scope, instanceId),
    (found) => found === undefined,
  );
}

/** A machine that takes longer to stop or start than this, in milliseconds, has a problem that waiting does not solve. */
export const transitionBoundMs = 15 * 60_000;

/** Running or Stopped, and nothing else under way: the service takes calls that change its state. */
export function isAtRest({ status, locks }: ObservedInstance): boolean {
  return (status === 'Running' || status === 'Stopped') && locks.length === 0;
}

export interface ReadMember {
  readonly ordinal: number;
  readonly instance: ObservedInstance;
}

/** A list that is filtered by tag ends at so many; from there on everything is listed. Source: ECS API reference. */
const tagFilterLimit = 1000;

/** Pages of one list: more than any account's instances fill. */
const pagesMax = 20_000;

/** Owned members of one Instance, in one list. */
export function readMembers(context: ApplyContext, scope: Scope, resource: Address): Promise<readonly ReadMember[]> {
  return allowedRead(
    context,
    scope,
    () => listMembers(context, scope, resource),
    (members) => members.length === 0,
  );
}

async function listMembers(context: ApplyContext, scope: Scope, resource: Address): Promise<readonly ReadMember[]> {
  const tagged = await listInstances(context, scope, [{ key: tagKey.project, value: context.project }]);
  const all = tagged.length < tagFilterLimit ? tagged : await listInstances(context, scope, []);
  return all
    .filter((instance) => isOwned({ id: instance.instanceId, tags: instance.tags }, context.project))
    .map((instance) => ({ instance, address: instance.tags[tagKey.resource] ?? '' }))
    .filter(({ address }) => resourceOf(address) === resource)
    .map(({ instance, address }) => ({ instance, ordinal: Number(memberOf(address)) }));
}

async function listInstances(
  context: ApplyContext,
  scope: Scope,
  tags: readonly TagFilter[],
): Promise<readonly ObservedInstance[]> {
  const instances: ObservedInstance[] = [];
  let nextToken = '';
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await context.cloud.describeInstances(scope, { tags, ...(nextToken === '' ? {} : { nextToken }) });
    instances.push(...answer.items);
    if (answer.nextToken === '') return instances;
    nextToken = answer.nextToken;
  }
  throw new Error(`a list of instances has more than ${pagesMax} pages`);
}

export async function readSystemDisk(
  context: ApplyContext,
  scope: Scope,
  instanceId: string,
): Promise<ObservedDisk | undefined> {
  const page = await context.cloud.describeDisks(scope, { instanceId });
  return page.items.find((disk) => disk.type === 'system');
}

/** The data disk of that position, in the order of their devices. */
export async function readDataDisk(
  context: ApplyContext,
  scope: Scope,
  instanceId: string,
  position: number,
): Promise<ObservedDisk | undefined> {
  const page = await context.cloud.describeDisks(scope, { instanceId });
  return byDevice(page.items.filter((disk) => disk.type === 'data'))[position];
}

/** The same where this run has replaced it: a read that still shows the old disk is late, and shows nothing. */
export async function readPresentDisk(
  context: ApplyContext,
  scope: Scope,
  instanceId: string,
): Promise<ObservedDisk | undefined> {
  const disk = await readSystemDisk(context, scope, instanceId);
  const made = context.made.diskByInstance.get(instanceId);
  return made === undefined || disk?.diskId === made ? disk : undefined;
}

export async function readOwnImage(
  context: ApplyContext,
  scope: Scope,
  imageId: string,
): Promise<ObservedImage | undefined> {
  const page = await context.cloud.describeImages(scope, { ownerAlias: 'self', isPublic: false, imageIds: [imageId] });
  return page.items.find((image) => image.imageId === imageId);
}

/** The account's image of exactly this name, which is unique in an account and region; not one that this run has deleted. */
export async function readImageNamed(
  context: ApplyContext,
  scope: Scope,
  name: string,
): Promise<ObservedImage | undefined> {
  const page = await context.cloud.describeImages(scope, { ownerAlias: 'self', isPublic: false, name });
  return page.items.find((image) => image.name === name && !context.made.deleted.has(image.imageId));
}

/** A launch template of which a version names the image: whoever launches from it needs the image. Null: none. */
export async function launchTemplateOf(context: ApplyContext, scope: Scope, imageId: string): Promise<string | null> {
  const templates = await everyPage((pageNumber) => context.cloud.describeLaunchTemplates(scope, { pageNumber }));
  for (const templateId of templates) {
    const images = await everyPage((pageNumber) => {
      return context.cloud.describeLaunchTemplateImages(scope, { templateId, pageNumber });
    });
    if (images.includes(imageId)) return templateId;
  }
  return null;
}

async function everyPage<T>(read: (pageNumber: number) => Promise<NumberedPage<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let pageNumber = 1; pageNumber <= pagesMax; pageNumber += 1) {
    const page = await read(pageNumber);
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= page.totalCount) return items;
  }
  throw new Error(`a list has more than ${pagesMax} pages`);
}

export async function readSnapshot(
  context: ApplyContext,
  scope: Scope,
  snapshotId: string,
): Promise<DiskSnapshot | undefined> {
  const page = await context.cloud.describeSnapshots(scope, { snapshotIds: [snapshotId] });
  return page.items.find((snapshot) => snapshot.snapshotId === snapshotId);
}
