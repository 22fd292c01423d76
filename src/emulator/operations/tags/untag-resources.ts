import { refuse } from '../../rpc/api-error.js';
import { boolean, list, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { tagsPerCallMax } from './tag-parameters.js';
import {
  accessToResources,
  mandatoryResourceIds,
  regionOfTags,
  tableOf,
  taggedKind,
  taggedRows,
} from './tagged-resource.js';

/** Removes the keys named, or `All` of them. A key that is not there is no error. Source: ECS API reference, UntagResources. */
export const untagResources = operation({
  name: 'UntagResources',
  product: 'ecs',
  access: 'write',
  parameters: {
    RegionId: regionOfTags,
    ResourceType: taggedKind,
    ResourceId: mandatoryResourceIds,
    TagKey: list(text(), { max: tagsPerCallMax, error: { status: 400, code: 'NumberExceed.Tags' } }),
    All: boolean(),
  },
  accessRequest: accessToResources,
  run({ ResourceType, ResourceId, TagKey, All }, call) {
    if (All === true && TagKey.length > 0) refuse(403, 'Param.Conflict', 'All and TagKey.N exclude each other.');
    if (All !== true && TagKey.length === 0) {
      refuse(404, 'MissingParameter.Tags', 'TagKey.N is mandatory where All is not true.');
    }
    if (TagKey.some((key) => key.startsWith('aliyun') || key.startsWith('acs:'))) {
      refuse(403, 'NoPermission.Tag', 'Tags of the system cannot be removed.');
    }
    for (const row of taggedRows(ResourceType, ResourceId, call)) {
      const kept = Object.entries(row.tags).filter(([key]) => All !== true && !TagKey.includes(key));
      tableOf(call.world, ResourceType).put({ ...row, tags: Object.fromEntries(kept) });
    }
    return {};
  },
});
