import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import ecs from '@alicloud/ecs20140526';
import { $OpenApiUtil, OpenApiUtil } from '@alicloud/openapi-core';
import RPCClient from '@alicloud/pop-core';
import * as $dara from '@darabonba/typescript';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureV1, signatureV3 } from '../../src/emulator/access/signature.js';
import { type RunningEmulator, startEmulator } from '../../src/emulator/index.js';
import { call, type RawRequest, sendRaw, type Signer, signV1, signV3 } from './signing.js';
import { imagesUid, prodUid, twoAccounts } from './support.js';

const now = Date.parse('2026-03-01T12:00:00Z');

let emulator: RunningEmulator;
let prod: Signer;

beforeAll(async () => {
  emulator = await startEmulator({
    scenario: {
      apiVersion: 'tallyman.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'wire' },
      spec: {
        clock: { speed: 0 },
        accounts: [
          ...twoAccounts,
          { name: 'big', uid: '90071992547409931234', accessKeys: [{ id: 'BIG', secret: 'emulator' }] },
          { name: 'off', uid: '1600000000000009', accessKeys: [{ id: 'OFF', secret: 'x', status: 'Inactive' }] },
        ],
        ramUsers: [{ name: 'nobody', account: 'prod', accessKeys: [{ id: 'NOBODY', secret: 'emulator' }] }],
      },
    },
    now: () => now,
  });
  prod = { endpoint: emulator.endpoint, accessKeyId: 'EMULATORPROD', accessKeySecret: 'emulator' };
});

afterAll(() => emulator.close());

function fresh(action: string, parameters: Record<string, string> = {}): RawRequest {
  return signV3(prod, action, parameters, { at: now });
}

