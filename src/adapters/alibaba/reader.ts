import { DescribeDisksRequest } from '@alicloud/ecs20140526/dist/models/DescribeDisksRequest.js';
import { DescribeImageSharePermissionRequest } from '@alicloud/ecs20140526/dist/models/DescribeImageSharePermissionRequest.js';
import { DescribeImagesRequest } from '@alicloud/ecs20140526/dist/models/DescribeImagesRequest.js';
import { DescribeInstanceRamRoleRequest } from '@alicloud/ecs20140526/dist/models/DescribeInstanceRamRoleRequest.js';
import { DescribeInstancesRequest } from '@alicloud/ecs20140526/dist/models/DescribeInstancesRequest.js';
import { DescribeRegionsRequest } from '@alicloud/ecs20140526/dist/models/DescribeRegionsRequest.js';
import { DescribeLaunchTemplatesRequest } from '@alicloud/ecs20140526/dist/models/DescribeLaunchTemplatesRequest.js';
import { DescribeLaunchTemplateVersionsRequest } from '@alicloud/ecs20140526/dist/models/DescribeLaunchTemplateVersionsRequest.js';
import { DescribeSnapshotsRequest } from '@alicloud/ecs20140526/dist/models/DescribeSnapshotsRequest.js';
import type { Account } from '../../domain/desired.js';
import { CloudError, isCloudError } from '../../domain/errors.js';
import type { Scope } from '../../domain/observed.js';
import type { CloudReader, NumberedPage, TagFilter, TokenPage } from '../../ports/cloud-reader.js';
import type { Answer } from './answer.js';
import { parseDisk, parseImage, parseInstance, parseKeyState, parseSnapshot } from './parse-observed.js';
import { wireQuery } from './request.js';
import { accountNamed, type Operation, type Send } from './sender.js';

/** Page sizes are the largest that each operation takes. Source: ECS API reference. */
const pageSize = {
  images: 100,
  instances: 100,
  disks: 500,
  snapshots: 100,
  shares: 100,
  roles: 50,
  launchTemplates: 50,
} as const;

/** What only looks: names of all its operations begin so. */
const readingOperation = /^(?:Describe|Get|List)[A-Z]/;

/** The same way to the API, for operations that look alone: whoever sends another one over it has a defect. */
export function readingOnly(send: Send): Send {
  return (scope, operation, query, parse) => {
    if (readingOperation.test(operation.name)) return send(scope, operation, query, parse);
    return Promise.reject(new Error(`${operation.name} must not be sent over a connection that only reads`));
  };
}

