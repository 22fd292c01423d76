import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningEmulator, type ScenarioSpec, startEmulator, type StartOptions } from '../../src/emulator/index.js';
import { call, type RawAnswer, sendRaw, type Signer, signV3 } from './signing.js';
import { imagesUid, prodUid, twoAccounts } from './support.js';

let emulator: RunningEmulator;

async function start(spec: Partial<ScenarioSpec> = {}, options: Partial<StartOptions> = {}): Promise<Signer> {
  emulator = await startEmulator({
    scenario: {
      apiVersion: 'tallyman.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'control' },
      spec: {
        clock: { start: '2026-01-01T00:00:00Z', speed: 0 },
        accounts: twoAccounts,
        images: [{ id: 'm-1', account: 'prod', region: 'cn-hangzhou', name: 'one', sizeGiB: 20 }],
        timings: { copyImage: { baseSeconds: 60, secondsPerGiB: 0 } },
        ...spec,
      },
    },
    ...options,
  });
  return signerOf('EMULATORPROD');
}

function signerOf(accessKeyId: string): Signer {
  return { endpoint: emulator.endpoint, accessKeyId, accessKeySecret: 'emulator' };
}

afterEach(() => emulator.close());

const copy = (name: string, token?: string): Record<string, string> => ({
  RegionId: 'cn-hangzhou',
  ImageId: 'm-1',
  DestinationRegionId: 'cn-beijing',
  DestinationImageName: `copy-${name}`,
  ...(token === undefined ? {} : { ClientToken: token }),
});

/** The error that fetch throws when the connection is cut before an answer. */
async function isCut(request: Promise<RawAnswer>): Promise<boolean> {
  return request.then(
    () => false,
    () => true,
  );
}

interface ControlAnswer {
  readonly status: number;
  readonly body: never;
}

async function control(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ControlAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${emulator.endpoint}/_emulator/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: text }),
  });
  return { status: response.status, body: (await response.json()) as never };
}

function copies(): number {
  return emulator.state().images.filter(({ isCopied }) => isCopied).length;
}

describe('client tokens', () => {
  it('the same call again has the same answer and no second effect', async () => {
    const prod = await start();
    const first = await call(prod, 'CopyImage', copy('a', 'token'));
    const again = await call(prod, 'CopyImage', copy('a', 'token'));
    expect(first).toMatchObject({ status: 200, body: { ImageId: expect.stringMatching(/^m-/) } });
    expect(again.body['ImageId']).toBe(first.body['ImageId']);
    expect(again.body.RequestId).not.toBe(first.body.RequestId);
    expect(copies()).toBe(1);
  });

  it('the same answer comes even when the thing is gone', async () => {
    const prod = await start();
    const first = await call(prod, 'CopyImage', copy('a', 'token'));
    emulator.change({ op: 'deleteImage', imageId: String(first.body['ImageId']) });
    expect((await call(prod, 'CopyImage', copy('a', 'token'))).body['ImageId']).toBe(first.body['ImageId']);
    expect(copies()).toBe(0);
  });

  it('other parameters with the same token are refused with the code of the operation', async () => {
    const prod = await start();
    await call(prod, 'CopyImage', copy('a', 'token'));
    const other = await call(prod, 'CopyImage', copy('b', 'token'));
    expect(other).toMatchObject({ status: 400, body: { Code: 'IdempotenceParamNotMatch' } });
    expect(copies()).toBe(1);
  });

  it('count by account: the token of another is not known', async () => {
    const prod = await start({
      images: [{ id: 'm-1', account: 'prod', region: 'cn-hangzhou', sharedWith: ['images'] }],
    });
    await call(prod, 'CopyImage', copy('a', 'token'));
    const other = await call(signerOf('EMULATORIMAGES'), 'CopyImage', {
      ...copy('b', 'token'),
      DestinationRegionId: 'cn-hangzhou',
    });
    expect(other.body.Code).toBeUndefined();
  });

  it('are forgotten after their lifetime in emulated time', async () => {
    const prod = await start({ switches: { clientTokenLifetimeSeconds: 100 } });
    const first = await call(prod, 'CopyImage', copy('a', 'token'));
    emulator.advance(99);
    expect((await call(prod, 'CopyImage', copy('a', 'token'))).body['ImageId']).toBe(first.body['ImageId']);
    emulator.advance(1);
    expect(await call(prod, 'CopyImage', copy('b', 'token'))).toMatchObject({ status: 200 });
  });

  it('are not occupied by a dry run', async () => {
    const prod = await start();
    const dry = await call(prod, 'CopyImage', { ...copy('a', 'token'), DryRun: 'true' });
    expect(dry).toMatchObject({
      status: 400,
      body: { Code: 'DryRunOperation', Message: 'Request validation has been passed with DryRun flag set.' },
    });
    expect(copies()).toBe(0);
    expect(await call(prod, 'CopyImage', copy('b', 'token'))).toMatchObject({ status: 200 });
  });

  it.each([
    ['no', 'the same call runs', 200, 'a', undefined],
    ['no', 'another call runs', 200, 'b', undefined],
    ['stored', 'the same call has the same error', 404, 'a', 'InvalidImageId.NotFound'],
    ['stored', 'another call does not fit', 400, 'b', 'IdempotenceParamNotMatch'],
    ['silently', 'the same call runs', 200, 'a', undefined],
    ['silently', 'another call does not fit', 400, 'b', 'IdempotenceParamNotMatch'],
  ])('after a refused call, occupying %s: %s', async (mode, _, status, name, code) => {
    const prod = await start({ switches: { failedCallsOccupyToken: mode }, images: [] });
    expect((await call(prod, 'CopyImage', copy('a', 'token'))).body.Code).toBe('InvalidImageId.NotFound');
    emulator.change({ op: 'addImage', image: { id: 'm-1', account: 'prod', region: 'cn-hangzhou' } });
    const next = await call(prod, 'CopyImage', copy(name, 'token'));
    expect([next.status, next.body.Code]).toEqual([status, code]);
  });

  it('that are no 64 ASCII characters are refused', async () => {
    const prod = await start();
    expect((await call(prod, 'CopyImage', copy('a', 'x'.repeat(65)))).body.Code).toBe('InvalidClientToken');
  });
});

