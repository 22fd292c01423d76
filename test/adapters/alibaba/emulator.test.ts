import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/adapters/alibaba/connect.js';
import type { Environment } from '../../../src/adapters/alibaba/credentials.js';
import { parseEndpoint } from '../../../src/adapters/alibaba/endpoint.js';
import { emulatorClock } from '../../../src/adapters/node/clock.js';
import type { Account, CredentialSource } from '../../../src/domain/desired.js';
import { type RunningEmulator, startEmulator } from '../../../src/emulator/index.js';
import type { CloudReader } from '../../../src/ports/cloud-reader.js';
import type { CloudWriter } from '../../../src/ports/cloud-writer.js';

/** Neighbours beyond 2^53: as doubles they are one. */
const imagesUid = '9007199254740992';
const prodUid = '9007199254740993';

const scenarioText = `
apiVersion: tallyman.dev/v1
kind: Scenario
metadata: {name: adapters}
spec:
  clock: {start: "2026-01-01T00:00:00Z", speed: 0}
  accounts:
    - {name: images, uid: "${imagesUid}", accessKeys: [{id: KEYIMAGES, secret: emulator}]}
    - {name: prod, uid: "${prodUid}", accessKeys: [{id: KEYPROD, secret: emulator}]}
  kmsKeys:
    - {id: key-off, account: prod, region: cn-hangzhou, state: Disabled}
    - {id: key-on, account: prod, region: cn-hangzhou}
  images:
    - {id: m-golden, account: images, region: cn-hangzhou, name: golden-v1, sizeGiB: 40, sharedWith: [prod]}
    - {id: m-evil, account: images, region: cn-hangzhou, name: golden-v1-evil, sizeGiB: 40, sharedWith: [prod]}
  ramUsers:
    - name: newcomer
      account: prod
      accessKeys: [{id: KEYNEWCOMER, secret: emulator}]
      policies: []
`;

const scope = { account: 'prod', region: 'cn-hangzhou' };

let emulator: RunningEmulator;
let reader: CloudReader;
let writer: CloudWriter;

function account(name: string, uid: string, credentials: CredentialSource = { kind: 'chain' }): Account {
  return { name, uid, credentials, origin: { file: 'tallyman.yaml', document: 0, path: [] } };
}

async function connectAs(prod: Account, environment: Environment = {}): ReturnType<typeof connect> {
  return connect({
    accounts: [account('images', imagesUid), prod],
    endpoint: parseEndpoint(emulator.endpoint, { allowCustom: false }),
    timeoutMs: 10_000,
    network: 'public',
    userAgent: 'tallyman/test',
    environment,
  });
}

beforeAll(async () => {
  emulator = await startEmulator({ scenarioText });
  ({ reader, writer } = await connectAs(account('prod', prodUid)));
});

afterAll(() => emulator.close());

async function sleep(ms: number): Promise<void> {
  const endpoint = parseEndpoint(emulator.endpoint, { allowCustom: false });
  if (endpoint.kind !== 'loopback') throw new Error('an emulator is on loopback');
  await (await emulatorClock(endpoint, { isOwner: true })).sleep(ms);
}

