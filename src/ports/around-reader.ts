import type { Scope } from '../domain/observed.js';
import type { CloudReader } from './cloud-reader.js';

/** Runs one call; may do so again, count it, or measure it. `operation` is the API's name. */
export type AroundCall = <T>(operation: string, call: () => Promise<T>, scope: Scope) => Promise<T>;

/** The same reader with something around every call. */
export function aroundReader(reader: CloudReader, around: AroundCall): CloudReader {
  return {
    getCallerIdentity: (scope) => around('GetCallerIdentity', () => reader.getCallerIdentity(scope), scope),
    assertMayDescribeInstances: (scope) =>
      around('DescribeInstances', () => reader.assertMayDescribeInstances(scope), scope),
    describeInstances: (scope, query) =>
      around('DescribeInstances', () => reader.describeInstances(scope, query), scope),
    describeImages: (scope, query) => around('DescribeImages', () => reader.describeImages(scope, query), scope),
    describeDisks: (scope, query) => around('DescribeDisks', () => reader.describeDisks(scope, query), scope),
    describeSnapshots: (scope, query) =>
      around('DescribeSnapshots', () => reader.describeSnapshots(scope, query), scope),
    describeImageShares: (scope, query) =>
      around('DescribeImageSharePermission', () => reader.describeImageShares(scope, query), scope),
    describeInstanceRoles: (scope, instanceIds) =>
      around('DescribeInstanceRamRole', () => reader.describeInstanceRoles(scope, instanceIds), scope),
    describeRegions: (scope) => around('DescribeRegions', () => reader.describeRegions(scope), scope),
    describeLaunchTemplates: (scope, query) =>
      around('DescribeLaunchTemplates', () => reader.describeLaunchTemplates(scope, query), scope),
    describeLaunchTemplateImages: (scope, query) =>
      around('DescribeLaunchTemplateVersions', () => reader.describeLaunchTemplateImages(scope, query), scope),
    describeKey: (scope, keyId) => around('DescribeKey', () => reader.describeKey(scope, keyId), scope),
  };
}