describe('an error answer', () => {
  it('changes nothing, not even later IDs', async () => {
    const prod = await start();
    const before = emulator.state();
    expect(await call(prod, 'CopyImage', { ...copy('a'), DestinationImageName: 'http://x' })).toMatchObject({
      status: 400,
    });
    expect(emulator.state()).toEqual(before);
  });
});

describe('flow control', () => {
  it('[WIRE-48 WIRE-49 WIRE-50] refuses beyond the burst, says how long to wait, and lets the next one in after that', async () => {
    const prod = await start({ rateLimits: { default: { perSecond: 2 }, DescribeZones: { perSecond: 1000 } } });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await call(prod, 'DescribeRegions')).status);
    expect(statuses).toEqual([200, 200, 400]);
    const refused = await call(prod, 'DescribeRegions');
    expect(refused.body.Code).toBe('Throttling.User');
    expect(refused.headers.get('x-acs-retry-after')).toBe('500');
    expect(await call(prod, 'DescribeZones', { RegionId: 'cn-hangzhou' })).toMatchObject({ status: 200 });
    expect(await call(signerOf('EMULATORIMAGES'), 'DescribeRegions')).toMatchObject({ status: 200 });
    emulator.advance(0.5);
    expect(await call(prod, 'DescribeRegions')).toMatchObject({ status: 200 });
  });

  it('[WIRE-49] of minutes lets in again with the next minute of the clock', async () => {
    const prod = await start({ rateLimits: { DescribeRegions: { perMinute: 1 } } });
    emulator.advance(50);
    expect(await call(prod, 'DescribeRegions')).toMatchObject({ status: 200 });
    const refused = await call(prod, 'DescribeRegions');
    expect(refused.headers.get('x-acs-retry-after')).toBe('10000');
    emulator.advance(10);
    expect(await call(prod, 'DescribeRegions')).toMatchObject({ status: 200 });
  });
});

