import credentials from '@alicloud/credentials';
import openapi, { $OpenApiUtil } from '@alicloud/openapi-core';
import { RuntimeOptions } from '@darabonba/typescript';
import { isRecord } from '../record.js';
import type { Keys } from './keys.js';

/** API versions of the services that we call. */
export const apiVersion = { ecs: '2014-05-26', sts: '2015-04-01', kms: '2016-01-20' } as const;

export interface RpcTarget {
  /** Without scheme. */
  readonly host: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly version: string;
  /** From connection to last byte, real milliseconds. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

export interface RpcClient {
  /** Sends once, signed. The body as it came; throws what the SDK throws. */
  call(operation: string, query: Readonly<Record<string, string>>): Promise<string>;
}

/**
 * The SDK's connect timeout is one of idleness and would also cut a slow first byte. With this much on top it fires only
 * while there is no connection yet, so that "never sent" and "no answer" can be told apart.
 */
const connectGraceMs = 1000;

/**
 * The SDK's generic client. Its generated methods read answers with JSON.parse, where account UIDs above 2^53 lose their
 * digits, so the body is asked for as text. Its retries stay off: who may ask again is decided outside.
 */
export function rpcClient(target: RpcTarget, keys: () => Promise<Keys>): RpcClient {
  const client = new openapi.default(
    new $OpenApiUtil.Config({
      endpoint: target.host,
      protocol: target.protocol,
      userAgent: target.userAgent,
      readTimeout: target.timeoutMs,
      connectTimeout: target.timeoutMs + connectGraceMs,
      credential: new credentials.default(null, { getCredentials: keys, getProviderName: () => 'tallyman' }),
    }),
  );
  const runtime = new RuntimeOptions({});
  return {
    async call(operation, query) {
      const answer: unknown = await client.callApi(
        parametersFor(operation, target),
        new $OpenApiUtil.OpenApiRequest({ query: { ...query } }),
        runtime,
      );
      return bodyOf(answer);
    },
  };
}

function parametersFor(operation: string, target: RpcTarget): $OpenApiUtil.Params {
  return new $OpenApiUtil.Params({
    action: operation,
    version: target.version,
    protocol: target.protocol,
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'string',
  });
}

/** Redirects are not followed: a 3xx has no body that an operation could have sent. */
function bodyOf(answer: unknown): string {
  const statusCode = isRecord(answer) ? Number(answer['statusCode']) : 0;
  const body = isRecord(answer) ? answer['body'] : undefined;
  if (statusCode >= 200 && statusCode < 300 && typeof body === 'string') return body;
  throw Object.assign(new Error(`status ${statusCode}`), { statusCode, code: '' });
}
