import { compareText } from '../domain/address.js';
import type { Account, Desired, Instance } from '../domain/desired.js';
import { tagKey } from '../domain/ownership.js';
import { keysIn } from '../observe/observe.js';

/** A policy of RAM, as it is pasted into the console. */
export interface RamPolicy {
  readonly Version: '1';
  readonly Statement: readonly RamStatement[];
}

export interface RamStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What tallyman must be allowed in one account; a policy without statements is not needed. */
export interface AccountPermissions {
  readonly account: string;
  readonly uid: string;
  /** For plan, status, drift, update and snapshot. */
  readonly plan: RamPolicy;
  /** For apply: the above and what it writes. */
  readonly apply: RamPolicy;
}

export interface Permissions {
  /** In the order of the project. */
  readonly accounts: readonly AccountPermissions[];
  /** For everybody else who may write tags: our tags decide what we delete. */
  readonly deny: RamPolicy;
}

/**
 * The least that these manifests need. What the project's safety does not allow is left out: without `delete` in
 * `allow`, and without `prune`, no right to delete instances. Names of operations and resources are those of the RAM
 * chapters in the ECS and KMS API references.
 */
export function permissionsOf(desired: Desired): Permissions {
  return {
    accounts: desired.project.accounts.map((account) => permissionsIn(desired, account)),
    deny: { Version: '1', Statement: denials() },
  };
}

function permissionsIn(desired: Desired, account: Account): AccountPermissions {
  const reads = readStatements(desired, account);
  return {
    account: account.name,
    uid: account.uid,
    plan: { Version: '1', Statement: reads },
    apply: { Version: '1', Statement: [...reads, ...writeStatements(desired, account)] },
  };
}

interface Managed {
  readonly hasCopies: boolean;
  readonly hasShares: boolean;
  readonly instances: readonly Instance[];
}

function managedIn({ imageCopies, imageShares, instances }: Desired, { name }: Account): Managed {
  return {
    hasCopies: imageCopies.some(({ account }) => account === name),
    hasShares: imageShares.some(({ account }) => account === name),
    instances: instances.filter(({ account }) => account === name),
  };
}

function readStatements(desired: Desired, account: Account): readonly RamStatement[] {
  const { hasShares, instances } = managedIn(desired, account);
  const names = ['DescribeDisks', 'DescribeImages', 'DescribeInstances', 'DescribeSnapshots'];
  if (hasShares) names.push('DescribeImageSharePermission');
  if (instances.some(({ ramRoleName }) => ramRoleName !== null)) names.push('DescribeInstanceRamRole');
  const keys = desired.project.regions.flatMap((region) => keysIn(desired, { account: account.name, region }));
  // A key's ID is its own in all regions, and KMS is not told the region.
  const keyNames = [...new Set(keys)].sort(compareText).map((key) => `acs:kms:*:${account.uid}:key/${key}`);
  return [
    allow(names, everywhere(desired, account)),
    ...(keyNames.length === 0 ? [] : [{ Effect: 'Allow', Action: ['kms:DescribeKey'], Resource: keyNames } as const]),
  ];
}

function writeStatements(desired: Desired, account: Account): readonly RamStatement[] {
  const { hasCopies, hasShares, instances } = managedIn(desired, account);
  const { prune, allow: classes } = desired.project.safety;
  const resources = everywhere(desired, account);
  const names = new Set<string>();
  if (hasCopies) for (const name of imageWrites(desired, account)) names.add(name);
  for (const name of instances.flatMap((instance) => instanceWrites(instance, classes))) names.add(name);
  if (hasShares) names.add('ModifyImageSharePermission');
  if (instances.length > 0 && (prune || classes.includes('delete'))) names.add('DeleteInstance');
  const roles = instances.flatMap(({ ramRoleName }) => (ramRoleName === null ? [] : [ramRoleName]));
  return [
    ...(names.size === 0 ? [] : [allow([...names], resources)]),
    ...(roles.length === 0
      ? []
      : [
          {
            Effect: 'Allow',
            Action: ['ram:PassRole'],
            Resource: [...new Set(roles)]
              .sort(compareText)
              .map((role) => `acs:ram::${account.uid}:role/${role.toLowerCase()}`),
          } as const,
        ]),
  ];
}

function imageWrites({ imageCopies }: Desired, { name }: Account): readonly string[] {
  const copies = imageCopies.filter(({ account }) => account === name);
  // Ours that failed, hops and what history does not keep are deleted, with their snapshots: unless it is shared, or a
  // launch template names it, which is asked right before.
  const questions = ['DescribeImageSharePermission', 'DescribeLaunchTemplates', 'DescribeLaunchTemplateVersions'];
  const names = ['CopyImage', 'TagResources', 'DeleteImage', 'DeleteSnapshot', ...questions];
  if (copies.some(({ family, description }) => family !== null || description !== null))
    names.push('ModifyImageAttribute');
  if (copies.some(({ tags }) => hasRemovals(tags))) names.push('UntagResources');
  if (copies.some(({ history }) => history !== null)) names.push('CancelCopyImage');
  return names;
}

function instanceWrites(instance: Instance, classes: readonly string[]): readonly string[] {
  const { update, tags, metadataOptions, ramRoleName, systemDisk, dataDisks, power } = instance;
  const names = ['RunInstances', 'TagResources', 'ModifyInstanceAttribute', 'ResizeDisk', 'ModifyDiskSpec'];
  const replaces = update.onImageChange === 'ReplaceSystemDisk' && classes.includes('replace-system-disk');
  if (replaces) names.push('ReplaceSystemDisk', 'StopInstance', 'StartInstance', 'UntagResources');
  if (replaces && update.snapshotBefore) names.push('CreateSnapshot', 'DeleteSnapshot');
  if (classes.includes('stop')) names.push('ModifyInstanceSpec', 'StopInstance', 'StartInstance', 'UntagResources');
  if (power === 'Running') names.push('StartInstance');
  if (hasRemovals(tags)) names.push('UntagResources');
  if (metadataOptions !== null) names.push('ModifyInstanceMetadataOptions');
  if (ramRoleName !== null) names.push('AttachInstanceRamRole', 'DetachInstanceRamRole');
  if ([systemDisk, ...dataDisks].some(({ autoSnapshotPolicyId }) => autoSnapshotPolicyId !== null)) {
    names.push('ApplyAutoSnapshotPolicy');
  }
  return names;
}

function hasRemovals(tags: Readonly<Record<string, string | null>>): boolean {
  return Object.values(tags).includes(null);
}

function everywhere({ project }: Desired, { uid }: Account): readonly string[] {
  return project.regions.map((region) => `acs:ecs:${region}:${uid}:*`);
}

function allow(operations: readonly string[], resources: readonly string[]): RamStatement {
  const names = [...new Set(operations)].sort(compareText).map((name) => `ecs:${name}`);
  return { Effect: 'Allow', Action: names, Resource: resources };
}

/** RAM compares the value of a named tag, and cannot say "every tag that begins so": one statement for each. */
function denials(): readonly RamStatement[] {
  const keys = Object.values(tagKey).sort(compareText);
  return [
    ...keys.map((key) => ({
      Effect: 'Deny' as const,
      Action: ['ecs:*'],
      Resource: ['*'],
      Condition: { StringLike: { [`acs:RequestTag/${key}`]: ['*'] } },
    })),
    {
      Effect: 'Deny',
      Action: ['ecs:UntagResources'],
      Resource: ['*'],
      Condition: { StringLike: { [`acs:ResourceTag/${tagKey.project}`]: ['*'] } },
    },
  ];
}