describe('faults', () => {
  it('[WIRE-54] lost-answer: the n-th call takes effect and nobody hears of it', async () => {
    const prod = await start({ faults: [{ action: 'CopyImage', nth: 2, kind: 'lost-answer' }] });
    expect(await isCut(call(prod, 'CopyImage', copy('a')))).toBe(false);
    emulator.advance(60);
    expect(await isCut(call(prod, 'CopyImage', copy('b')))).toBe(true);
    expect(copies()).toBe(2);
    emulator.advance(60);
    expect(await isCut(call(prod, 'CopyImage', copy('c')))).toBe(false);
  });

  it('[WIRE-53] timeout-before: no effect and no answer', async () => {
    const prod = await start({ faults: [{ action: 'CopyImage', count: 1, kind: 'timeout-before' }] });
    expect(await isCut(call(prod, 'CopyImage', copy('a')))).toBe(true);
    expect(copies()).toBe(0);
    expect(await call(prod, 'CopyImage', copy('a'))).toMatchObject({ status: 200 });
  });

  it('[WIRE-50 WIRE-51] throttle and server-error refuse with their codes, also with others', async () => {
    const prod = await start();
    const ask = async () => call(prod, 'DescribeRegions');
    emulator.fault({ action: 'DescribeRegions', kind: 'throttle', count: 1 });
    expect(await ask()).toMatchObject({ status: 400, body: { Code: 'Throttling.User' } });
    emulator.fault({ action: 'DescribeRegions', kind: 'throttle', count: 1, code: 'Throttling.Resource', status: 429 });
    expect(await ask()).toMatchObject({ status: 429, body: { Code: 'Throttling.Resource' } });
    emulator.fault({ action: '*', kind: 'server-error', count: 1 });
    expect(await ask()).toMatchObject({ status: 503, body: { Code: 'ServiceUnavailable' } });
    expect(await ask()).toMatchObject({ status: 200 });
  });

  it('[WIRE-52] denied answers as RAM would', async () => {
    const prod = await start({ faults: [{ action: 'CopyImage', kind: 'denied' }] });
    expect(await call(prod, 'CopyImage', copy('a'))).toMatchObject({ status: 403, body: { Code: 'Forbidden.RAM' } });
  });

  it('[WIRE-59] every third call, and by account and region', async () => {
    const prod = await start({
      faults: [
        { action: 'DescribeRegions', every: 3, kind: 'server-error' },
        { action: 'DescribeZones', account: 'images', region: 'cn-beijing', kind: 'server-error' },
      ],
    });
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await call(prod, 'DescribeRegions')).status);
    expect(statuses).toEqual([200, 200, 503, 200, 200, 503]);
    expect((await call(prod, 'DescribeZones', { RegionId: 'cn-beijing' })).status).toBe(200);
    const images = signerOf('EMULATORIMAGES');
    expect((await call(images, 'DescribeZones', { RegionId: 'cn-hangzhou' })).status).toBe(200);
    expect((await call(images, 'DescribeZones', { RegionId: 'cn-beijing' })).status).toBe(503);
  });

  it('[WIRE-61] mutatingOnly counts over all calls that change something, and no dry run', async () => {
    const prod = await start({ faults: [{ action: '*', nth: 2, mutatingOnly: true, kind: 'timeout-before' }] });
    await call(prod, 'DescribeRegions');
    await call(prod, 'CopyImage', { ...copy('a'), DryRun: 'true' });
    expect(await isCut(call(prod, 'CopyImage', copy('a')))).toBe(false);
    await call(prod, 'DescribeRegions');
    expect(
      await isCut(call(prod, 'ModifyImageAttribute', { RegionId: 'cn-hangzhou', ImageId: 'm-1', Description: 'x' })),
    ).toBe(true);
  });

  it('[WIRE-60] sequence says call by call what happens, and then nothing more', async () => {
    const prod = await start();
    emulator.fault({ action: 'DescribeRegions', sequence: ['throttle', 'none', 'denied', 'server-error'] });
    const statuses: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) statuses.push((await call(prod, 'DescribeRegions')).status);
    expect(statuses).toEqual([400, 200, 403, 503, 200]);
    expect(emulator.emulator.listFaults()).toMatchObject([{ matched: 5, hits: 3 }]);
  });

  it('sequence begins with the nth call, and a fault of reads passes over a call that changes something', async () => {
    const prod = await start();
    emulator.fault({ action: '*', nth: 2, sequence: ['stale-read', 'throttle'] });
    expect((await call(prod, 'DescribeRegions')).status).toBe(200);
    expect((await call(prod, 'CopyImage', copy('a'))).status).toBe(200);
    expect((await call(prod, 'DescribeRegions')).status).toBe(400);
  });

  it('[WIRE-59] probability draws from the seed: the same calls are hit in every run', async () => {
    const run = async (): Promise<readonly number[]> => {
      const prod = await start({
        seed: 11,
        faults: [{ action: 'DescribeRegions', probability: 0.5, kind: 'server-error' }],
      });
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1) statuses.push((await call(prod, 'DescribeRegions')).status);
      return statuses;
    };
    const first = await run();
    await emulator.close();
    expect(await run()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it('[WIRE-34 WIRE-55] hang-before: waits until it is lifted, then takes effect; its token is being processed meanwhile', async () => {
    const prod = await start({ faults: [{ action: 'CopyImage', nth: 1, kind: 'hang-before' }] });
    const hanging = call(prod, 'CopyImage', copy('a', 'token'));
    await seen(1);
    const second = await call(prod, 'CopyImage', copy('a', 'token'));
    expect(second).toMatchObject({ status: 403, body: { Code: 'IdempotentProcessing' } });
    expect(copies()).toBe(0);
    emulator.fault({ clear: true });
    expect(await hanging).toMatchObject({ status: 200 });
    expect(copies()).toBe(1);
  });

  it('hang-before: a client that went away leaves nothing behind, and its token is free', async () => {
    const prod = await start({ faults: [{ action: 'CopyImage', nth: 1, kind: 'hang-before' }] });
    await callAndLeave(prod, copy('a', 'token'));
    await settled(async () => (await call(prod, 'CopyImage', copy('a', 'token'))).status === 200);
    emulator.fault({ clear: true });
    expect(copies()).toBe(1);
  });

  it('[WIRE-56] hang-after: the effect is there, the answer comes when it is lifted', async () => {
    const prod = await start({ faults: [{ action: 'CopyImage', nth: 1, kind: 'hang-after' }] });
    const hanging = call(prod, 'CopyImage', copy('a', 'token'));
    await seen(1);
    expect(copies()).toBe(1);
    expect((await call(prod, 'CopyImage', copy('a', 'token'))).body.Code).toBe('IdempotentProcessing');
    emulator.fault({ clear: true });
    const answer = await hanging;
    expect((await call(prod, 'CopyImage', copy('a', 'token'))).body['ImageId']).toBe(answer.body['ImageId']);
  });

  it('[WIRE-57] stale-read: reads answer from the past', async () => {
    const prod = await start({ faults: [{ action: 'DescribeImages', nth: 1, kind: 'stale-read', seconds: 30 }] });
    const count = async (): Promise<unknown> =>
      (
        await call(prod, 'DescribeImages', {
          RegionId: 'cn-beijing',
          ImageOwnerAlias: 'self',
          Status: 'Creating,Waiting,Available',
        })
      ).body['TotalCount'];
    emulator.advance(100);
    await call(prod, 'CopyImage', copy('a'));
    emulator.advance(10);
    expect(await count()).toBe(0);
    expect(await count()).toBe(1);
  });

  it('[WIRE-58] page-shift: between two pages a row moves', async () => {
    const images = [1, 2, 3, 4].map((n) => ({ id: `m-${n}`, account: 'prod', region: 'cn-hangzhou' }));
    const prod = await start({ images, faults: [{ action: 'DescribeImages', kind: 'page-shift' }] });
    const page = async (PageNumber: string): Promise<readonly string[]> => {
      const answer = await call(prod, 'DescribeImages', {
        RegionId: 'cn-hangzhou',
        ImageOwnerAlias: 'self',
        PageSize: '2',
        PageNumber,
      });
      return (answer.body['Images'] as { Image: { ImageId: string }[] }).Image.map(({ ImageId }) => ImageId);
    };
    const listed = [...(await page('1')), ...(await page('2'))];
    expect(listed).toHaveLength(4);
    expect(new Set(listed).size).toBeLessThan(4);
  });
});

