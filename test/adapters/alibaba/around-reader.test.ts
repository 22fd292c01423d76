import { describe, expect, it } from 'vitest';
import { counting } from '../../../src/observe/counting.js';
import { retrying } from '../../../src/adapters/alibaba/retrying.js';
import { CloudError, type CloudFailure, type ErrorCode } from '../../../src/domain/errors.js';
import type { CloudReader } from '../../../src/ports/cloud-reader.js';
import { scope } from '../fake-cloud.js';

function failing(failure: CloudFailure, code: ErrorCode, retryAfterMs: number | null = null): CloudError {
  const call = { operation: 'GetCallerIdentity', ...scope };
  return new CloudError(code, 'failed', 'Try.', call, failure, '', null, null, retryAfterMs);
}

/** A reader whose identity call fails so often with the error, then answers. */
function readerThatFails(error: Error, times: number): { reader: CloudReader; calls: () => number } {
  let calls = 0;
  const answer = async (): Promise<never> => {
    throw new Error('not asked for in this test');
  };
  return {
    calls: () => calls,
    reader: {
      getCallerIdentity: async () => {
        calls += 1;
        if (calls <= times) throw error;
        return { accountId: '1', arn: '' };
      },
      assertMayDescribeInstances: async () => undefined,
      describeInstances: answer,
      describeImages: answer,
      describeDisks: answer,
      describeSnapshots: answer,
      describeInstanceRoles: async () => new Map(),
      describeImageShares: async () => ({ items: [], totalCount: 0, groups: [], sharedAt: new Map() }),
      describeRegions: async () => [],
      describeKey: answer,
      describeLaunchTemplates: answer,
      describeLaunchTemplateImages: answer,
    },
  };
}

function ports(waits: number[]): { random: () => number; sleep: (ms: number) => Promise<void> } {
  return {
    random: () => 0.5,
    sleep: async (ms) => {
      waits.push(ms);
    },
  };
}

describe('a retrying reader', () => {
  it.each<[CloudFailure, ErrorCode, number]>([
    ['throttled', 'cloud/throttled', 8],
    ['server', 'cloud/server', 4],
    ['lost', 'cloud/lost', 4],
    ['unreachable', 'cloud/unreachable', 2],
    ['refused', 'cloud/refused', 1],
    ['refused', 'cloud/region', 1],
    ['denied', 'cloud/denied', 1],
    ['credentials', 'cloud/credentials', 1],
    ['server', 'cloud/incomplete', 1],
  ])('asks again after %s (%s), %i times in all', async (failure, code, attempts) => {
    const error = failing(failure, code);
    const { reader, calls } = readerThatFails(error, Number.POSITIVE_INFINITY);
    await expect(retrying(reader, ports([])).getCallerIdentity(scope)).rejects.toBe(error);
    expect(calls()).toBe(attempts);
  });

  it('waits twice as long each time, with jitter, up to a bound', async () => {
    const waits: number[] = [];
    const { reader } = readerThatFails(failing('throttled', 'cloud/throttled'), 7);
    await retrying(reader, ports(waits)).getCallerIdentity(scope);
    expect(waits).toEqual([375, 750, 1500, 3000, 6000, 12_000, 15_000]);
  });

  it('waits as long as the service asks for, within reason', async () => {
    const waits: number[] = [];
    const told = readerThatFails(failing('throttled', 'cloud/throttled', 2000), 1);
    await retrying(told.reader, ports(waits)).getCallerIdentity(scope);
    const absurd = readerThatFails(failing('throttled', 'cloud/throttled', 9_000_000), 1);
    await retrying(absurd.reader, ports(waits)).getCallerIdentity(scope);
    expect(waits).toEqual([2100, 73_500]);
  });

  it('does not hide a mistake of ours', async () => {
    const mistake = new TypeError('x is undefined');
    const { reader, calls } = readerThatFails(mistake, 1);
    await expect(retrying(reader, ports([])).getCallerIdentity(scope)).rejects.toBe(mistake);
    expect(calls()).toBe(1);
  });
});

describe('a counting reader', () => {
  it('counts by operation, failures and the dry run included', async () => {
    const counted = counting(readerThatFails(failing('denied', 'cloud/denied'), 1).reader);
    await expect(counted.reader.getCallerIdentity(scope)).rejects.toThrow('failed');
    await counted.reader.getCallerIdentity(scope);
    await counted.reader.describeImageShares(scope, { imageId: 'm-1' });
    await counted.reader.assertMayDescribeInstances(scope);
    await expect(counted.reader.describeInstances(scope, {})).rejects.toThrow('not asked');
    expect(counted.counts()).toEqual({ DescribeImageSharePermission: 1, DescribeInstances: 2, GetCallerIdentity: 2 });
    expect(Object.keys(counted.counts())).toEqual([
      'DescribeImageSharePermission',
      'DescribeInstances',
      'GetCallerIdentity',
    ]);
  });
});
