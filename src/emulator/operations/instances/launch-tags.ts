import { refuse } from '../../rpc/api-error.js';
import type { Tags } from '../../world/state.js';
import type { World } from '../../world/world.js';
import type { TagFilter } from '../tags/tag-parameters.js';

/** A new resource has all its tags from one call, so the limit per resource can only bite where a scenario lowers it. */
export function assertTagQuota(tags: Tags, world: World): void {
  const max = world.settings.quotas.tagsPerResource;
  if (Object.keys(tags).length <= max) return;
  const code = world.settings.switch('tagQuotaCode');
  refuse(code === 'QuotaExceed.Tags' ? 403 : 400, code, `A resource has at most ${max} tags.`);
}

/** Every tag of a filter must match; a key alone matches any value. */
export function tagMatch(filters: readonly TagFilter[]): ((tags: Tags) => boolean) | undefined {
  if (filters.length === 0) return undefined;
  return (tags) =>
    filters.every(({ key, value }) => Object.hasOwn(tags, key) && (value === undefined || tags[key] === value));
}
