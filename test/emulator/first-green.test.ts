import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import RPCClient from '@alicloud/pop-core';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prodUid } from './support.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Like the package: the program in a folder beside package.json, which tells it its version. */
const packageFolder = join(root, 'node_modules', '.cache', `tallyman-first-green-${process.pid}`);
const built = join(packageFolder, 'dist');
const folder = mkdtempSync(join(tmpdir(), 'tallyman-first-green-'));

const scenario = `
apiVersion: tallyman.dev/v1
kind: Scenario
metadata: {name: first-green}
spec:
  clock: {speed: 1000}
  accounts:
    - {name: images, uid: "1600000000000001", accessKeys: [{id: EMULATORIMAGES, secret: emulator}]}
    - {name: prod, uid: "${prodUid}", accessKeys: [{id: EMULATORPROD, secret: emulator}]}
  images:
    - {id: m-golden1, account: images, region: cn-hangzhou, name: golden-v1, encrypted: true, kmsKeyId: key-i, sharedWith: [prod]}
    - {id: m-own, account: prod, region: cn-hangzhou, name: own}
  kmsKeys: [{id: key-i, account: images, region: cn-hangzhou}, {id: key-p, account: prod, region: cn-hangzhou}]
  instances: [{id: i-web, account: prod, region: cn-hangzhou, imageId: m-own, status: Stopped}]
  timings: {copyImage: {baseSeconds: 10, secondsPerGiB: 0}, replaceSystemDiskSeconds: 1}
`;

let child: ChildProcess;
let endpoint: string;

beforeAll(async () => {
  await build({
    entryPoints: [join(root, 'src/main.ts')],
    outdir: built,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  copyFileSync(join(root, 'package.json'), join(packageFolder, 'package.json'));
  writeFileSync(join(folder, 'scenario.yaml'), scenario);
  child = spawn(process.execPath, [join(built, 'main.js'), 'emulator'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
  });
}, 60_000);

afterAll(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  rmSync(packageFolder, { recursive: true, force: true });
});

function clientOf(accessKeyId: string): RPCClient {
  return new RPCClient({ accessKeyId, accessKeySecret: 'emulator', endpoint, apiVersion: '2014-05-26' });
}

const region = { RegionId: 'cn-hangzhou' };
interface Images {
  readonly Images: { readonly Image: readonly { readonly ImageId: string; readonly Status: string }[] };
}

describe('pop-core, unmodified, against the process `tallyman emulator`', () => {
  it('lists, copies and shares images', async () => {
    const prod = clientOf('EMULATORPROD');
    const list = async (client: RPCClient, parameters: object): Promise<Images['Images']['Image']> =>
      (await client.request<Images>('DescribeImages', { ...region, Status: 'ALL', ...parameters }, {})).Images.Image;
    expect((await list(prod, { ImageOwnerAlias: 'others' })).map(({ ImageId }) => ImageId)).toEqual(['m-golden1']);
    const wish = {
      ...region,
      ImageId: 'm-golden1',
      DestinationRegionId: 'cn-hangzhou',
      Encrypted: true,
      KMSKeyId: 'key-p',
    };
    const { ImageId } = await prod.request<{ readonly ImageId: string }>('CopyImage', wish, { method: 'POST' });
    const advanced = await fetch(`${endpoint}/_emulator/clock/advance`, { method: 'POST', body: '{"seconds": 60}' });
    expect(advanced.status).toBe(200);
    expect(await list(prod, { ImageId })).toMatchObject([{ Status: 'Available' }]);
    const share = { ...region, ImageId, AddAccount: ['1600000000000001'] };
    await prod.request('ModifyImageSharePermission', share, { method: 'POST' });
    expect(await list(clientOf('EMULATORIMAGES'), { ImageId })).toMatchObject([{ ImageId }]);
  });

  it('replaces the system disk of a stopped instance by a shared encrypted image with Encrypted=true only', async () => {
    const prod = clientOf('EMULATORPROD');
    const wish = { InstanceId: 'i-web', ImageId: 'm-golden1' };
    await expect(prod.request('ReplaceSystemDisk', wish, {})).rejects.toMatchObject({
      code: 'InvalidParam.EncryptedMismatch',
    });
    const { DiskId } = await prod.request<{ readonly DiskId: string }>(
      'ReplaceSystemDisk',
      { ...wish, Encrypted: true },
      {},
    );
    const ask = { ...region, DiskIds: JSON.stringify([DiskId]) };
    expect(await prod.request('DescribeDisks', ask, {})).toMatchObject({
      Disks: { Disk: [{ DiskId, ImageId: 'm-golden1', Encrypted: true, Type: 'system' }] },
    });
  });
});

it.each([
  [{ op: 'addImage', id: 'm-flat', account: 'images', region: 'cn-hangzhou', name: 'flat' }, '"m-flat"'],
  [{ op: 'addImage', image: { id: 'm-nested', account: 'images', region: 'cn-hangzhou' } }, '"m-nested"'],
  [{ op: 'replaceSystemDisk', instanceId: 'i-web', imageId: 'm-own' }, '"imageId":"m-own"'],
  [{ op: 'setKeyState', id: 'key-i', state: 'Disabled' }, '"state":"Disabled"'],
] as const)('`tallyman emulator change` does %j in a folder', (change, expected) => {
  const state = join(folder, 'state');
  const program = [join(built, 'main.js'), 'emulator', 'change', JSON.stringify(change), '--state', state];
  const { status, stderr } = spawnSync(process.execPath, program, { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'Changed.\n' });
  expect(readFileSync(join(state, 'state.json'), 'utf8')).toContain(expected);
});

it('`tallyman emulator change` says what is wrong with a change, and exits with 4', () => {
  const program = [join(built, 'main.js'), 'emulator', 'change', '{"op": "stopp"}', '--state', join(folder, 'state')];
  const { status, stderr } = spawnSync(process.execPath, program, { cwd: folder, encoding: 'utf8' });
  expect(status).toBe(4);
  expect(stderr).toContain("did you mean 'stop'?");
});
