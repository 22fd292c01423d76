import { compareText } from '../../domain/address.js';
import type { TagWishes } from '../../domain/desired.js';
import type { Tags } from '../../domain/observed.js';

/** The cloud keeps so many tags on a thing, and tallyman needs eight of them. */
const tagsMax = 20;
const ownTagsMax = 12;

/** Tags that adopting writes: project, address and ID. */
const adoptionTags = 3;

/** Tags of the service itself, which nobody can write. */
function isOfService(key: string): boolean {
  return /^(?:acs:|aliyun)/.test(key);
}

function ownTags(tags: Tags): readonly (readonly [string, string])[] {
  return Object.entries(tags)
    .filter(([key]) => !isOfService(key) && !key.startsWith('tallyman:'))
    .sort(([a], [b]) => compareText(a, b));
}

/** Whether there is room for the tags that adopting writes. */
export function hasRoom(tags: Tags): boolean {
  return ownTags(tags).length + adoptionTags <= tagsMax;
}

/**
 * The tags of a thing as a manifest says them, so that none is changed: a tag that the project gives to everything and
 * that this thing does not have is `null` here. More than a manifest may list are not managed at all.
 */
export function tagsAsTheyAre(
  tags: Tags,
  defaults: TagWishes,
): { readonly tags: Record<string, string | null> | undefined; readonly isWhole: boolean } {
  const own = ownTags(tags);
  const isWhole = own.length <= ownTagsMax;
  const listed = isWhole ? own : own.filter(([key]) => Object.hasOwn(defaults, key));
  const absent = Object.keys(defaults)
    .filter((key) => !Object.hasOwn(tags, key))
    .map((key) => [key, null] as const);
  const entries = [...listed, ...absent].sort(([a], [b]) => compareText(a, b));
  return { tags: entries.length === 0 ? undefined : Object.fromEntries(entries), isWhole };
}
