import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { imageOperations } from '../../src/emulator/operations/images/index.js';
import { instanceOperations } from '../../src/emulator/operations/instances/index.js';
import { kmsOperations } from '../../src/emulator/operations/kms/index.js';
import { locationOperations } from '../../src/emulator/operations/location/index.js';
import type { AnyOperation } from '../../src/emulator/operations/operation.js';
import { regionOperations } from '../../src/emulator/operations/regions/index.js';
import type { ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import { DirectCloud, home } from './direct.js';
import { type RawRequest, signV1, signV3 } from './signing.js';

const own = { account: 'prod', region: home };
const spec: Partial<ScenarioSpec> = {
  images: [
    { id: 'm-own', ...own, name: 'own' },
    { id: 'm-shared', account: 'images', region: home, sharedWith: ['prod'], encrypted: true, kmsKeyId: 'key-i' },
  ],
  instances: [
    { id: 'i-web', ...own, imageId: 'm-own', disks: [{ id: 'd-web' }], createdAt: '2025-12-01T00:00:00Z' },
    { id: 'i-off', ...own, imageId: 'm-own', status: 'Stopped', createdAt: '2025-12-01T00:00:00Z' },
  ],
  snapshots: [{ id: 's-own', ...own }],
  kmsKeys: [
    { id: 'key-p', ...own },
    { id: 'key-i', account: 'images', region: home },
  ],
  launchTemplates: [{ id: 'lt-web', ...own, imageId: 'm-own' }],
};

const versions = { ecs: '2014-05-26', sts: '2015-04-01', kms: '2016-01-20', vpc: '2016-04-28', location: '2015-06-12' };
const operations: readonly AnyOperation[] = [
  ...imageOperations,
  ...instanceOperations,
  ...regionOperations,
  ...kmsOperations,
  ...locationOperations,
];

const hostile = [
  ['', ' ', '0', '1', '-1', '99999999999999999999', '1e3', '0x10', 'NaN', 'true', 'false', 'TRUE', 'null', '[]'],
  ['["i-web"]', '["i-web"', '[1,{}]', '{"__proto__":{"x":1}}', '__proto__', 'constructor', 'toString', '../../etc'],
  ['*', '*a'.repeat(200), '\u0000', '\u202e', '<b>&"\'', '💥', 'x'.repeat(20_000), 'self', 'others', 'ALL', home],
  ['cn-beijing', 'm-own', 'm-shared', 'i-web', 'i-off', 'd-web', 's-own', 'key-p', 'lt-web', 'image', 'instance'],
  ['2026-01-01T00:00:00Z', '2026-13-45T99:99Z', 'ecs.g7.large', 'cloud_essd', 'vsw-a', 'sg-a', 'Available'],
].flat();
const values = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme', maxLength: 20 }));

/** With these most calls get past the checks of what is mandatory. */
const sensible: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  RegionId: [['RegionId', home]],
  ImageId: [['ImageId', 'm-own']],
  InstanceId: [['InstanceId', 'i-off']],
  DiskId: [['DiskId', 'd-web']],
  SnapshotId: [['SnapshotId', 's-own']],
  InstanceType: [['InstanceType', 'ecs.g7.large']],
  VSwitchId: [['VSwitchId', 'vsw-a']],
  SecurityGroupId: [['SecurityGroupId', 'sg-a']],
  ResourceType: [['ResourceType', 'image']],
  ResourceId: [['ResourceId.1', 'm-own']],
  Tag: [
    ['Tag.1.Key', 'team'],
    ['Tag.1.Value', 'web'],
  ],
  DestinationRegionId: [['DestinationRegionId', 'cn-beijing']],
  KeyId: [['KeyId', 'key-p']],
  NewSize: [['NewSize', '100']],
};

function sensiblePairs(operation: AnyOperation): fc.Arbitrary<(readonly [string, string])[]> {
  return fc.subarray(Object.keys(operation.parameters).flatMap((name) => sensible[name] ?? []));
}

/** Names as the operation has them, in every place where a list or an object could be, and some that nothing has. */
function namesOf(operation: AnyOperation): fc.Arbitrary<string> {
  const suffixes = [
    '',
    '',
    '',
    '.1',
    '.2',
    '.0',
    '.999999',
    '.1.Key',
    '.1.Value',
    '.Size',
    '.1.Size',
    '.__proto__',
    '.x',
  ];
  const known = [...Object.keys(operation.parameters), 'RegionId', 'DryRun', 'ClientToken', 'PageSize'];
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(fc.constantFrom(...known), fc.constantFrom(...suffixes)).map((pair) => pair.join('')),
    },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'Ünicode', 'a b') },
  );
}