/** Has no way to change anything: whoever holds only this cannot write. */
export function cloudReader(send: Send, accounts: readonly Account[]): CloudReader {
  return {
    getCallerIdentity: (scope) =>
      send(scope, { product: 'sts', name: 'GetCallerIdentity' }, {}, (answer) => ({
        accountId: answer.get('AccountId').id(),
        arn: answer.get('Arn').textOr(''),
      })),
    assertMayDescribeInstances: (scope) => assertMayDescribeInstances(send, scope),
    describeInstances: (scope, query) =>
      send(
        scope,
        ecs('DescribeInstances'),
        wireQuery(DescribeInstancesRequest, {
          regionId: scope.region,
          instanceIds: jsonList(query.instanceIds),
          imageId: query.imageId,
          tag: tagFilters(query.tags),
          additionalAttributes: ['META_OPTIONS'],
          maxResults: pageSize.instances,
          nextToken: query.nextToken || undefined,
        }),
        (answer) => tokenPage(answer, ['Instances', 'Instance'], (item) => parseInstance(item, scope)),
      ),
    describeImages: (scope, query) => describeImages(send, accountNamed(accounts, scope.account), scope, query),
    describeDisks: (scope, query) =>
      send(
        scope,
        ecs('DescribeDisks'),
        wireQuery(DescribeDisksRequest, {
          regionId: scope.region,
          diskIds: jsonList(query.diskIds),
          instanceId: query.instanceId,
          tag: tagFilters(query.tags),
          maxResults: pageSize.disks,
          nextToken: query.nextToken || undefined,
        }),
        (answer) => tokenPage(answer, ['Disks', 'Disk'], (item) => parseDisk(item, scope)),
      ),
    describeSnapshots: (scope, query) =>
      send(
        scope,
        ecs('DescribeSnapshots'),
        wireQuery(DescribeSnapshotsRequest, {
          regionId: scope.region,
          snapshotIds: jsonList(query.snapshotIds),
          tag: tagFilters(query.tags),
          maxResults: pageSize.snapshots,
          nextToken: query.nextToken || undefined,
        }),
        (answer) => tokenPage(answer, ['Snapshots', 'Snapshot'], (item) => parseSnapshot(item, scope)),
      ),
    describeImageShares: (scope, { imageId, pageNumber }) =>
      send(
        scope,
        ecs('DescribeImageSharePermission'),
        wireQuery(DescribeImageSharePermissionRequest, {
          regionId: scope.region,
          imageId,
          pageNumber: pageNumber ?? 1,
          pageSize: pageSize.shares,
        }),
        sharePage,
      ),
    describeInstanceRoles: (scope, instanceIds) =>
      send(
        scope,
        ecs('DescribeInstanceRamRole'),
        wireQuery(DescribeInstanceRamRoleRequest, {
          regionId: scope.region,
          instanceIds: jsonList(instanceIds),
          pageNumber: 1,
          pageSize: pageSize.roles,
        }),
        (answer) =>
          new Map(
            answer
              .get('InstanceRamRoleSets')
              .get('InstanceRamRoleSet')
              .list()
              .map((item): [string, string] => [item.get('InstanceId').id(), item.get('RamRoleName').textOr('')])
              .filter(([, role]) => role !== ''),
          ),
      ),
    describeRegions: (scope) =>
      send(scope, ecs('DescribeRegions'), wireQuery(DescribeRegionsRequest, {}), (answer) =>
        answer
          .get('Regions')
          .get('Region')
          .list()
          .map((region) => region.get('RegionId').id()),
      ),
    describeLaunchTemplates: (scope, { pageNumber }) =>
      send(
        scope,
        ecs('DescribeLaunchTemplates'),
        wireQuery(DescribeLaunchTemplatesRequest, {
          regionId: scope.region,
          pageNumber,
          pageSize: pageSize.launchTemplates,
        }),
        (answer) => ({
          items: answer
            .get('LaunchTemplateSets')
            .get('LaunchTemplateSet')
            .list()
            .map((template) => template.get('LaunchTemplateId').id()),
          totalCount: answer.get('TotalCount').integer(),
        }),
      ),
    describeLaunchTemplateImages: (scope, { templateId, pageNumber }) =>
      send(
        scope,
        ecs('DescribeLaunchTemplateVersions'),
        wireQuery(DescribeLaunchTemplateVersionsRequest, {
          regionId: scope.region,
          launchTemplateId: templateId,
          detailFlag: true,
          pageNumber,
          pageSize: pageSize.launchTemplates,
        }),
        (answer) => ({
          items: answer
            .get('LaunchTemplateVersionSets')
            .get('LaunchTemplateVersionSet')
            .list()
            .map((version) => version.get('LaunchTemplateData').get('ImageId').textOr('')),
          totalCount: answer.get('TotalCount').integer(),
        }),
      ),
    describeKey: async (scope, keyId) => ({ ...scope, keyId, state: await keyState(send, scope, keyId) }),
  };
}

function ecs(name: string): Operation {
  return { product: 'ecs', name };
}

/** IDs go as one text that holds a JSON list; an empty list matches nothing, an absent one everything. */
function jsonList(ids: readonly string[] | undefined): string | undefined {
  return ids === undefined ? undefined : JSON.stringify(ids);
}

function tagFilters(tags: readonly TagFilter[] | undefined): readonly TagFilter[] | undefined {
  return tags?.map((tag) => ({ ...tag }));
}

function tokenPage<T>(answer: Answer, path: readonly [string, string], parse: (item: Answer) => T): TokenPage<T> {
  return {
    items: answer.get(path[0]).get(path[1]).list().map(parse),
    nextToken: answer.get('NextToken').textOr(''),
  };
}

