/**
 * Requests in the shapes in which other clients were seen to write them: where the parameters are, how blanks and
 * booleans are spelled, which headers come along and which of them are signed.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/emulator/index.js';
import { type RawRequest, sendRaw, type Signer, signV1, signV3 } from './signing.js';
import { twoAccounts } from './support.js';

type Parameters = Readonly<Record<string, string>>;
type Write = (action: string, parameters: Parameters) => RawRequest;

let emulator: RunningEmulator;
let prod: Signer;

beforeAll(async () => {
  emulator = await startEmulator({
    scenario: {
      apiVersion: 'tallyman.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'clients' },
      spec: {
        accounts: twoAccounts,
        images: [{ id: 'm-own', account: 'prod', region: 'cn-hangzhou', name: 'own' }],
        kmsKeys: [{ id: 'key-p', account: 'prod', region: 'cn-hangzhou' }],
      },
    },
  });
  prod = { endpoint: emulator.endpoint, accessKeyId: 'EMULATORPROD', accessKeySecret: 'emulator' };
});

afterAll(() => emulator.close());

const form = 'application/x-www-form-urlencoded';
const emptySignatureType = { SignatureType: '' };

/** What is unescaped on the wire decides nothing: the signature is over what it means. */
function spelled(request: RawRequest, spelling: Readonly<Record<string, string>>): RawRequest {
  const mark = request.url.indexOf('?');
  let query = request.url.slice(mark);
  for (const [escaped, written] of Object.entries(spelling)) query = query.replaceAll(escaped, written);
  return { ...request, url: request.url.slice(0, mark) + query };
}

function withHeaders(request: RawRequest, headers: Readonly<Record<string, string>>): RawRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

/** Python's own spelling of booleans. */
function capitalized(parameters: Parameters): Parameters {
  const words: Readonly<Record<string, string>> = { true: 'True', false: 'False' };
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, words[value] ?? value]));
}

const goBlanks = { '%20': '+' };

const writers: readonly (readonly [string, Write])[] = [
  [
    'alibaba-cloud-sdk-go and the aliyun CLI: v1 in the query, the content type of a form without one, blanks as plus',
    (action, parameters) =>
      withHeaders(spelled(signV1(prod, action, parameters, { system: emptySignatureType }), goBlanks), {
        'content-type': form,
        'accept-encoding': 'identity',
        'x-acs-action': action,
        'x-acs-version': '2014-05-26',
        'x-sdk-client': 'golang/1.0.0',
        'x-sdk-invoke-type': 'common',
      }),
  ],
  [
    'the Go SDK of the third signature: blanks as plus, gzip welcome',
    (action, parameters) =>
      withHeaders(
        spelled(
          signV3(prod, action, parameters, { moreHeaders: { 'x-acs-credentials-provider': 'static_ak' } }),
          goBlanks,
        ),
        { 'accept-encoding': 'gzip' },
      ),
  ],
  [
    'aliyun-python-sdk-core by POST: v1 in the query, no content type, booleans in capitals',
    (action, parameters) =>
      withHeaders(
        spelled(signV1(prod, action, capitalized(parameters), { system: emptySignatureType }), { '%7E': '~' }),
        { accept: '*/*', 'x-acs-action': action, 'x-acs-version': '2014-05-26', 'x-sdk-client': 'python/2.0.0' },
      ),
  ],
  [
    'aliyun-python-sdk-core by GET',
    (action, parameters) =>
      signV1(prod, action, capitalized(parameters), { method: 'GET', system: emptySignatureType }),
  ],
  [
    'the Python SDK of the third signature: accept and user-agent are signed too',
    (action, parameters) =>
      signV3(prod, action, parameters, {
        moreHeaders: {
          accept: 'application/json',
          'user-agent': 'AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2',
          'x-acs-credentials-provider': 'static_ak',
        },
      }),
  ],
  [
    'tea-rpc, of the Terraform provider: business parameters in the form',
    (action, parameters) => signV1(prod, action, parameters, { place: 'business-in-form' }),
  ],
];

describe.each(writers)('[WIRE-1 WIRE-2] %s', (_, write) => {
  it('says what it means, character by character', async () => {
    const on = { RegionId: 'cn-hangzhou', ResourceType: 'image', 'ResourceId.1': 'm-own' };
    const odd = "é ü*~+%&='(x)!/金";
    const tagged = await sendRaw(write('TagResources', { ...on, 'Tag.1.Key': 'a b', 'Tag.1.Value': odd }));
    expect(tagged).toMatchObject({ status: 200 });
    expect(tagged.headers.get('content-encoding')).toBeNull();
    const listed = await sendRaw(write('ListTagResources', { ...on }));
    const tag = { ResourceId: 'm-own', ResourceType: 'image', TagKey: 'a b', TagValue: odd };
    expect(listed.body).toMatchObject({ TagResources: { TagResource: [tag] } });
    expect(await sendRaw(write('UntagResources', { ...on, 'TagKey.1': 'a b' }))).toMatchObject({ status: 200 });
  });

  it('has its booleans understood', async () => {
    const ask = { RegionId: 'cn-hangzhou', ImageId: 'm-own', KMSKeyId: 'key-p', DryRun: 'true' };
    const answers = ['true', 'false'].map(async (Encrypted) => sendRaw(write('CopyImage', { ...ask, Encrypted })));
    const codes = (await Promise.all(answers)).map(({ body }) => body.Code);
    expect(codes).toEqual(['DryRunOperation', 'InvalidParameter.EncryptedIllegal']);
  });

  it('is told the code of what went wrong', async () => {
    const answer = await sendRaw(write('StopInstance', { InstanceId: 'i-none' }));
    expect(answer).toMatchObject({ status: 404, body: { Code: 'InvalidInstanceId.NotFound' } });
  });
});