function requestTo(
  cloud: DirectCloud,
  operation: AnyOperation,
  given: readonly (readonly [string, string])[],
  nonce: string,
): RawRequest {
  const parameters = Object.fromEntries(given);
  return signV3(cloud.signer(), operation.name, parameters, {
    at: cloud.realNow,
    nonce,
    version: versions[operation.product],
  });
}

describe('hostile parameters', () => {
  it.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s: no defect, no hang, no change after an error, and the same bytes from a twin',
    (_, operation) => {
      const [cloud, twin] = [new DirectCloud(spec), new DirectCloud(spec)];
      let turn = 0;
      const pairs = fc.tuple(
        sensiblePairs(operation),
        fc.array(fc.tuple(namesOf(operation), values), { maxLength: 3 }),
      );
      fc.assert(
        fc.property(pairs, ([first, rest]) => {
          turn += 1;
          const before = cloud.everything();
          const request = requestTo(cloud, operation, [...first, ...rest], `n-${turn}`);
          const answer = cloud.send(request);
          expect(answer.status).toBeLessThan(500);
          expect(answer.status < 400 || cloud.everything() === before).toBe(true);
          expect(twin.send(request).text).toBe(answer.text);
        }),
        { numRuns: 40, seed: 7 },
      );
      expect(twin.everything()).toBe(cloud.everything());
    },
  );
});

describe('[WIRE-13] a signed request of which one decoded value is another', () => {
  let cloud: DirectCloud;
  beforeEach(() => {
    cloud = new DirectCloud(spec);
  });

  const codes: Readonly<Record<string, RegExp>> = {
    AccessKeyId: /^404 InvalidAccessKeyId.NotFound$/,
    Timestamp: /^400 (InvalidTimeStamp.(Format|Expired)|SignatureDoesNotMatch|MissingTimestamp)$/,
    SignatureNonce: /^400 (SignatureDoesNotMatch|MissingSignatureNonce)$/,
    SignatureMethod: /^400 (InvalidSignatureMethod|MissingSignatureMethod)$/,
    SignatureVersion: /^400 (InvalidSignatureVersion|MissingSignatureVersion)$/,
    Action: /^(404 InvalidAction.NotFound|400 MissingAction)$/,
    Version: /^400 (InvalidVersion|MissingVersion)$/,
  };

  function withValue(request: RawRequest, name: string, value: string): RawRequest {
    const pairs = new URL(request.url).searchParams;
    pairs.set(name, value);
    const query = [...pairs].map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
    return { ...request, url: `http://127.0.0.1:1/?${query}` };
  }

  it('is refused, whichever it is, and as what was wrong with it', () => {
    let turn = 0;
    const ask = { RegionId: home, ImageName: 'a b', 'Tag.1.Key': 'k', 'Tag.1.Value': '' };
    const names = [...Object.keys(ask), ...Object.keys(codes), 'Format', 'Signature'];
    fc.assert(
      fc.property(fc.constantFrom(...names), values, (name, value) => {
        turn += 1;
        const request = signV1(cloud.signer(), 'DescribeImages', ask, { at: cloud.realNow, nonce: `n-${turn}` });
        const old = new URL(request.url).searchParams.get(name);
        fc.pre(value !== old && !(name === 'AccessKeyId' && value === ''));
        const { status, body, text } = cloud.send(withValue(request, name, value));
        const code = /<Code>(.*)<\/Code>/u.exec(text)?.[1] ?? String(body['Code']);
        expect(`${status} ${code}`).toMatch(codes[name] ?? /^400 SignatureDoesNotMatch$/);
      }),
      { numRuns: 400 },
    );
  });

  it('is refused when it is sent again, though nothing is another', () => {
    const request = signV1(cloud.signer(), 'DescribeRegions', {}, { at: cloud.realNow });
    expect(cloud.send(request).status).toBe(200);
    expect(cloud.send(request)).toMatchObject({ status: 400, code: 'SignatureNonceUsed' });
    const late = signV1(cloud.signer(), 'DescribeRegions', {}, { at: cloud.realNow - 901_000 });
    expect(cloud.send(late)).toMatchObject({ status: 400, code: 'InvalidTimeStamp.Expired' });
  });
});