describe('the signatures of the documentation', () => {
  it('v3: RunInstances of the signature page', () => {
    const headers = new Map([
      ['host', 'ecs.cn-shanghai.aliyuncs.com'],
      ['x-acs-action', 'RunInstances'],
      ['x-acs-content-sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['x-acs-date', '2023-10-26T10:22:32Z'],
      ['x-acs-signature-nonce', '3156853299f313e23d1673dc12e1703d'],
      ['x-acs-version', '2014-05-26'],
    ]);
    const expected = signatureV3(
      {
        method: 'POST',
        path: '/',
        query: [
          ['RegionId', 'cn-shanghai'],
          ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
        ],
        headers,
        signedHeaders: [...headers.keys()],
        body: Buffer.alloc(0),
      },
      'YourAccessKeySecret',
    );
    expect(expected.stringToSign).toBe(
      'ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
    );
    expect(expected.signature).toBe('06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0');
  });

  it('v1: DescribeRegions of the signature page', () => {
    const parameters = {
      AccessKeyId: 'testid',
      Action: 'DescribeRegions',
      Format: 'XML',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      SignatureVersion: '1.0',
      Timestamp: '2016-02-23T12:46:24Z',
      Version: '2014-05-26',
    };
    const expected = signatureV1('GET', Object.entries(parameters), 'testsecret');
    expect(expected.signature).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
  });
});

describe('[WIRE-25] the five dialects', () => {
  const ask = { 'Odd Name': "a b*(x)!~é'+/=", Empty: '' };

  it.each([
    ['v3, parameters in the query, empty body', () => signV3(prod, 'GetCallerIdentity', ask, { at: now })],
    ['v1 of the Node SDK: POST, everything in the query', () => signV1(prod, 'GetCallerIdentity', ask, { at: now })],
    ['v1 of pop-core: GET', () => signV1(prod, 'GetCallerIdentity', ask, { at: now, method: 'GET' })],
    [
      'v1 of pop-core: POST, everything in the form',
      () => signV1(prod, 'GetCallerIdentity', ask, { at: now, place: 'form' }),
    ],
    [
      'v1 of the Go SDK: an empty SignatureType that is signed',
      () => signV1(prod, 'GetCallerIdentity', ask, { at: now, system: { SignatureType: '' } }),
    ],
    [
      'v1 of tea-rpc: business parameters in the form, the rest in the query',
      () => signV1(prod, 'GetCallerIdentity', ask, { at: now, place: 'business-in-form' }),
    ],
  ])('%s', async (_, sign) => {
    const answer = await sendRaw(sign());
    expect(answer).toMatchObject({ status: 200, body: { AccountId: prodUid, IdentityType: 'Account' } });
    expect(answer.body.RequestId).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
    expect(answer.headers.get('x-acs-request-id')).toBe(answer.body.RequestId);
    expect(answer.body.Code).toBeUndefined();
  });

  it('reads a plus as a blank, as Go writes it', async () => {
    const request = signV1(prod, 'GetCallerIdentity', { Text: 'a b' }, { at: now });
    expect(await sendRaw({ ...request, url: request.url.replace('a%20b', 'a+b') })).toMatchObject({ status: 200 });
  });
});

describe('clients that were not written for it', () => {
  let live: RunningEmulator;
  beforeAll(async () => {
    live = await startEmulator({
      scenario: {
        apiVersion: 'tallyman.dev/v1',
        kind: 'Scenario',
        metadata: { name: 'live' },
        spec: { accounts: twoAccounts },
      },
    });
  });
  afterAll(() => live.close());

  it.each(['ACS3-HMAC-SHA256', 'v2'])(
    'the Node SDK with signature %s',
    async (signatureAlgorithm) => {
      const client = new ecs.default(
        new $OpenApiUtil.Config({
          accessKeyId: 'EMULATORPROD',
          accessKeySecret: 'emulator',
          endpoint: live.endpoint.slice('http://'.length),
          protocol: 'HTTP',
          signatureAlgorithm,
        }),
      );
      const answer = await client.callApi(
        new $OpenApiUtil.Params({
          action: 'DescribeZones',
          version: '2014-05-26',
          protocol: 'HTTP',
          pathname: '/',
          method: 'POST',
          authType: 'AK',
          style: 'RPC',
          reqBodyType: 'formData',
          bodyType: 'string',
        }),
        new $OpenApiUtil.OpenApiRequest({ query: OpenApiUtil.query({ RegionId: 'cn-hangzhou', Verbose: true }) }),
        new $dara.RuntimeOptions({}),
      );
      const body = JSON.parse(String(answer['body'])) as { Zones: { Zone: { ZoneId: string }[] } };
      expect(body.Zones.Zone.map(({ ZoneId }) => ZoneId)).toContain('cn-hangzhou-h');
    },
    20_000,
  );

  it.each(['GET', 'POST'])('pop-core by %s', async (method) => {
    const client = new RPCClient({
      accessKeyId: 'EMULATORIMAGES',
      accessKeySecret: 'emulator',
      endpoint: live.endpoint,
      apiVersion: '2015-04-01',
    });
    expect(await client.request('GetCallerIdentity', {}, { method })).toMatchObject({ AccountId: imagesUid });
  });

  it('pop-core sees an error as one', async () => {
    const client = new RPCClient({
      accessKeyId: 'EMULATORIMAGES',
      accessKeySecret: 'wrong',
      endpoint: live.endpoint,
      apiVersion: '2014-05-26',
    });
    await expect(client.request('DescribeRegions', {}, {})).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  });
});

describe('[WIRE-3 WIRE-6 WIRE-7 WIRE-10 WIRE-11 WIRE-16] what the gateway refuses', () => {
  const cases: readonly [string, () => RawRequest, number, string][] = [
    ['PUT', () => ({ ...fresh('DescribeRegions'), method: 'PUT' }), 400, 'UnsupportedHTTPMethod'],
    ['another path', () => ({ ...fresh('DescribeRegions'), url: `${prod.endpoint}/x` }), 404, 'InvalidAction.NotFound'],
    ['an unknown action', () => fresh('DescribeInstance'), 404, 'InvalidAction.NotFound'],
    ['an operation that is not imitated', () => fresh('DescribeDedicatedHosts'), 400, 'UnsupportedOperation.Emulator'],
    [
      'an unknown version',
      () => signV3(prod, 'DescribeRegions', {}, { at: now, version: '2013-01-01' }),
      400,
      'InvalidVersion',
    ],
    [
      'no key',
      () => ({ method: 'POST', url: `${prod.endpoint}/?Action=DescribeRegions&Version=2014-05-26`, headers: {} }),
      400,
      'MissingAccessKeyId',
    ],
    [
      'no timestamp',
      () => signV1(prod, 'DescribeRegions', {}, { system: { Timestamp: undefined } }),
      400,
      'MissingTimestamp',
    ],
    [
      'another signature method',
      () => signV1(prod, 'DescribeRegions', {}, { at: now, system: { SignatureMethod: 'HMAC-SHA256' } }),
      400,
      'InvalidSignatureMethod',
    ],
    [
      'an unknown key',
      () => signV3({ ...prod, accessKeyId: 'NONE' }, 'DescribeRegions', {}, { at: now }),
      404,
      'InvalidAccessKeyId.NotFound',
    ],
    [
      'an inactive key',
      () => signV3({ ...prod, accessKeyId: 'OFF' }, 'DescribeRegions', {}, { at: now }),
      400,
      'InvalidAccessKeyId.Inactive',
    ],
    [
      'a wrong secret',
      () => signV3({ ...prod, accessKeySecret: 'no' }, 'DescribeRegions', {}, { at: now }),
      400,
      'SignatureDoesNotMatch',
    ],
    [
      'a time that is none',
      () => signV1(prod, 'DescribeRegions', {}, { system: { Timestamp: '2026-03-01 12:00' } }),
      400,
      'InvalidTimeStamp.Format',
    ],
    [
      '15 minutes and a second ago',
      () => signV3(prod, 'DescribeRegions', {}, { at: now - 901_000 }),
      400,
      'InvalidTimeStamp.Expired',
    ],
    [
      '15 minutes and a second ahead',
      () => signV1(prod, 'DescribeRegions', {}, { at: now + 901_000 }),
      400,
      'InvalidTimeStamp.Expired',
    ],
    [
      'a header that must be signed and is not',
      () => signV3(prod, 'DescribeRegions', {}, { at: now, dropHeaders: ['x-acs-action'] }),
      400,
      'IncompleteSignature',
    ],
    [
      'a token with a permanent key',
      () => signV3(prod, 'DescribeRegions', {}, { at: now, token: 't' }),
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
    ],
    [
      'a parameter given twice',
      () => ({ ...fresh('DescribeRegions'), url: `${prod.endpoint}/?A=1&A=2` }),
      400,
      'InvalidParameter',
    ],
    [
      'a query that is not percent-encoded UTF-8',
      () => ({ ...fresh('DescribeRegions'), url: `${prod.endpoint}/?A=%FF` }),
      400,
      'InvalidParameter.Format',
    ],
  ];

  it.each(cases)('%s', async (_, request, status, code) => {
    const answer = await sendRaw(request());
    expect(answer).toMatchObject({ status, body: { Code: code } });
  });

  it('[WIRE-13 WIRE-19] exactly 15 minutes are fine, before and after', async () => {
    for (const at of [now - 900_000, now + 900_000]) {
      expect(await sendRaw(signV3(prod, 'DescribeRegions', {}, { at }))).toMatchObject({ status: 200 });
    }
  });

  it('[WIRE-14] a nonce the second time, whatever the dialect, but not of another key', async () => {
    expect(await sendRaw(signV3(prod, 'DescribeRegions', {}, { at: now, nonce: 'twice' }))).toMatchObject({
      status: 200,
    });
    const again = signV1(prod, 'DescribeRegions', {}, { at: now, nonce: 'twice' });
    expect(await sendRaw(again)).toMatchObject({ status: 400, body: { Code: 'SignatureNonceUsed' } });
    const other = { ...prod, accessKeyId: 'EMULATORIMAGES' };
    expect(await sendRaw(signV1(other, 'DescribeRegions', {}, { at: now, nonce: 'twice' }))).toMatchObject({
      status: 200,
    });
  });

  it('a nonce of a request with a bad signature stays usable', async () => {
    const bad = signV3({ ...prod, accessKeySecret: 'no' }, 'DescribeRegions', {}, { at: now, nonce: 'kept' });
    await sendRaw(bad);
    expect(await sendRaw(signV3(prod, 'DescribeRegions', {}, { at: now, nonce: 'kept' }))).toMatchObject({
      status: 200,
    });
  });

  it('tells the string that it would have signed, word for word', async () => {
    const answer = await sendRaw(
      signV1({ ...prod, accessKeySecret: 'no' }, 'DescribeRegions', {}, { at: now, nonce: 'n1', method: 'GET' }),
    );
    expect(answer.body.Message).toBe(
      'Specified signature is not matched with our calculation. server string to sign is:' +
        'GET&%2F&AccessKeyId%3DEMULATORPROD%26Action%3DDescribeRegions%26Format%3DJSON%26SignatureMethod%3DHMAC-SHA1' +
        '%26SignatureNonce%3Dn1%26SignatureVersion%3D1.0%26Timestamp%3D2026-03-01T12%253A00%253A00Z%26Version%3D2014-05-26',
    );
  });
});

describe('[WIRE-13 WIRE-14] a signed request that was changed on its way', () => {
  const characters = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });

  it('is refused: any parameter, any dialect', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom('v3', 'query', 'form'),
      characters,
      characters,
      async (dialect, value, other) => {
        fc.pre(value !== other);
        const parameters = { Text: value };
        const sign = (given: Record<string, string>): RawRequest =>
          dialect === 'v3'
            ? signV3(prod, 'GetCallerIdentity', given, { at: now })
            : signV1(prod, 'GetCallerIdentity', given, { at: now, place: dialect });
        const honest = sign(parameters);
        expect(await sendRaw(honest)).toMatchObject({ status: 200 });
        const signed = sign(parameters);
        const changed = replaceText(signed, value, other);
        expect(await sendRaw(changed)).toMatchObject({ status: 400, body: { Code: 'SignatureDoesNotMatch' } });
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('[WIRE-4] stays what was signed: a header cannot redirect v1, nor a parameter v3', async () => {
    const v1 = signV1(prod, 'GetCallerIdentity', {}, { at: now });
    const redirected = { ...v1, headers: { 'x-acs-action': 'DescribeRegions', 'x-acs-version': '2014-05-26' } };
    expect((await sendRaw(redirected)).body).toHaveProperty('AccountId', prodUid);
    const v3 = signV3(prod, 'GetCallerIdentity', { Action: 'DescribeRegions', Version: '2014-05-26' }, { at: now });
    expect((await sendRaw(v3)).body).toHaveProperty('AccountId', prodUid);
  });

  it('is refused: another action, version, date, nonce or body in a v3 request', async () => {
    const base = { at: now };
    const changes: Record<string, string> = {
      'x-acs-action': 'DescribeZones',
      'x-acs-date': '2026-03-01T12:00:01Z',
      'x-acs-signature-nonce': 'another',
    };
    for (const [name, value] of Object.entries(changes)) {
      const request = signV3(prod, 'DescribeRegions', {}, base);
      const changed = { ...request, headers: { ...request.headers, [name]: value } };
      expect(await sendRaw(changed)).toMatchObject({ status: 400, body: { Code: 'SignatureDoesNotMatch' } });
    }
    const withBody = { ...signV3(prod, 'DescribeRegions', {}, base), body: 'AcceptLanguage=ja' };
    expect((await sendRaw(withBody)).status).toBe(400);
  });
});

function replaceText(request: RawRequest, value: string, other: string): RawRequest {
  const encode = (text: string): string =>
    `Text=${encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
  const { body } = request;
  return {
    ...request,
    url: request.url.replace(encode(value), () => encode(other)),
    ...(body === undefined ? {} : { body: body.replace(encode(value), () => encode(other)) }),
  };
}

describe('answers', () => {
  it('an error names code, message, host and where to read on, all of them strings', async () => {
    const answer = await sendRaw(fresh('DescribeZones', { RegionId: 'cn-nowhere' }));
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      RequestId: answer.headers.get('x-acs-request-id'),
      HostId: 'ecs.cn-nowhere.aliyuncs.com',
      Code: 'InvalidRegionId.NotFound',
      Message: expect.any(String),
      Recommend: `https://api.aliyun.com/troubleshoot?q=InvalidRegionId.NotFound&product=Ecs&requestId=${answer.body.RequestId}`,
    });
  });

  it('[WIRE-20] an error is XML only for v1 without Format', async () => {
    const bare = await sendRaw(signV1(prod, 'DescribeZones', {}, { at: now, system: { Format: undefined } }));
    expect(bare.headers.get('content-type')).toBe('text/xml;charset=utf-8');
    expect(bare.text).toMatch(
      /<Error><RequestId>[0-9A-F-]{36}<\/RequestId><HostId>[^<]*<\/HostId><Code>MissingParameter<\/Code>/,
    );
    const json = await sendRaw(signV1(prod, 'DescribeZones', {}, { at: now }));
    expect(json.body.Code).toBe('MissingParameter');
  });

  it('a refusal of RAM says who may not do what', async () => {
    const answer = await sendRaw(signV3({ ...prod, accessKeyId: 'NOBODY' }, 'DescribeZones', {}, { at: now }));
    expect(answer).toMatchObject({
      status: 403,
      body: {
        Code: 'Forbidden.RAM',
        AccessDeniedDetail: {
          AuthAction: 'ecs:DescribeZones',
          AuthPrincipalType: 'SubUser',
          AuthPrincipalOwnerId: prodUid,
          AuthPrincipalDisplayName: 'nobody',
          NoPermissionType: 'ImplicitDeny',
        },
      },
    });
  });

  it('a UID beyond 2^53 stays exact', async () => {
    const big = { ...prod, accessKeyId: 'BIG' };
    expect((await sendRaw(signV3(big, 'GetCallerIdentity', {}, { at: now }))).text).toContain('"90071992547409931234"');
  });

  it('[WIRE-27] the same seed, clock and requests give the same bytes', async () => {
    const run = async (): Promise<readonly string[]> => {
      const other = await startEmulator({ seed: 7, clock: { speed: 0 }, now: () => now });
      const key = other.credentials('default');
      const signer = { ...key, endpoint: other.endpoint };
      const texts: string[] = [];
      for (const action of ['DescribeRegions', 'GetCallerIdentity', 'DescribeKey']) {
        texts.push((await sendRaw(signV3(signer, action, { KeyId: 'k' }, { at: now }))).text);
      }
      await other.close();
      return texts;
    };
    expect(await run()).toEqual(await run());
  });
});

