import type { CloudReader } from '../ports/cloud-reader.js';

/** The operation behind each method of the reader. */
const operationOf: Readonly<Record<keyof CloudReader, string>> = {
  getCallerIdentity: 'GetCallerIdentity',
  assertMayDescribeInstances: 'DescribeInstances',
  describeInstances: 'DescribeInstances',
  describeImages: 'DescribeImages',
  describeDisks: 'DescribeDisks',
  describeSnapshots: 'DescribeSnapshots',
  countImageShares: 'DescribeImageSharePermission',
  describeKey: 'DescribeKey',
};

/** The same reader, and how many calls went through it by operation. */
export function counting(reader: CloudReader): { reader: CloudReader; counts: () => Readonly<Record<string, number>> } {
  const counts = new Map<string, number>();
  const counted = Object.fromEntries(
    (Object.keys(operationOf) as (keyof CloudReader)[]).map((method) => [
      method,
      (...parameters: unknown[]) => {
        const operation = operationOf[method];
        counts.set(operation, (counts.get(operation) ?? 0) + 1);
        return (reader[method] as (...all: unknown[]) => unknown).apply(reader, parameters);
      },
    ]),
  );
  return {
    reader: counted as unknown as CloudReader,
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
