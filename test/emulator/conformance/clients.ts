import ecs from '@alicloud/ecs20140526';
import { $OpenApiUtil, OpenApiUtil } from '@alicloud/openapi-core';
import RPCClient from '@alicloud/pop-core';
import * as $dara from '@darabonba/typescript';
import type { Call, Outcome } from './stage.js';

export interface Access {
  /** `http://127.0.0.1:PORT`, or the https address of a region. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

export type ClientFactory = (access: Access) => Call;

const ecsVersion = '2014-05-26';

/** pop-core, which knows the first generation of signatures only. */
function popCore(method: 'GET' | 'POST'): ClientFactory {
  return (access) => {
    const clientByVersion = new Map<string, RPCClient>();
    const clientOf = (apiVersion: string): RPCClient => {
      const client = clientByVersion.get(apiVersion) ?? new RPCClient({ ...access, apiVersion });
      clientByVersion.set(apiVersion, client);
      return client;
    };
    return async (action, parameters = {}, version = ecsVersion) => {
      try {
        const body = await clientOf(version).request<Outcome['body']>(action, { ...parameters }, { method });
        return { status: 200, code: 'none', body: plain(body) };
      } catch (error) {
        const { code, data, entry } = error as PopCoreError;
        if (code === undefined || data === undefined) throw error;
        return { status: entry?.response?.statusCode ?? 0, code, body: plain(data) };
      }
    };
  };
}

interface PopCoreError {
  readonly code?: string;
  readonly data?: Outcome['body'];
  readonly entry?: { readonly response?: { readonly statusCode?: number } };
}

/** pop-core hands out big integers as objects; as JSON they are their digits. */
function plain(body: Outcome['body']): Outcome['body'] {
  return JSON.parse(JSON.stringify(body)) as Outcome['body'];
}

function nodeSdk(signatureAlgorithm: 'ACS3-HMAC-SHA256' | 'v2'): ClientFactory {
  return ({ endpoint, accessKeyId, accessKeySecret }) => {
    const { protocol, host } = new URL(endpoint);
    const scheme = protocol === 'http:' ? 'HTTP' : 'HTTPS';
    const client = new ecs.default(
      new $OpenApiUtil.Config({ accessKeyId, accessKeySecret, endpoint: host, protocol: scheme, signatureAlgorithm }),
    );
    return async (action, parameters = {}, version = ecsVersion) => {
      try {
        const answer = await client.callApi(
          new $OpenApiUtil.Params({ ...shape, action, version, protocol: scheme }),
          new $OpenApiUtil.OpenApiRequest({ query: OpenApiUtil.query({ ...parameters }) }),
          new $dara.RuntimeOptions({}),
        );
        return { status: 200, code: 'none', body: JSON.parse(String(answer['body'])) as Outcome['body'] };
      } catch (error) {
        return outcomeOf(error);
      }
    };
  };
}

const shape = {
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'string',
};

function outcomeOf(error: unknown): Outcome {
  const { code, statusCode, data } = error as { code?: string; statusCode?: number; data?: Outcome['body'] };
  if (code === undefined || statusCode === undefined) throw error;
  return { status: statusCode, code, body: data ?? {} };
}

export const clientFactories: readonly (readonly [name: string, client: ClientFactory])[] = [
  ['pop-core, GET', popCore('GET')],
  ['pop-core, POST', popCore('POST')],
  ['the Node SDK, signature v1', nodeSdk('v2')],
  ['the Node SDK, signature v3', nodeSdk('ACS3-HMAC-SHA256')],
];