describe('clients that misbehave', () => {
  it('[WIRE-8 WIRE-25] a body that is too large is refused, and the next call goes through', async () => {
    const request = { ...signV1(prod, 'DescribeRegions', {}, { at: now, place: 'form' }), body: 'x'.repeat(1_100_000) };
    const refused = await sendRaw(request);
    expect(refused).toMatchObject({ status: 413, body: { Code: 'RequestEntityTooLarge' } });
    expect(refused.body.RequestId).toMatch(/^[0-9A-F-]{36}$/u);
    expect(refused.headers.get('x-acs-request-id')).toBe(refused.body.RequestId);
    expect(await sendRaw(fresh('DescribeRegions'))).toMatchObject({ status: 200 });
  });

  it('an upload that breaks off does no harm', async () => {
    const { connect } = await import('node:net');
    const { port } = new URL(prod.endpoint);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf');
        socket.destroy();
      });
      socket.on('close', () => resolve());
    });
    expect(await sendRaw(fresh('DescribeRegions'))).toMatchObject({ status: 200 });
  });

  it('several calls come over one connection, byte by byte and all at once', async () => {
    const { port } = new URL(prod.endpoint);
    const text = (action: string): string => {
      const { method, url, headers } = fresh(action);
      const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return `${method} ${url.slice(prod.endpoint.length)} HTTP/1.1\r\n${head.join('')}content-length: 0\r\n\r\n`;
    };
    const socket = connect(Number(port), '127.0.0.1');
    socket.setNoDelay(true);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    const first = text('GetCallerIdentity');
    for (let at = 0; at < first.length; at += 40) {
      await new Promise<void>((sent) => socket.write(first.slice(at, at + 40), () => sent()));
    }
    socket.write(text('GetCallerIdentity') + text('DescribeRegions'));
    for (let turn = 0; turn < 10_000 && received.split('HTTP/1.1 200').length < 4; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.destroy();
    expect(received.match(/HTTP\/1\.1 200/gu)).toHaveLength(3);
    expect(received.indexOf('"AccountId"')).toBeLessThan(received.indexOf('"Regions"'));
  });

  it('what is no HTTP is answered 400', async () => {
    const { connect } = await import('node:net');
    const { port } = new URL(prod.endpoint);
    const text = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([
    ['what is no request', 'nonsense\r\n\r\n'],
    ['half a request', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense'],
  ])('%s behind a whole request is refused after its answer, which stays its own', async (_, bad) => {
    const { method, url, headers } = fresh('GetCallerIdentity');
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const whole = `${method} ${url.slice(prod.endpoint.length)} HTTP/1.1\r\n${head.join('')}content-length: 0\r\n\r\n`;
    const text = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(prod.endpoint).port), '127.0.0.1');
      socket.write(whole + bad);
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
    });
    expect(text.match(/HTTP\/1\.1 \d+/gu)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
    expect(text.indexOf('"AccountId"')).toBeLessThan(text.indexOf('HTTP/1.1 400'));
  });

  it('bad bytes behind half a body are refused at once', async () => {
    const text = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(prod.endpoint).port), '127.0.0.1');
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense');
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nConnection: close/u);
  });

  it('a refused client that never closes its own half does not keep the connection', async () => {
    const accepted = new Promise<Socket>((resolve) => {
      const see = (message: unknown): void => {
        unsubscribe('net.server.socket', see);
        resolve((message as { socket: Socket }).socket);
      };
      subscribe('net.server.socket', see);
    });
    const client = connect({ port: Number(new URL(prod.endpoint).port), host: '127.0.0.1', allowHalfOpen: true });
    client.resume();
    client.write('nonsense\r\n\r\n');
    const ofEmulator = await accepted;
    await once(client, 'end');
    await once(ofEmulator, 'close');
    expect(client.writable).toBe(true);
    client.destroy();
  });

  it('[WIRE-8] a head that is too large is answered 431', async () => {
    const request = fresh('GetCallerIdentity', { Text: 'x'.repeat(300_000) });
    expect((await sendRaw(request)).status).toBe(431);
  });

  it('user data of 32 KiB fits into the query', async () => {
    const data = Buffer.alloc(32 * 1024, 255).toString('base64');
    expect(await sendRaw(fresh('GetCallerIdentity', { UserData: data }))).toMatchObject({ status: 200 });
  });
});

it('keeps secrets out of the call log', async () => {
  await sendRaw(fresh('GetCallerIdentity', { UserData: 'c2VjcmV0', Password: 'hunter2' }));
  const text = JSON.stringify(emulator.calls());
  expect(text).not.toContain('c2VjcmV0');
  expect(text).not.toContain('hunter2');
  expect(emulator.calls().calls.at(-1)).toMatchObject({
    action: 'GetCallerIdentity',
    account: prodUid,
    access: 'read',
    status: 200,
    code: null,
  });
  expect(await call({ ...prod, accessKeySecret: 'x' }, 'DescribeRegions')).toMatchObject({ status: 400 });
});
