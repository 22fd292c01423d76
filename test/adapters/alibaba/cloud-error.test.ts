import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CloudError } from '../../../src/domain/errors.js';
import type { CloudReader } from '../../../src/ports/cloud-reader.js';
import type { CloudWriter } from '../../../src/ports/cloud-writer.js';
import { connectTo, type FakeAnswer, type FakeCloud, scope, startFakeCloud, testSecret } from '../fake-cloud.js';

let cloud: FakeCloud;
let reader: CloudReader;
let writer: CloudWriter;

beforeAll(async () => {
  cloud = await startFakeCloud();
  ({ reader, writer } = await connectTo(cloud, { timeoutMs: 300 }));
});

beforeEach(() => {
  cloud.requests.length = 0;
});

afterAll(() => cloud.close());

async function errorAfter(answer: FakeAnswer): Promise<CloudError> {
  cloud.answer = () => answer;
  const error: unknown = await reader.describeImageShares(scope, { imageId: 'm-1' }).catch((caught: unknown) => caught);
  if (!(error instanceof CloudError)) throw new Error(`no CloudError: ${inspect(error)}`);
  return error;
}

function refusal(status: number, code: string, extra: Readonly<Record<string, unknown>> = {}): FakeAnswer {
  return { status, body: JSON.stringify({ RequestId: 'R-7', Code: code, Message: `text of ${code}.`, ...extra }) };
}

describe('an answer of the service', () => {
  it.each([
    [400, 'Throttling', 'throttled', 'cloud/throttled'],
    [400, 'Throttling.User', 'throttled', 'cloud/throttled'],
    [429, 'Throttling.Resource', 'throttled', 'cloud/throttled'],
    [400, 'Rejected.Throttling', 'throttled', 'cloud/throttled'],
    [503, 'Throttling.Api', 'throttled', 'cloud/throttled'],
    [400, 'IdempotentParameterMismatch', 'token-mismatch', 'cloud/refused'],
    [400, 'IdempotenceParamNotMatch', 'token-mismatch', 'cloud/refused'],
    [400, 'Idempotence.SignatureMismatch', 'token-mismatch', 'cloud/refused'],
    [403, 'InvalidIdempotenceParameter.Mismatch', 'token-mismatch', 'cloud/refused'],
    [403, 'IdempotentProcessing', 'in-progress', 'cloud/refused'],
    [403, 'LastTokenProcessing', 'in-progress', 'cloud/refused'],
    [400, 'Idempotence.Processing', 'in-progress', 'cloud/refused'],
    [403, 'Forbidden.RAM', 'denied', 'cloud/denied'],
    [403, 'Forbbiden', 'denied', 'cloud/denied'],
    [403, 'Forbidden', 'denied', 'cloud/denied'],
    [403, 'NoPermission.Tag', 'denied', 'cloud/denied'],
    [404, 'InvalidAccessKeyId.NotFound', 'credentials', 'cloud/credentials'],
    [403, 'Forbidden.AccessKeyDisabled', 'credentials', 'cloud/credentials'],
    [400, 'SignatureDoesNotMatch', 'credentials', 'cloud/credentials'],
    [400, 'InvalidSecurityToken.Expired', 'credentials', 'cloud/credentials'],
    [400, 'MissingSecurityToken', 'credentials', 'cloud/credentials'],
    [400, 'InvalidTimeStamp.Expired', 'credentials', 'cloud/credentials'],
    [500, 'InternalError', 'server', 'cloud/server'],
    [503, 'ServiceUnavailable', 'server', 'cloud/server'],
    [500, 'OperationDenied', 'server', 'cloud/server'],
    [404, 'InvalidRegionId.NotFound', 'refused', 'cloud/region'],
    [404, 'InvalidImageId.NotFound', 'refused', 'cloud/refused'],
    [403, 'InvalidParamter.Conflict', 'refused', 'cloud/refused'],
    [403, 'InvalidUser.PassRoleForbidden', 'refused', 'cloud/refused'],
    [400, 'DryRunOperation', 'refused', 'cloud/refused'],
  ])('%i %s means %s', async (status, code, failure, errorCode) => {
    const error = await errorAfter(refusal(status, code));
    expect(error).toMatchObject({ failure, code: errorCode, apiCode: code, httpStatus: status, requestId: 'R-7' });
    expect(error.message).toBe(
      `account 'prod' in cn-hangzhou: DescribeImageSharePermission was answered with ${code}: text of ${code}`,
    );
    expect(error.hint).toMatch(/^[A-Z].*\.$/);
    expect(error.call).toEqual({ operation: 'DescribeImageSharePermission', ...scope });
  });

  it('means another use of the token where the call carried one', async () => {
    cloud.answer = () => refusal(403, 'InvalidParamter.Conflict');
    const snapshot = { diskId: 'd-1', retentionDays: 0, tags: {}, clientToken: 'token' };
    await expect(writer.createSnapshot(scope, snapshot)).rejects.toMatchObject({ failure: 'token-mismatch' });
  });

  it('says how long to wait where the service does', async () => {
    const answer = { status: 400, body: '{"Code":"Throttling.User"}', headers: { 'x-acs-retry-after': '1500' } };
    expect((await errorAfter(answer)).retryAfterMs).toBe(1500);
    expect((await errorAfter(refusal(400, 'Throttling'))).retryAfterMs).toBeNull();
  });

  it('names the permission that RAM names', async () => {
    const detail = { AccessDeniedDetail: { AuthAction: 'ecs:DescribeImageSharePermission' } };
    expect((await errorAfter(refusal(403, 'Forbidden.RAM', detail))).hint).toContain(
      "'ecs:DescribeImageSharePermission'",
    );
  });

  it('without a code is told by its status', async () => {
    expect(await errorAfter({ status: 502, body: '{}' })).toMatchObject({
      failure: 'server',
      apiCode: '',
      httpStatus: 502,
    });
    expect(await errorAfter({ status: 404, body: '{}' })).toMatchObject({ failure: 'refused', apiCode: '' });
  });

  it('that is a page of a proxy may hide an effect', async () => {
    expect(await errorAfter({ status: 502, body: '<html>Bad gateway</html>' })).toMatchObject({ failure: 'server' });
  });

  it('that points elsewhere is not followed', async () => {
    const error = await errorAfter({ status: 302, body: '', headers: { location: `http://${cloud.host}/elsewhere` } });
    expect(error).toMatchObject({ failure: 'server', httpStatus: 302 });
    expect(cloud.requests).toHaveLength(1);
  });

  it('cannot act on a terminal', async () => {
    const message = 'bad\u001b[31m image\r\n::error::x\u202e';
    const error = await errorAfter(refusal(404, 'InvalidImageId.NotFound', { Message: message }));
    expect(error.message).toContain('InvalidImageId.NotFound: bad [31m image ::error::x');
  });
});

