import { refuse } from '../../rpc/api-error.js';
import { group, list, type Parameter, type Parsed, text } from '../../rpc/parameters.js';
import { type Call, operation } from '../operation.js';
import { type TagFilter, tagFilter } from './tag-parameters.js';
import {
  accessToResources,
  regionOfTags,
  resourceIds,
  tableOf,
  type TaggedRow,
  taggedKind,
} from './tagged-resource.js';

/** The pseudo tag by which a listing is narrowed to a resource group. */
const resourceGroupKey = 'acs:rm:rgId';
const fuzzyFiltersMax = 5;

const malformedFilter = { status: 400, code: 'InvalidTags.MalFormed' };

/** A value without its key has a code of its own in this operation. */
const exactTags: Parameter<readonly TagFilter[]> = {
  read(name, raw) {
    for (const key of raw.keys()) {
      const index = /^Tag\.(\d+)\.[Vv]alue$/.exec(key)?.[1];
      if (index === undefined || raw.has(`Tag.${index}.Key`) || raw.has(`Tag.${index}.key`)) continue;
      refuse(400, 'InvalidParameter.TagValue', 'A tag value needs its key.');
    }
    return tagFilter.read(name, raw);
  },
};

const parameters = {
  RegionId: regionOfTags,
  ResourceType: taggedKind,
  ResourceId: resourceIds,
  Tag: exactTags,
  TagFilter: list(
    group({ TagKey: text(), TagValues: list(text(), { max: fuzzyFiltersMax, error: malformedFilter }) }),
    { max: fuzzyFiltersMax, error: malformedFilter },
  ),
  NextToken: text(),
};

type Query = Parsed<typeof parameters>;

interface Entry {
  readonly ResourceId: string;
  readonly ResourceType: string;
  readonly TagKey: string;
  readonly TagValue: string;
}

/**
 * Tags of resources, or resources by tags: without filters every tag of each resource, with filters the tags that they
 * name, of resources that match them all. Source: ECS API reference, ListTagResources.
 */
export const listTagResources = operation({
  name: 'ListTagResources',
  product: 'ecs',
  access: 'read',
  parameters,
  accessRequest: accessToResources,
  run(query, call) {
    if (query.Tag.length > 0 && query.TagFilter.length > 0) {
      refuse(malformedFilter.status, malformedFilter.code, 'Tag and TagFilter exclude each other.');
    }
    if (query.ResourceId.length + query.Tag.length + query.TagFilter.length === 0) {
      refuse(403, 'BothEmpty.TagsAndResources', 'One of ResourceId.N, Tag.N and TagFilter.N is mandatory.');
    }
    const entries = entriesOf(query, call).filter((entry) => isAfter(entry, query.NextToken));
    const page = entries.slice(0, Math.max(1, call.world.settings.switch('tagsPerPage')));
    const last = page.at(-1);
    return {
      TagResources: { TagResource: page },
      NextToken: last !== undefined && page.length < entries.length ? tokenOf(last) : '',
    };
  },
});

/** All entries of the answer, by resource and key. */
function entriesOf(query: Query, call: Call): readonly Entry[] {
  const filters = [...query.Tag.map(exactly), ...query.TagFilter.map(fuzzily)];
  return candidates(query, call)
    .filter((row) => filters.every((filter) => filter.matches(row)))
    .flatMap((row) =>
      Object.entries(row.tags)
        .filter(
          ([key]) => filters.every(({ names }) => names === undefined) || filters.some(({ names }) => names?.(key)),
        )
        .map(([TagKey, TagValue]) => ({ ResourceId: row.id, ResourceType: query.ResourceType, TagKey, TagValue })),
    )
    .sort((a, b) => compareText(placeOf(a), placeOf(b)));
}

function candidates({ ResourceType, ResourceId }: Query, { world, caller, regionId }: Call): readonly TaggedRow[] {
  const table = tableOf(world, ResourceType);
  if (ResourceId.length === 0) return table.list(caller.uid, regionId);
  return ResourceId.flatMap((id) => table.get(id) ?? []).filter(
    (row) => row.account === caller.uid && row.region === regionId,
  );
}

interface EntryFilter {
  matches(row: TaggedRow): boolean;
  /** Which keys of a matching resource the filter is about; absent where it is about none. */
  readonly names?: (key: string) => boolean;
}

function exactly({ key, value }: TagFilter): EntryFilter {
  if (key === resourceGroupKey) return { matches: (row) => value === undefined || row.resourceGroupId === value };
  return {
    matches: (row) => Object.hasOwn(row.tags, key) && (value === undefined || row.tags[key] === value),
    names: (other) => other === key,
  };
}

function fuzzily({ TagKey, TagValues }: { TagKey: string | undefined; TagValues: readonly string[] }): EntryFilter {
  const key = TagKey ?? refuse(malformedFilter.status, malformedFilter.code, 'A TagFilter needs a TagKey.');
  const names = TagValues.length > 0 ? (other: string) => other === key : wildcard(key);
  const isValue = TagValues.length > 0 ? (value: string) => TagValues.some((one) => wildcard(one)(value)) : () => true;
  return {
    matches: (row) => Object.entries(row.tags).some(([name, value]) => names(name) && isValue(value)),
    names,
  };
}

/** `a*` begins with, `*a*` contains, anything else is exact. */
function wildcard(pattern: string): (value: string) => boolean {
  if (pattern.length > 2 && pattern.startsWith('*') && pattern.endsWith('*')) {
    const part = pattern.slice(1, -1);
    return (value) => value.includes(part);
  }
  if (pattern.endsWith('*')) return (value) => value.startsWith(pattern.slice(0, -1));
  return (value) => value === pattern;
}

function placeOf({ ResourceId, TagKey }: Entry): string {
  return `${ResourceId}\n${TagKey}`;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function tokenOf(entry: Entry): string {
  return Buffer.from(placeOf(entry)).toString('base64url');
}

function isAfter(entry: Entry, token: string | undefined): boolean {
  if (token === undefined) return true;
  const place = Buffer.from(token, 'base64url').toString();
  if (!place.includes('\n')) refuse(403, 'Invalid.NextToken', 'The NextToken is not valid.');
  return compareText(placeOf(entry), place) > 0;
}
