/* oxlint-disable vitest/no-standalone-expect -- each case is a function that a test runs */
import { expect } from 'vitest';
import type { ConformanceCase } from './stage.js';
import { changing, done, idsOf, images, launchOf, reading, refusal, refused } from './steps.js';

const sts = '2015-04-01';
const kms = '2016-01-20';

export const wireCases: readonly ConformanceCase[] = [
  reading(
    'a signed call is answered with a RequestId, and success has no Code',
    ['WIRE-1', 'WIRE-9', 'WIRE-22', 'WIRE-46'],
    async ({ call, uid }) => {
      const { body } = await done(call('GetCallerIdentity', {}, sts));
      expect(body).toMatchObject({ AccountId: uid, RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) });
      expect(body).not.toHaveProperty('Code');
    },
  ),
  reading('odd characters survive the way there', ['WIRE-2'], async (stage) => {
    const odd = "a b*(x)!~é'+/=";
    expect(await images(stage, { 'Tag.1.Key': 'odd', 'Tag.1.Value': odd })).toEqual([]);
  }),
  refusal('an unknown action', ['WIRE-5'], 'DescribeNothingAtAll', () => ({}), '404 InvalidAction.NotFound'),
  refusal(
    'an unknown key',
    ['WIRE-12'],
    'DescribeRegions',
    () => ({}),
    '404 InvalidAccessKeyId.NotFound',
    ({ stranger }) => stranger,
  ),
  reading('an error is told in words, all of them strings', ['WIRE-22'], async ({ call }) => {
    const { body } = await call('DescribeNothingAtAll');
    for (const name of ['RequestId', 'HostId', 'Code', 'Message', 'Recommend'])
      expect(body[name]).toEqual(expect.any(String));
  }),
  reading(
    'a user without rights sees no instances, and is refused elsewhere',
    ['WIRE-23', 'WIRE-38', 'WIRE-39', 'INS-84'],
    async ({ limited, region }) => {
      const { body } = await done(limited('DescribeInstances', { RegionId: region }));
      expect(body['Instances']).toEqual({ Instance: [] });
      await refused(limited('DescribeInstances', { RegionId: region, DryRun: true }), '403 Forbidden.RAM');
      await refused(limited('DescribeDisks', { RegionId: region }), '403 Forbidden.RAM');
      await refused(limited('RunInstances', { RegionId: region, Amount: 0 }), '403 Forbidden.RAM');
      expect((await limited('DescribeDisks', { RegionId: region })).body['AccessDeniedDetail']).toMatchObject({
        AuthAction: 'ecs:DescribeDisks',
        AuthPrincipalType: 'SubUser',
        NoPermissionType: 'ImplicitDeny',
      });
    },
  ),
  reading('a user without rights may ask who he is', ['WIRE-46'], async ({ limited, uid }) => {
    expect((await done(limited('GetCallerIdentity', {}, sts))).body).toMatchObject({
      AccountId: uid,
      IdentityType: 'RAMUser',
    });
  }),
  reading(
    "a user without rights lists shared and system images, but not his own account's",
    ['IMG-24'],
    async (stage) => {
      const { limited, region } = stage;
      for (const alias of ['system', 'others']) {
        await done(limited('DescribeImages', { RegionId: region, ImageOwnerAlias: alias }));
      }
      await refused(limited('DescribeImages', { RegionId: region, ImageOwnerAlias: 'self' }), '403 Forbidden.RAM');
    },
  ),
  reading('a dry run that passes is an error, and changes nothing', ['WIRE-35', 'INS-46'], async (stage) => {
    const { call, region, otherRegion, runningInstance, images: names } = stage;
    await refused(call('DescribeInstances', { RegionId: region, DryRun: true }), '400 DryRunOperation');
    await refused(call('RunInstances', { ...launchOf(stage), DryRun: true }), '400 DryRunOperation');
    await refused(
      call('StopInstances', { RegionId: region, 'InstanceId.1': runningInstance, DryRun: true }),
      '400 DRYRUN.SUCCESS',
    );
    const copy = { RegionId: region, ImageId: names.own, DestinationRegionId: otherRegion, DryRun: true };
    await refused(call('CopyImage', copy), '400 DryRunOperation');
    expect(await images(stage, { RegionId: otherRegion, ImageOwnerAlias: 'self' })).toEqual([]);
  }),
  refusal(
    'a dry run that would not pass has the error of the call',
    ['WIRE-35'],
    'CopyImage',
    (stage) => ({ RegionId: stage.region, ImageId: stage.images.hidden, DryRun: true }),
    '404 InvalidImageId.NotFound',
  ),
  changing('the same token and parameters give the same instance', ['WIRE-28', 'WIRE-31'], async (stage) => {
    const wish = { ...launchOf(stage), ClientToken: 'conformance-same' };
    const [first, second] = [
      await done(stage.call('RunInstances', wish)),
      await done(stage.call('RunInstances', wish)),
    ];
    expect(second.body['InstanceIdSets']).toEqual(first.body['InstanceIdSets']);
    expect(second.body['RequestId']).not.toBe(first.body['RequestId']);
  }),
  changing('the same token with other parameters is refused', ['WIRE-29', 'IMG-48'], async (stage) => {
    const wish = {
      RegionId: stage.region,
      ImageId: stage.images.own,
      DestinationRegionId: stage.otherRegion,
      ClientToken: 'conformance-other',
    };
    await done(stage.call('CopyImage', wish));
    await refused(
      stage.call('CopyImage', { ...wish, DestinationDescription: 'another' }),
      '400 IdempotenceParamNotMatch',
    );
  }),
  changing('a refused call leaves its token free', ['WIRE-33'], async (stage) => {
    const wish = { ...launchOf(stage), ClientToken: 'conformance-refused' };
    await refused(
      stage.call('RunInstances', { ...wish, ImageId: 'm-conformance-none' }),
      '404 InvalidImageId.NotFound',
    );
    await done(stage.call('RunInstances', wish));
  }),
  reading(
    'KMS tells the state of a key, and of no foreign one',
    ['WIRE-47'],
    async ({ call, sharer, keyId, region }) => {
      const { body } = await done(call('DescribeKey', { KeyId: keyId, RegionId: region }, kms));
      expect(body['KeyMetadata']).toMatchObject({ KeyId: keyId, KeyState: 'Enabled' });
      await refused(sharer('DescribeKey', { KeyId: keyId, RegionId: region }, kms), '404 Forbidden.KeyNotFound');
    },
  ),
  reading('image IDs of two pages do not overlap', ['IMG-9'], async (stage) => {
    const first = await images(stage, { ImageOwnerAlias: 'self', PageSize: 2, PageNumber: 1 });
    const second = await images(stage, { ImageOwnerAlias: 'self', PageSize: 2, PageNumber: 2 });
    expect(first).toHaveLength(2);
    expect(idsOf(second).filter((id) => idsOf(first).includes(id))).toEqual([]);
  }),
];
