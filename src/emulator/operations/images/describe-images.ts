import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { boolean, choice, group, list, type Parsed, required, text } from '../../rpc/parameters.js';
import type { ImageRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { type Call, operation } from '../operation.js';
import { tagFilter } from '../tags/tag-parameters.js';
import { imageArn } from './image-access.js';
import {
  badImageParameter,
  fittingType,
  forReplacement,
  type ImageTest,
  inStatus,
  named,
  ofFamily,
  ofOwner,
  type OwnerAlias,
  passingFilter,
  thatIsUsable,
  usedAs,
  withTags,
} from './image-filter.js';
import { pageOf, pageParameters } from './image-paging.js';
import { ImageViewer } from './image-view.js';

const imageIdsMax = 100;
/** A query by tag or resource group sees so many results at most. */
const filteredResultsMax = 1000;

const notFound = (code: string): ErrorSpec => ({ status: 404, code });

const parameters = {
  RegionId: required(text()),
  ImageId: text(),
  ImageName: text(),
  ImageFamily: text(),
  ImageOwnerAlias: choice(['system', 'self', 'others', 'marketplace'], {
    status: 400,
    code: 'InvalidImageOwnerAlias.ValueNotSupported',
  }),
  ImageOwnerId: text({ pattern: /^\d{1,19}$/, error: badImageParameter }),
  IsPublic: boolean({ error: badImageParameter }),
  Status: text(),
  Usable: boolean({ error: badImageParameter }),
  SnapshotId: text(),
  Usage: text({ oneOf: ['instance', 'none'], error: notFound('InvalidUsage') }),
  ShowExpired: boolean({ error: badImageParameter }),
  InstanceType: text({
    pattern: /^ecs\.[a-z0-9-]+\.[a-z0-9]+$/,
    error: { status: 400, code: 'InvalidInstanceType.ValueNotSupported' },
  }),
  OSType: text({ oneOf: ['windows', 'linux'], error: notFound('InvalidOSType') }),
  Architecture: text({ oneOf: ['i386', 'x86_64', 'arm64'], error: notFound('InvalidArchitecture') }),
  IsSupportIoOptimized: boolean({ error: badImageParameter }),
  IsSupportCloudinit: boolean({ error: badImageParameter }),
  ActionType: text({ oneOf: ['CreateEcs', 'ChangeOS'], error: badImageParameter }),
  ResourceGroupId: text(),
  Filter: list(group({ Key: text(), Value: text() })),
  Tag: tagFilter,
  ...pageParameters(badImageParameter),
};

type Query = Parsed<typeof parameters>;

/** Source: ECS API reference, DescribeImages. */
export const describeImages = operation({
  name: 'DescribeImages',
  product: 'ecs',
  access: 'read',
  dryRun: 'DryRunOperation',
  parameters,
  accessRequest(query, call) {
    if (query.ImageOwnerAlias === 'system' || query.ImageOwnerAlias === 'others') return 'unchecked';
    return { resources: imageIdsOf(query)?.map((id) => imageArn(call, id)) ?? [imageArn(call, '*')] };
  },
  run(query, call) {
    const { world, caller, regionId } = call;
    const viewer = new ImageViewer(world, caller.uid, regionId);
    const tests = testsOf(query, call, viewer);
    const isNarrowed = query.Tag.length > 0 || query.ResourceGroupId !== undefined;
    const page = pageOf(inOrder(candidates(query, call), world), (image) => tests.every((test) => test(image)), query, {
      world,
      error: badImageParameter,
      ...(isNarrowed ? { countMax: filteredResultsMax } : {}),
    });
    return {
      RegionId: regionId,
      TotalCount: page.totalCount,
      PageNumber: page.pageNumber,
      PageSize: page.pageSize,
      Images: { Image: page.items.map((image) => viewer.full(image)) },
    };
  },
});

/** IDs that were asked for, each once; undefined where the query names none. */
function imageIdsOf(query: Query): readonly string[] | undefined {
  if (query.ImageId === undefined) return undefined;
  const ids = [...new Set(query.ImageId.split(',').map((id) => id.trim()))].filter((id) => id !== '');
  if (ids.length > imageIdsMax) {
    refuse(badImageParameter.status, badImageParameter.code, `ImageId must name at most ${imageIdsMax} images.`);
  }
  return ids;
}

/** The shortest list that holds all images the query can be about. */
function candidates(query: Query, { world, caller, regionId }: Call): readonly ImageRow[] {
  const ids = imageIdsOf(query);
  if (ids !== undefined) {
    return ids
      .flatMap((id) => world.images.get(id) ?? [])
      .filter((image) => image.region === regionId)
      .sort((a, b) => b.sequence - a.sequence);
  }
  if (query.ImageOwnerAlias === 'self') return world.images.list(caller.uid, regionId);
  return world.images.listRegion(regionId);
}

function inOrder(images: readonly ImageRow[], world: World): readonly ImageRow[] {
  const order = world.settings.switch('imageOrder');
  if (order === 'newest-first') return images;
  if (order === 'oldest-first') return images.toReversed();
  return images.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function testsOf(query: Query, call: Call, viewer: ImageViewer): readonly ImageTest[] {
  const { world, caller } = call;
  const alias = query.ImageOwnerAlias;
  const isPublic = query.IsPublic === true;
  if (isPublic && alias !== 'others') {
    refuse(400, 'InvalidImageOwnerAlias.PublicImageUnsupported', 'IsPublic requires that ImageOwnerAlias is others.');
  }
  assertOwnerIdAllowed(query, alias, world);
  return [
    ofOwner(world, caller.uid, alias, isPublic),
    inStatus(query.Status, query.Usable),
    ...when(query.Usable, thatIsUsable),
    ...when(query.ImageName, (name) => named(world, name)),
    ...when(query.ImageFamily, (family) => ofFamily(caller.uid, family)),
    ...when(query.ImageOwnerId, (owner) => (image: ImageRow) => image.account === owner),
    ...when(query.SnapshotId, (id) => (image: ImageRow) => image.disks.some((disk) => disk.snapshotId === id)),
    ...when(query.Usage, (usage) => usedAs(viewer, usage)),
    ...when(query.InstanceType, fittingType),
    ...when(query.OSType, (type) => (image: ImageRow) => image.osType === type),
    ...when(query.Architecture, (architecture) => (image: ImageRow) => image.architecture === architecture),
    ...when(query.IsSupportIoOptimized, (isWanted) => () => isWanted),
    ...when(query.IsSupportCloudinit, (isWanted) => (image: ImageRow) => image.isSupportCloudinit === isWanted),
    ...when(query.ActionType === 'ChangeOS' ? true : undefined, () => forReplacement),
    ...when(
      query.ResourceGroupId,
      (id) => (image: ImageRow) => image.account === caller.uid && image.resourceGroupId === id,
    ),
    ...when(query.Tag.length > 0 ? query.Tag : undefined, (tags) => withTags(world, caller.uid, tags)),
    ...query.Filter.map(({ Key, Value }) => passingFilter(Key, Value)),
  ];
}

function when<T>(value: T | undefined, test: (value: T) => ImageTest): readonly ImageTest[] {
  return value === undefined ? [] : [test(value)];
}

function assertOwnerIdAllowed(query: Query, alias: OwnerAlias | undefined, world: World): void {
  if (query.ImageOwnerId === undefined || alias === 'others') return;
  if (alias === undefined && world.settings.switch('ownerIdWithoutAlias') === 'accept') return;
  refuse(
    400,
    'InvalidOperation.ImageOwnerIdUnsupported',
    'ImageOwnerId is supported only for shared and community images.',
  );
}
