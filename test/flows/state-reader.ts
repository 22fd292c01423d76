import { accountOf, type Project } from '../../src/domain/desired.js';
import type { ObservedState, Scope, Tags } from '../../src/domain/observed.js';
import { isIn } from '../../src/domain/observed.js';
import type { CloudReader, TagFilter } from '../../src/ports/cloud-reader.js';

/** A cloud that shows exactly this state, in one page. Keys that it does not hold are enabled. */
export function stateReader(project: Project, state: ObservedState): CloudReader {
  const page = <T>(items: readonly T[]) => Promise.resolve({ items, nextToken: '', totalCount: items.length });
  const has = (thing: { readonly tags: Tags }, tags: readonly TagFilter[] = []) =>
    tags.every(
      ({ key, value }) => Object.hasOwn(thing.tags, key) && (value === undefined || thing.tags[key] === value),
    );
  const within = <T extends Scope & { readonly tags: Tags }>(
    things: readonly T[],
    scope: Scope,
    tags?: readonly TagFilter[],
  ) => things.filter((thing) => isIn(thing, scope) && has(thing, tags));
  return {
    getCallerIdentity: ({ account }) => {
      const accountId = accountOf(project, account).uid;
      return Promise.resolve({ accountId, arn: `acs:ram::${accountId}:user/test` });
    },
    assertMayDescribeInstances: () => Promise.resolve(),
    describeInstances: (scope, { tags }) => page(within(state.instances, scope, tags)),
    describeImages: (scope, { ownerAlias, imageIds, tags }) =>
      page(
        within(state.images, scope, tags)
          .filter((image) => image.ownerAlias === ownerAlias)
          .filter(({ imageId }) => imageIds?.includes(imageId) !== false),
      ),
    describeDisks: (scope, { instanceId, tags }) =>
      page(
        within(state.disks, scope, tags).filter((disk) => instanceId === undefined || disk.instanceId === instanceId),
      ),
    describeSnapshots: (scope, { tags }) => page(within(state.snapshots, scope, tags)),
    describeImageShares: (scope, { imageId }) => {
      const share = state.shares.find((candidate) => isIn(candidate, scope) && candidate.imageId === imageId);
      const items = share?.accounts ?? [];
      return Promise.resolve({ items, totalCount: items.length, groups: share?.groups ?? [], sharedAt: new Map() });
    },
    describeInstanceRoles: () => Promise.resolve(new Map()),
    describeRegions: () => Promise.resolve(project.regions),
    describeLaunchTemplates: () => page([]),
    describeLaunchTemplateImages: () => page([]),
    describeKey: (scope, keyId) => {
      const key = state.keys.find((candidate) => isIn(candidate, scope) && candidate.keyId === keyId);
      return Promise.resolve(key ?? { ...scope, keyId, state: 'Enabled' });
    },
  };
}