/** Until so many calls have arrived: a call that hangs tells nothing else. */
async function seen(count: number): Promise<void> {
  await settled(() => emulator.calls().calls.length >= count);
}

async function settled(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it did not come to pass');
}

/** Sends a CopyImage and closes the connection once the emulator has it. */
async function callAndLeave(signer: Signer, parameters: Record<string, string>): Promise<void> {
  const request = signV3(signer, 'CopyImage', parameters);
  const { port, pathname, search } = new URL(request.url);
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`POST ${pathname}${search} HTTP/1.1\r\n${headers.join('')}\r\n`);
  await seen(1);
  await new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.destroy();
  });
}

describe('the control side', () => {
  it('shows rows, calls, keys and the clock', async () => {
    const prod = await start();
    await call(prod, 'CopyImage', copy('a', 'token'));
    expect((await control('GET', 'state')).body).toMatchObject({
      version: 1,
      images: [{ id: 'm-1' }, { isCopied: true }],
    });
    expect((await control('GET', 'calls')).body).toMatchObject({
      counts: { CopyImage: 1 },
      calls: [
        {
          sequence: 1,
          action: 'CopyImage',
          account: prodUid,
          region: 'cn-hangzhou',
          access: 'write',
          status: 200,
          clientToken: 'token',
        },
      ],
    });
    expect((await control('GET', 'credentials')).body).toEqual([
      { account: 'images', uid: imagesUid, accessKeyId: 'EMULATORIMAGES', accessKeySecret: 'emulator' },
      { account: 'prod', uid: prodUid, accessKeyId: 'EMULATORPROD', accessKeySecret: 'emulator' },
    ]);
    expect((await control('GET', 'clock')).body).toEqual({
      now: '2026-01-01T00:00:00.000Z',
      nowMs: Date.parse('2026-01-01T00:00:00Z'),
      speed: 0,
    });
  });

  it('moves the clock, and what is due by then has happened', async () => {
    const prod = await start();
    await call(prod, 'CopyImage', copy('a'));
    expect((await control('POST', 'clock/advance', { seconds: 60 })).body).toMatchObject({
      now: '2026-01-01T00:01:00.000Z',
    });
    expect(emulator.state().images[1]).toMatchObject({ status: 'Available' });
    expect((await control('POST', 'clock', { speed: 5 })).body).toMatchObject({ speed: 5 });
  });

  it('does what owners and people in the console do', async () => {
    await start({ instances: [{ id: 'i-1', account: 'prod', region: 'cn-hangzhou', imageId: 'm-1' }] });
    const change = async (body: unknown): Promise<ControlAnswer> => control('POST', 'changes', body);
    expect((await change({ op: 'share', imageId: 'm-1', accounts: ['images'] })).body).toMatchObject({
      row: { sharedWith: { [imagesUid]: expect.any(Number) } },
    });
    expect((await change({ op: 'unshare', imageId: 'm-1', account: 'images' })).body).toMatchObject({
      row: { sharedWith: {} },
    });
    expect((await change({ op: 'deprecate', imageId: 'm-1' })).body).toMatchObject({ row: { status: 'Deprecated' } });
    expect(
      (await change({ op: 'addImage', image: { id: 'm-2', account: 'images', region: 'cn-hangzhou', family: 'g' } }))
        .body,
    ).toMatchObject({ row: { family: 'g' } });
    expect((await change({ op: 'stop', instanceId: 'i-1' })).body).toMatchObject({ row: { status: 'Stopped' } });
    expect((await change({ op: 'start', id: 'i-1' })).body).toMatchObject({ row: { status: 'Running' } });
    expect((await change({ op: 'tag', id: 'i-1', tags: { a: '1', b: '2' } })).body).toMatchObject({
      row: { tags: { a: '1', b: '2' } },
    });
    expect((await change({ op: 'untag', id: 'i-1', keys: ['a'] })).body).toMatchObject({ row: { tags: { b: '2' } } });
    expect((await change({ op: 'deleteInstance', id: 'i-1' })).body).toEqual({ row: null });
    expect((await change({ op: 'deleteImage', imageId: 'm-1' })).body).toEqual({ row: null });
    expect(emulator.state()).toMatchObject({ instances: [], disks: [], images: [{ id: 'm-2' }] });
  });

  it('obeys what the console obeys where a deletion is not forced', async () => {
    await start({
      images: [
        { id: 'm-1', account: 'prod', region: 'cn-hangzhou' },
        { id: 'm-2', account: 'prod', region: 'cn-hangzhou', sharedWith: ['images'] },
      ],
      instances: [
        { id: 'i-1', account: 'prod', region: 'cn-hangzhou', imageId: 'm-1' },
        {
          id: 'i-2',
          account: 'prod',
          region: 'cn-hangzhou',
          imageId: 'm-1',
          status: 'Stopped',
          deletionProtection: true,
        },
      ],
    });
    const refusal = async (op: string, id: string): Promise<unknown> =>
      (await control('POST', 'changes', { op, id, force: false })).body;
    expect(await refusal('deleteImage', 'm-1')).toEqual({ error: "the image 'm-1' is used by 'i-2'" });
    expect(await refusal('deleteImage', 'm-2')).toEqual({ error: "the image 'm-2' is shared" });
    expect(await refusal('deleteInstance', 'i-1')).toEqual({ error: "'i-1' is Running, not Stopped" });
    expect(await refusal('deleteInstance', 'i-2')).toEqual({ error: "deletion protection is on for 'i-2'" });
    expect(emulator.state()).toMatchObject({ images: [{}, {}], instances: [{}, {}] });
  });

  it.each([
    ['POST', 'changes', { op: 'vanish' }, 400, '`op` must be one of addImage, share'],
    ['POST', 'changes', { op: 'share', imageId: 'm-9', accounts: ['images'] }, 400, "no image 'm-9'"],
    ['POST', 'changes', { op: 'share', imageId: 'm-1', accounts: ['nobody'] }, 400, "no account 'nobody'"],
    ['POST', 'changes', { op: 'addImage', image: { account: 'prod', region: 'x' } }, 400, "no region 'x'"],
    [
      'POST',
      'changes',
      { op: 'addImage', image: { account: 'prod', region: 'cn-hangzhou', size: 1 } },
      400,
      '`size` is no field here',
    ],
    ['POST', 'faults', { action: 'RunInstances', kind: 'boom' }, 400, '`kind` must be one of'],
    ['POST', 'faults', { action: 'RunInstances' }, 400, 'must have either `kind` or `sequence`'],
    ['POST', 'changes', { op: 'share', imageId: 'm-1', acounts: ['x'] }, 400, "did you mean 'accounts'?"],
    ['POST', 'changes', { op: 'addImage', id: 'm-1', account: 'prod', region: 'cn-hangzhou' }, 400, 'already there'],
    ['POST', 'changes', { op: 'addImage', account: 'prd', region: 'cn-hangzhou' }, 400, "no account 'prd'"],
    ['POST', 'changes', { op: 'setKeyState', id: 'key-9', state: 'Disabled' }, 400, "no key 'key-9'"],
    ['POST', 'changes', { op: 'setKeyState', id: 'key-9', state: 'Off' }, 400, '`state` must be one of Enabled'],
    ['POST', 'changes', { op: 'resize', diskId: 'd-9', sizeGiB: 0 }, 400, '`sizeGiB` must be a whole number'],
    ['POST', 'changes', { op: 'resize', instanceId: 'i-9', instanceType: 'x' }, 400, '`instanceType` must be a type'],
    ['POST', 'changes', { op: 'replaceSystemDisk', instanceId: 'i-9', imageId: 'm-1' }, 400, "no instance 'i-9'"],
    ['POST', 'changes', ['stop'], 400, 'a change must be an object'],
    ['POST', 'clock/advance', { seconds: -1 }, 400, 'cannot advance by -1 seconds'],
    ['POST', 'clock/advance', { seconds: 1e18 }, 400, 'that is after the year 9999'],
    ['POST', 'clock/advance', { seconds: '1' }, 400, '`seconds` must be a number'],
    ['POST', 'clock/advance', '{"seconds":', 400, 'the body is not JSON'],
    ['POST', 'reset', { state: { version: 2 } }, 400, '`state` must be what GET /_emulator/state answers'],
    ['POST', 'reset', { scenari: {} }, 400, '`scenari` is no field here'],
    ['GET', 'nothing', undefined, 404, "no 'GET nothing' here"],
    ['POST', 'state', {}, 404, "no 'POST state' here"],
  ])('%s %s %j is refused in words', async (method, path, body, status, words) => {
    await start();
    const answer = await control(method, path, body);
    expect(answer).toMatchObject({ status, body: { error: expect.stringContaining(words) } });
  });

  it('an unknown path tells what exists', async () => {
    await start();
    expect((await control('GET', 'nothing')).body).toMatchObject({
      exists: expect.arrayContaining(['GET state', 'POST reset']),
    });
  });

  it('takes faults one by one or as a list, shows and lifts them', async () => {
    await start();
    await control('POST', 'faults', { action: 'RunInstances', kind: 'throttle' });
    const listed = await control('POST', 'faults', [{ action: '*', kind: 'denied', count: 1 }]);
    expect(listed.body).toMatchObject([
      { fault: { kind: 'throttle' }, matched: 0, hits: 0 },
      { fault: { kind: 'denied' } },
    ]);
    expect((await control('POST', 'faults', { clear: true })).body).toEqual([]);
  });

  it('is not for web pages, other names or other machines', async () => {
    await start();
    expect(await control('GET', 'credentials', undefined, { origin: 'https://evil.example' })).toMatchObject({
      status: 403,
    });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(emulator.endpoint).port), '127.0.0.1', () => {
        socket.end('GET /_emulator/credentials HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
      });
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toContain('EMULATORPROD');
  });

  it('puts a state back: same rows, and IDs go on from there', async () => {
    const prod = await start();
    await call(prod, 'CopyImage', copy('a', 'token'));
    const saved = emulator.state();
    emulator.advance(60);
    emulator.change({ op: 'deleteImage', imageId: 'm-1' });
    expect(await control('POST', 'reset', { state: saved })).toMatchObject({ status: 200 });
    expect(emulator.state()).toEqual(saved);
    expect(emulator.calls().calls).toEqual([]);
    emulator.advance(60);
    expect(emulator.state().images[1]).toMatchObject({ status: 'Available' });
  });

  it('starts over at the speed that it was started with', async () => {
    await start({ clock: { start: '2026-01-01T00:00:00Z', speed: 120 } }, { speed: 7 });
    await control('POST', 'reset', { state: emulator.state() });
    expect((await control('GET', 'clock')).body).toMatchObject({ speed: 7 });
  });

  it('starts over from the scenario, faults and clock included', async () => {
    const prod = await start({ faults: [{ action: 'CopyImage', nth: 1, kind: 'server-error' }] });
    const before = emulator.state();
    expect(await call(prod, 'CopyImage', copy('a'))).toMatchObject({ status: 503 });
    expect(await call(prod, 'CopyImage', copy('a'))).toMatchObject({ status: 200 });
    emulator.advance(500);
    await control('POST', 'reset');
    expect(emulator.state()).toEqual(before);
    expect((await control('GET', 'clock')).body).toMatchObject({ now: '2026-01-01T00:00:00.000Z' });
    expect(await call(prod, 'CopyImage', copy('a'))).toMatchObject({ status: 503 });
  });
});

describe('the library', () => {
  it('starts with nothing but an account', async () => {
    emulator = await startEmulator();
    const { accessKeyId, accessKeySecret, uid } = emulator.credentials('default');
    const answer = await call({ endpoint: emulator.endpoint, accessKeyId, accessKeySecret }, 'GetCallerIdentity');
    expect(answer.body).toMatchObject({ AccountId: uid });
    expect(() => emulator.credentials('other')).toThrow("no account 'other'");
  });

  it('refuses a port that is taken, with the way out', async () => {
    await start();
    const port = Number(new URL(emulator.endpoint).port);
    await expect(startEmulator({ port })).rejects.toMatchObject({
      code: 'emulator-port',
      hint: expect.stringContaining('another port'),
    });
  });

  it('ends though a call hangs', async () => {
    const prod = await start({ faults: [{ action: '*', kind: 'hang-before' }] });
    const hanging = isCut(sendRaw(signV3(prod, 'DescribeRegions')));
    await seen(1);
    await emulator.close();
    expect(await hanging).toBe(true);
  });
});
