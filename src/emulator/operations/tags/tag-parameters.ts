import { refuse } from '../../rpc/api-error.js';
import { group, list, type Parameter, type RawParameters, text } from '../../rpc/parameters.js';
import type { Tags } from '../../world/state.js';

/** Tags that one call may carry. */
export const tagsPerCallMax = 20;
const textLengthMax = 128;

export interface TagFilter {
  readonly key: string;
  /** undefined = any value. */
  readonly value: string | undefined;
}

interface GivenTag {
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** `Tag.N.Key` and `Tag.N.Value`; the lower-case spelling of older clients is still accepted. */
const givenTags: Parameter<readonly GivenTag[]> = {
  read(name, raw) {
    const part = text({ isEmptyKept: true });
    return list(group({ Key: part, Value: part, key: part, value: part }))
      .read(name, raw)
      .map((tag) => ({ key: tag.Key ?? tag.key, value: tag.Value ?? tag.value }));
  },
};

/** `Tag.N` of a listing: a key alone matches any value, a value alone is refused. */
export const tagFilter: Parameter<readonly TagFilter[]> = {
  read(name, raw) {
    const given = givenTags.read(name, raw);
    if (given.length > tagsPerCallMax) refuse(400, 'InvalidTagCount', `At most ${tagsPerCallMax} tags can be given.`);
    return given.map(({ key, value }) => {
      if (key === undefined || key === '') return refuseMismatch();
      return { key, value };
    });
  },
};

/** `Tag.N` of an operation that creates something. A tag without a value has the empty one. */
export const creationTags: Parameter<Tags> = {
  read(name, raw) {
    const given = givenTags.read(name, raw);
    if (given.length > tagsPerCallMax) refuse(400, 'NumberExceed.Tags', `At most ${tagsPerCallMax} tags can be given.`);
    const keys = given.map(({ key }) => key?.toLowerCase());
    if (new Set(keys).size < keys.length) refuse(400, 'Duplicate.TagKey', 'The tags contain a duplicate key.');
    return tagsOf(given, () => refuse(400, 'NoPermission.SystemTag', 'Keys must not begin with aliyun or acs:.'));
  },
};

/** `Tag.N` of TagResources: key and value must both be there. */
export const requestedTags: Parameter<Tags> = {
  read(name: string, raw: RawParameters) {
    const given = givenTags.read(name, raw);
    if (given.length === 0) refuse(404, 'MissingParameter.Tags', 'The parameter Tag.N is mandatory.');
    if (given.length > tagsPerCallMax) refuse(400, 'NumberExceed.Tags', `At most ${tagsPerCallMax} tags can be given.`);
    if (given.some(({ key, value }) => key === undefined || value === undefined)) refuseMismatch();
    const keys = given.map(({ key }) => key);
    if (new Set(keys).size < keys.length) refuse(400, 'Duplicate.TagKey', 'The tags contain a duplicate key.');
    if (new Set(keys.map((key) => key?.toLowerCase())).size < keys.length) {
      refuse(403, 'TagKey.Duplication', 'Two keys differ in nothing but case.');
    }
    return tagsOf(given, () => refuse(403, 'NoPermission.Tag', 'Keys of the system cannot be written.'));
  },
};

function tagsOf(given: readonly GivenTag[], refuseSystemKey: () => never): Tags {
  const tags = new Map<string, string>();
  for (const { key, value } of given) {
    if (key === undefined) return refuseMismatch();
    if (key.startsWith('aliyun') || key.startsWith('acs:')) refuseSystemKey();
    if (key === '' || !isTagText(key)) refuse(400, 'InvalidTagKey.Malformed', `The tag key '${key}' is not valid.`);
    if (value !== undefined && !isTagText(value)) {
      refuse(400, 'InvalidTagValue.Malformed', `The value of the tag '${key}' is not valid.`);
    }
    tags.set(key, value ?? '');
  }
  // Assigned one by one, a key such as `__proto__` would be lost without a word.
  return Object.fromEntries(tags);
}

function isTagText(value: string): boolean {
  return value.length <= textLengthMax && !/https?:\/\//.test(value);
}

function refuseMismatch(): never {
  return refuse(400, 'InvalidTag.Mismatch', 'Tag.N.Key and Tag.N.Value do not match.');
}
