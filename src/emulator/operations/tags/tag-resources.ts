import { refuse } from '../../rpc/api-error.js';
import { operation } from '../operation.js';
import { requestedTags } from './tag-parameters.js';
import {
  accessToResources,
  mandatoryResourceIds,
  regionOfTags,
  tableOf,
  taggedKind,
  taggedRows,
} from './tagged-resource.js';

/** Adds tags; a key that is there takes the new value. All resources or none. Source: ECS API reference, TagResources. */
export const tagResources = operation({
  name: 'TagResources',
  product: 'ecs',
  access: 'write',
  parameters: {
    RegionId: regionOfTags,
    ResourceType: taggedKind,
    ResourceId: mandatoryResourceIds,
    Tag: requestedTags,
  },
  accessRequest: accessToResources,
  run({ ResourceType, ResourceId, Tag }, call) {
    const { world } = call;
    const { tagsPerResource } = world.settings.quotas;
    for (const row of taggedRows(ResourceType, ResourceId, call)) {
      const tags = { ...row.tags, ...Tag };
      if (Object.keys(tags).length > tagsPerResource) {
        const code = world.settings.switch('tagQuotaCode');
        const status = code === 'QuotaExceed.Tags' ? 403 : 400;
        refuse(status, code, `The resource ${row.id} would have more than ${tagsPerResource} tags.`);
      }
      tableOf(world, ResourceType).put({ ...row, tags });
    }
    return {};
  },
});
