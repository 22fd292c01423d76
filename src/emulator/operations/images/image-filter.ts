import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { familyAsSeenBy, isLaunchable, relationTo } from '../../world/image-visibility.js';
import type { ImageRow, ImageStatus } from '../../world/state.js';
import { fitsWildcard } from '../../world/wildcard.js';
import type { World } from '../../world/world.js';
import type { ImageViewer } from './image-view.js';

export type ImageTest = (image: ImageRow) => boolean;

export const badImageParameter: ErrorSpec = { status: 400, code: 'InvalidParamter' };

export type OwnerAlias = 'system' | 'self' | 'others' | 'marketplace';

/**
 * Who owns it. Without an alias: system, own and shared images, never marketplace ones. `IsPublic=true` means community
 * images of others and nothing else; `others` without it means shared images and nothing else.
 */
export function ofOwner(world: World, account: string, alias: OwnerAlias | undefined, isPublic: boolean): ImageTest {
  if (isPublic) return (image) => image.isPublic && image.kind === 'custom' && image.account !== account;
  const relations: readonly unknown[] = {
    system: ['system'],
    self: ['own'],
    others: ['shared'],
    marketplace: ['marketplace'],
    none: [
      'system',
      'own',
      'shared',
      ...(world.settings.switch('communityWithoutAlias') === 'listed' ? ['community'] : []),
    ],
  }[alias ?? 'none'];
  return (image) => relations.includes(relationTo(image, account));
}

/** ImageName matches fuzzily; how exactly is a switch. `*` stands for any characters in each of its positions. */
export function named(world: World, wanted: string): ImageTest {
  const grammar = world.settings.switch('imageNameMatch');
  const folded = (text: string): string => (grammar === 'part-ignoring-case' ? text.toLowerCase() : text);
  const pattern = grammar === 'whole' ? wanted : folded(`*${wanted}*`);
  return (image) => fitsWildcard(pattern, folded(image.name));
}

export function ofFamily(account: string, family: string): ImageTest {
  return (image) => familyAsSeenBy(image, account) === family;
}

const statuses: readonly ImageStatus[] = [
  'Creating',
  'Waiting',
  'Available',
  'UnAvailable',
  'CreateFailed',
  'Deprecated',
];

/** `Available` unless said otherwise; `ALL` stands alone; with `Usable` there is no default and Status is mandatory. */
export function inStatus(value: string | undefined, usable: boolean | undefined): ImageTest {
  if (value === undefined && usable !== undefined) {
    refuse(badImageParameter.status, badImageParameter.code, 'Status is mandatory where Usable is given.');
  }
  if (value === 'ALL') return () => true;
  const wanted = (value ?? 'Available').split(',');
  const unknown = wanted.find((status) => !statuses.some((known) => known === status));
  if (unknown !== undefined) {
    refuse(badImageParameter.status, badImageParameter.code, `The status ${unknown} is not valid.`);
  }
  return (image) => wanted.includes(image.status);
}

export function thatIsUsable(usable: boolean): ImageTest {
  return (image) => isLaunchable(image) === usable;
}

export function usedAs(viewer: ImageViewer, usage: string): ImageTest {
  return (image) => viewer.isUsed(image) === (usage === 'instance');
}

export function withTags(
  world: World,
  account: string,
  wanted: readonly { readonly key: string; readonly value: string | undefined }[],
): ImageTest {
  const seesAll = world.settings.switch('ownerTagsForSharees') === 'shown';
  return (image) =>
    (seesAll || image.account === account) &&
    wanted.every(
      ({ key, value }) => Object.hasOwn(image.tags, key) && (value === undefined || image.tags[key] === value),
    );
}

/** Families of instance types with Arm processors end in `r` or `y` after their generation: `ecs.g6r`, `ecs.c8y`. */
export function fittingType(instanceType: string): ImageTest {
  const isArm = /^ecs\.[a-z]+\d+[a-z]*[ry]\./.test(instanceType);
  return (image) => (image.architecture === 'arm64') === isArm;
}

/** ActionType ChangeOS asks for images that ReplaceSystemDisk takes: those without data disks. */
export function forReplacement(image: ImageRow): boolean {
  return image.disks.every((disk) => disk.type === 'system');
}

const invalidFilterValue: ErrorSpec = { status: 404, code: 'InvalidFilterValue' };
const featureFilters: readonly string[] = [
  'CpuOnlineUpgrade',
  'CpuOnlineDowngrade',
  'MemoryOnlineUpgrade',
  'MemoryOnlineDowngrade',
];

/** One `Filter.N`. No image of the emulator supports online changes, and every one works in both network types. */
export function passingFilter(key: string | undefined, value: string | undefined): ImageTest {
  if (key === 'CreationStartTime' || key === 'CreationEndTime') {
    const time = filterTime(value);
    return ({ createdAt }) => (key === 'CreationStartTime' ? createdAt >= time : createdAt <= time);
  }
  if (key === 'NetworkType') {
    if (value !== 'vpc' && value !== 'classic') {
      refuse(400, 'InvalidFilterValue.NetworkType', 'The filter value of NetworkType must be vpc or classic.');
    }
    return () => true;
  }
  if (key === undefined || !featureFilters.includes(key)) {
    return refuse(404, 'InvalidFilterKey.NotFound', `The filter key ${key ?? ''} does not exist.`);
  }
  if (value !== 'supported' && value !== 'unsupported') return refuseFilterValue(value);
  return () => value === 'unsupported';
}

function filterTime(value: string | undefined): number {
  const time = value !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? refuseFilterValue(value) : time;
}

function refuseFilterValue(value: string | undefined): never {
  return refuse(invalidFilterValue.status, invalidFilterValue.code, `The filter value ${value ?? ''} is not valid.`);
}
