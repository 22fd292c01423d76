import type { CloudReader } from './cloud-reader.js';

/** Runs one call; may do so again, count it, or measure it. `operation` is the API's name. */
export type AroundCall = <T>(operation: string, call: () => Promise<T>) => Promise<T>;

/** The same reader with something around every call. */
export function aroundReader(reader: CloudReader, around: AroundCall): CloudReader {
  return {
    getCallerIdentity: (scope) => around('GetCallerIdentity', () => reader.getCallerIdentity(scope)),
    assertMayDescribeInstances: (scope) => around('DescribeInstances', () => reader.assertMayDescribeInstances(scope)),
    describeInstances: (scope, query) => around('DescribeInstances', () => reader.describeInstances(scope, query)),
    describeImages: (scope, query) => around('DescribeImages', () => reader.describeImages(scope, query)),
    describeDisks: (scope, query) => around('DescribeDisks', () => reader.describeDisks(scope, query)),
    describeSnapshots: (scope, query) => around('DescribeSnapshots', () => reader.describeSnapshots(scope, query)),
    describeImageShares: (scope, query) =>
      around('DescribeImageSharePermission', () => reader.describeImageShares(scope, query)),
    describeInstanceRoles: (scope, instanceIds) =>
      around('DescribeInstanceRamRole', () => reader.describeInstanceRoles(scope, instanceIds)),
    describeKey: (scope, keyId) => around('DescribeKey', () => reader.describeKey(scope, keyId)),
  };
}