/**
 * Alias, visibility and status are always said: their defaults hide copies in progress, failed and deprecated images
 * and mix what others shared with what anybody published. `ImageName` is a fuzzy match there, so it only narrows.
 */
async function describeImages(
  send: Send,
  account: Account,
  scope: Scope,
  query: Parameters<CloudReader['describeImages']>[1],
): ReturnType<CloudReader['describeImages']> {
  const page = await send(
    scope,
    ecs('DescribeImages'),
    {
      ...wireQuery(DescribeImagesRequest, {
        regionId: scope.region,
        imageOwnerAlias: query.ownerAlias,
        isPublic: query.isPublic,
        status: 'ALL',
        imageId: query.imageIds?.join(','),
        imageName: query.name,
        tag: tagFilters(query.tags),
        pageNumber: query.pageNumber ?? 1,
        pageSize: pageSize.images,
      }),
      // The SDK's model holds it as a number, which loses digits.
      ...(query.owner === undefined ? {} : { ImageOwnerId: query.owner }),
    },
    (answer): NumberedPage<ReturnType<typeof parseImage>> => ({
      items: answer
        .get('Images')
        .get('Image')
        .list()
        .map((item) => parseImage(item, scope, account)),
      totalCount: answer.get('TotalCount').integer(),
    }),
  );
  if (query.name === undefined) return page;
  return { ...page, items: page.items.filter((image) => image.name === query.name) };
}

/** A passing dry run is an error by design. Source: ECS API reference, DescribeInstances. */
const dryRunPassed = 'DryRunOperation';

async function assertMayDescribeInstances(send: Send, scope: Scope): Promise<void> {
  const query = wireQuery(DescribeInstancesRequest, { regionId: scope.region, dryRun: true });
  try {
    await send(scope, ecs('DescribeInstances'), query, () => null);
  } catch (error) {
    if (isCloudError(error, dryRunPassed)) return;
    if (isCloudError(error) && (error.failure === 'refused' || error.failure === 'denied')) {
      if (error.code !== 'cloud/region') throw mayNotDescribe(scope, error);
    }
    throw error;
  }
  throw mayNotDescribe(scope, null);
}

function mayNotDescribe(scope: Scope, error: CloudError | null): CloudError {
  return new CloudError(
    'cloud/denied',
    `account '${scope.account}' in ${scope.region}: instances may not be listed: a dry run was answered with ${error?.apiCode || 'a list'}`,
    `Grant 'ecs:DescribeInstances' to the identity that account '${scope.account}' is used with: without it the service answers an empty list.`,
    { operation: 'DescribeInstances', account: scope.account, region: scope.region },
    'denied',
    error?.apiCode ?? '',
    error?.httpStatus ?? 200,
    error?.requestId ?? null,
    null,
  );
}

const missingKeyCodes = ['Forbidden.KeyNotFound', 'Forbidden.AliasNotFound'];

async function keyState(
  send: Send,
  scope: Scope,
  keyId: string,
): Promise<ReturnType<typeof parseKeyState> | 'Missing'> {
  try {
    return await send(scope, { product: 'kms', name: 'DescribeKey' }, { KeyId: keyId }, parseKeyState);
  } catch (error) {
    if (isCloudError(error, ...missingKeyCodes)) return 'Missing';
    throw error;
  }
}

function sharePage(answer: Answer): Awaited<ReturnType<CloudReader['describeImageShares']>> {
  const accounts = answer.get('Accounts').get('Account').list();
  const times = accounts.map(
    (account) => [account.get('AliyunId').id(), account.get('SharedTime').textOr('')] as const,
  );
  return {
    items: times.map(([uid]) => uid),
    totalCount: answer.get('TotalCount').integer(),
    groups: answer
      .get('ShareGroups')
      .get('ShareGroup')
      .listOrEmpty()
      .map((group) => group.get('Group').textOr('')),
    sharedAt: new Map(times.filter(([, at]) => at !== '')),
  };
}
