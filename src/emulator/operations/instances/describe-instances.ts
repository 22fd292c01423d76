import { list, required, text } from '../../rpc/parameters.js';
import { type AccessRequest, type Call, operation } from '../operation.js';
import {
  instanceFilterParameters,
  instanceMatches,
  isCapped,
  pickInstances,
  readInstanceIds,
} from './instance-filters.js';
import { instanceView } from './instance-view.js';
import { instanceAccess } from './own-instance.js';
import { emptyPage, filteredResultsMax, pageOf, pagingParameters } from './paging.js';

const parameters = {
  RegionId: required(text()),
  InstanceIds: text(),
  ...instanceFilterParameters,
  AdditionalAttributes: list(text()),
  ...pagingParameters(100),
};

/** A caller without the right gets an empty list, not an error; only a dry run tells the truth. */
export const describeInstances = operation({
  name: 'DescribeInstances',
  product: 'ecs',
  access: 'read',
  parameters,
  dryRun: 'DryRunOperation',
  accessRequest: (_wish, call): AccessRequest => allInstances(call),
  denied: (wish, call) => ({ Instances: { Instance: [] }, ...emptyPage(wish, call.world) }),
  run(wish, call) {
    const { world, caller, regionId } = call;
    const ids = readInstanceIds(wish.InstanceIds, world);
    const rows =
      ids === undefined ? world.instances.list(caller.uid, regionId) : pickInstances(ids, caller.uid, regionId, world);
    const matchesMax = isCapped(wish) ? filteredResultsMax : undefined;
    const page = pageOf({ rows, matches: instanceMatches(wish, world), matchesMax }, wish, world);
    const additional = new Set(wish.AdditionalAttributes);
    return {
      Instances: { Instance: page.rows.map((row) => instanceView(row, world, additional)) },
      ...page.members,
    };
  },
});

export function allInstances(call: Call): AccessRequest {
  return instanceAccess(call, ['*']);
}