const keysInEnvironment = {
  TALLYMAN_EMULATOR_USE_ENV: '1',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'KEY',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: testSecret,
};

describe('a call without an answer', () => {
  it('may have taken effect when it was sent', async () => {
    expect(await errorAfter('reset')).toMatchObject({
      failure: 'lost',
      code: 'cloud/lost',
      httpStatus: null,
      apiCode: '',
    });
    expect(await errorAfter('hang')).toMatchObject({ failure: 'lost', code: 'cloud/lost' });
  });

  it('did nothing when nobody listens', async () => {
    const gone = await startFakeCloud();
    await gone.close();
    const connection = await connectTo(gone, { environment: keysInEnvironment });
    await expect(connection.writer.deleteImage(scope, 'm-1')).rejects.toMatchObject({
      failure: 'unreachable',
      code: 'cloud/unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('wrong keys', () => {
  it.each([
    ['SignatureDoesNotMatch', "Check the secret of access key 'KEYPROD' of account 'prod'"],
    ['InvalidAccessKeyId.NotFound', "Check access key 'KEYPROD' of account 'prod'"],
    ['InvalidAccessKeyId.Inactive', "Enable access key 'KEYPROD'"],
    ['InvalidTimeStamp.Expired', "Set this machine's clock"],
    ['InvalidSecurityToken.Expired', 'Get new temporary credentials'],
  ])('%s says what to do', async (code, hint) => {
    expect((await errorAfter(refusal(400, code))).hint).toContain(hint);
  });

  it('never show a secret, nor what was signed', async () => {
    const token = 'planted-session-token';
    const text = `Specified signature is not matched with our calculation. server string to sign is:x-acs-security-token:${token}`;
    const error = await errorAfter(refusal(400, 'SignatureDoesNotMatch', { Message: text }));
    const everything = `${inspect(error, { depth: 9, showHidden: true })} ${error.message} ${error.hint}`;
    expect(everything).not.toContain(testSecret);
    expect(everything).not.toContain(token);
  });
});