describe('through the SDK, on the emulator,', () => {
  it('each account is its own, though their UIDs are one as doubles', async () => {
    expect(await reader.getCallerIdentity(scope)).toMatchObject({ accountId: prodUid });
    expect(await reader.getCallerIdentity({ ...scope, account: 'images' })).toMatchObject({ accountId: imagesUid });
  });

  it('a shared image has its exact owner and is found by its exact name', async () => {
    const page = await reader.describeImages(scope, { ownerAlias: 'others', isPublic: false, name: 'golden-v1' });
    expect(page.items).toMatchObject([
      { imageId: 'm-golden', owner: imagesUid, status: 'Available', disks: [{ encrypted: false }] },
    ]);
    const shares = await reader.describeImageShares({ ...scope, account: 'images' }, { imageId: 'm-golden' });
    expect(shares.items).toHaveLength(1);
  });

  it('keys have states', async () => {
    const states = await Promise.all(
      ['key-on', 'key-off', 'key-none'].map(async (key) => (await reader.describeKey(scope, key)).state),
    );
    expect(states).toEqual(['Enabled', 'Disabled', 'Missing']);
  });

  it('a machine lives from copy to release', async () => {
    const tags = { 'tallyman:project': 'web.k3v9x2ab' };
    const { imageId } = await writer.copyImage(scope, {
      imageId: 'm-golden',
      fromRegion: 'cn-hangzhou',
      imageName: 'web-base',
      description: 'a copy',
      encrypted: true,
      kmsKeyId: 'key-on',
      resourceGroupId: null,
      tags,
      clientToken: 'copy-1',
    });
    const mine = { ownerAlias: 'self', isPublic: false, imageIds: [imageId] } as const;
    expect((await reader.describeImages(scope, mine)).items).toMatchObject([
      { status: 'Creating', tags, owner: prodUid },
    ]);
    await sleep(3_600_000);
    const copies = await reader.describeImages(scope, mine);
    expect(copies.items).toMatchObject([{ status: 'Available', usable: true, disks: [{ encrypted: true }] }]);
    await writer.modifyImage(scope, imageId, { family: 'web' });

    const { instanceId } = await writer.runInstance(scope, {
      imageId,
      clientToken: 'run-1',
      instanceType: 'ecs.g7.large',
      instanceName: 'web-0',
      hostName: null,
      description: null,
      zoneId: null,
      vSwitchId: 'vsw-web',
      securityGroupIds: ['sg-web'],
      systemDisk: { category: 'cloud_essd', sizeGiB: 40, performanceLevel: null, encrypted: true, kmsKeyId: 'key-on' },
      dataDisks: [],
      keyPairName: null,
      metadataOptions: null,
      ramRoleName: null,
      userData: null,
      passwordInherit: false,
      internetMaxBandwidthOut: null,
      resourceGroupId: null,
      deletionProtection: null,
      tags,
    });
    await sleep(120_000);
    await writer.tagResources(scope, 'instance', [instanceId], { 'tallyman:id': instanceId, extra: '' });
    await writer.untagResources(scope, 'instance', [instanceId], ['extra']);
    const one = { tags: [{ key: 'tallyman:project', value: 'web.k3v9x2ab' }] };
    expect((await reader.describeInstances(scope, one)).items).toMatchObject([
      { instanceId, status: 'Running', imageId, tags: { ...tags, 'tallyman:id': instanceId } },
    ]);
    const [disk] = (await reader.describeDisks(scope, { instanceId })).items;
    expect(disk).toMatchObject({ type: 'system', encrypted: true, kmsKeyId: 'key-on', imageId });

    await writer.stopInstance(scope, instanceId);
    await sleep(60_000);
    const snapshot = { diskId: disk?.diskId ?? '', retentionDays: 7, tags, clientToken: 'snap-1' };
    const { snapshotId } = await writer.createSnapshot(scope, snapshot);
    await sleep(3_600_000);
    expect((await reader.describeSnapshots(scope, { snapshotIds: [snapshotId] })).items).toMatchObject([
      { snapshotId, sourceDiskId: disk?.diskId, tags },
    ]);
    const { diskId } = await writer.replaceSystemDisk(scope, {
      instanceId,
      imageId: 'm-golden',
      sizeGiB: 40,
      encrypted: true,
      kmsKeyId: 'key-on',
      keyPairName: null,
      passwordInherit: false,
      clientToken: 'replace-1',
    });
    await sleep(3_600_000);
    expect((await reader.describeDisks(scope, { diskIds: [diskId] })).items).toMatchObject([{ imageId: 'm-golden' }]);
    await writer.modifyInstance(scope, instanceId, { type: 'attributes', changes: { instanceName: 'web-zero' } });
    await writer.deleteInstance(scope, instanceId);
    await writer.deleteSnapshot(scope, snapshotId);
    await writer.deleteImage(scope, imageId);
    expect((await reader.describeImages(scope, mine)).items).toEqual([]);
  });

  it('one token with other settings is a mismatch, and the same settings are the same copy', async () => {
    const request = {
      imageId: 'm-golden',
      fromRegion: 'cn-hangzhou',
      imageName: 'twice',
      description: null,
      encrypted: null,
      kmsKeyId: null,
      resourceGroupId: null,
      tags: {},
      clientToken: 'copy-2',
    };
    const first = await writer.copyImage(scope, request);
    expect(await writer.copyImage(scope, request)).toEqual(first);
    await expect(writer.copyImage(scope, { ...request, imageName: 'other' })).rejects.toMatchObject({
      failure: 'token-mismatch',
    });
  });

  it('a caller without rights may not list, though his list is only empty', async () => {
    const newcomer = await connectAs(account('prod', prodUid, { kind: 'profile', profile: 'newcomer' }));
    expect((await newcomer.reader.getCallerIdentity(scope)).arn).toContain('user/newcomer');
    expect((await newcomer.reader.describeInstances(scope, {})).items).toEqual([]);
    await expect(newcomer.reader.assertMayDescribeInstances(scope)).rejects.toMatchObject({ code: 'cloud/denied' });
    await expect(reader.assertMayDescribeInstances(scope)).resolves.toBeUndefined();
  });

  it('a wrong secret and an unknown key are told apart', async () => {
    const keys = (id: string): Environment => ({
      TALLYMAN_EMULATOR_USE_ENV: '1',
      ALIBABA_CLOUD_ACCESS_KEY_ID: id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'planted-wrong-secret',
    });
    const wrong = await connectAs(account('prod', prodUid), keys('KEYPROD'));
    const error: unknown = await wrong.reader.getCallerIdentity(scope).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'cloud/credentials',
      apiCode: 'SignatureDoesNotMatch',
      hint: expect.stringContaining("Check the secret of access key 'KEYPROD'"),
    });
    expect(JSON.stringify(error)).not.toContain('planted-wrong-secret');
    const unknown = await connectAs(account('prod', prodUid), keys('KEYNOBODY'));
    await expect(unknown.reader.getCallerIdentity(scope)).rejects.toMatchObject({
      code: 'cloud/credentials',
      hint: expect.stringContaining("Check access key 'KEYNOBODY'"),
    });
  });

  it('an unknown region is said to be one', async () => {
    await expect(reader.describeInstances({ ...scope, region: 'cn-nowhere' }, {})).rejects.toMatchObject({
      code: 'cloud/region',
      apiCode: 'InvalidRegionId.NotFound',
      hint: expect.stringContaining("'cn-nowhere'"),
    });
  });
});
