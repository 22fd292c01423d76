import { createHash, createHmac, randomUUID } from 'node:crypto';

/** A key, and where to. */
export interface Signer {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: { readonly Code?: string; readonly Message?: string; readonly RequestId?: string } & Record<
    string,
    unknown
  >;
}

const productVersions: Readonly<Record<string, string>> = {
  GetCallerIdentity: '2015-04-01',
  AssumeRole: '2015-04-01',
  DescribeKey: '2016-01-20',
  ListKeys: '2016-01-20',
  ListAliases: '2016-01-20',
  DescribeEndpoints: '2015-06-12',
};

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name] ?? '')}`)
    .join('&');
}

export interface SignOptions {
  readonly at?: number;
  readonly nonce?: string;
  readonly token?: string;
  readonly version?: string;
  readonly dropHeaders?: readonly string[];
  /** Headers beyond those that must be there; they are signed too. */
  readonly moreHeaders?: Readonly<Record<string, string>>;
}

function seconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Signs as the SDKs of the third generation do. Written apart from the emulator's own code. */
export function signV3(
  signer: Signer,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
  options: SignOptions = {},
): RawRequest {
  const bodyHash = createHash('sha256').update('').digest('hex');
  const headers: Record<string, string> = {
    host: new URL(signer.endpoint).host,
    'x-acs-action': action,
    'x-acs-content-sha256': bodyHash,
    'x-acs-date': seconds(options.at ?? Date.now()),
    'x-acs-signature-nonce': options.nonce ?? randomUUID(),
    'x-acs-version': options.version ?? productVersions[action] ?? '2014-05-26',
    ...(options.token === undefined ? {} : { 'x-acs-security-token': options.token }),
    ...options.moreHeaders,
  };
  const names = Object.keys(headers)
    .filter((name) => !(options.dropHeaders ?? []).includes(name))
    .sort();
  const canonical = [
    'POST',
    '/',
    queryOf(parameters),
    names.map((name) => `${name}:${headers[name]}\n`).join(''),
    names.join(';'),
    bodyHash,
  ].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = createHmac('sha256', signer.accessKeySecret).update(toSign).digest('hex');
  headers['authorization'] =
    `ACS3-HMAC-SHA256 Credential=${signer.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
  headers['accept'] ??= 'application/json';
  const query = queryOf(parameters);
  return { method: 'POST', url: `${signer.endpoint}/${query === '' ? '' : `?${query}`}`, headers };
}

export interface SignV1Options extends SignOptions {
  readonly method?: 'GET' | 'POST';
  /** Where the parameters go: pop-core and the Node SDK use the query, tea-rpc a form for what is not the system's. */
  readonly place?: 'query' | 'form' | 'business-in-form';
  readonly system?: Readonly<Record<string, string | undefined>>;
}

export function signV1(
  signer: Signer,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
  options: SignV1Options = {},
): RawRequest {
  const method = options.method ?? 'POST';
  const given: Record<string, string | undefined> = {
    AccessKeyId: signer.accessKeyId,
    Action: action,
    Format: 'JSON',
    SignatureMethod: 'HMAC-SHA1',
    SignatureNonce: options.nonce ?? randomUUID(),
    SignatureVersion: '1.0',
    Timestamp: seconds(options.at ?? Date.now()),
    Version: options.version ?? productVersions[action] ?? '2014-05-26',
    SecurityToken: options.token,
    ...options.system,
  };
  const system = Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const toSign = `${method}&%2F&${encode(queryOf({ ...parameters, ...system }))}`;
  const signature = createHmac('sha1', `${signer.accessKeySecret}&`).update(toSign).digest('base64');
  const signed = { ...system, Signature: signature };
  const place = options.place ?? 'query';
  const inQuery = place === 'query' ? { ...parameters, ...signed } : place === 'form' ? {} : signed;
  const inForm = place === 'query' ? undefined : place === 'form' ? { ...parameters, ...signed } : parameters;
  const query = queryOf(inQuery);
  return {
    method,
    url: `${signer.endpoint}/${query === '' ? '' : `?${query}`}`,
    headers: inForm === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
    ...(inForm === undefined ? {} : { body: queryOf(inForm) }),
  };
}

export async function sendRaw(request: RawRequest): Promise<RawAnswer> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== 'host')),
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as RawAnswer['body']) : {},
  };
}

/** Signs with v3 and sends. */
export async function call(
  signer: Signer,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return sendRaw(signV3(signer, action, parameters));
}
