import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Pair, percentEncode, sortedByName } from '../rpc/percent-encoding.js';

/** What a client had to sign, and what it would have got with the right secret. */
export interface ExpectedSignature {
  readonly stringToSign: string;
  readonly signature: string;
}

/** RPC signature of the first generation: HMAC-SHA1 over all parameters, query and form body together, no header. */
export function signatureV1(method: string, parameters: readonly Pair[], secret: string): ExpectedSignature {
  const canonical = sortedByName(parameters.filter(([name]) => name !== 'Signature'))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
  const stringToSign = `${method}&%2F&${percentEncode(canonical)}`;
  return { stringToSign, signature: createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64') };
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly Pair[];
  readonly headers: ReadonlyMap<string, string>;
  readonly signedHeaders: readonly string[];
  readonly body: Buffer;
}

export const algorithmV3 = 'ACS3-HMAC-SHA256';

/** Signature of the third generation: query, named headers and a hash of the body. No key is derived, no region named. */
export function signatureV3(request: SignedRequest, secret: string): ExpectedSignature {
  const query = sortedByName(request.query)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
  const headers = request.signedHeaders.map((name) => `${name}:${(request.headers.get(name) ?? '').trim()}\n`).join('');
  const canonical = [
    request.method,
    request.path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~'),
    query,
    headers,
    request.signedHeaders.join(';'),
    createHash('sha256').update(request.body).digest('hex'),
  ].join('\n');
  const stringToSign = `${algorithmV3}\n${createHash('sha256').update(canonical).digest('hex')}`;
  return { stringToSign, signature: createHmac('sha256', secret).update(stringToSign).digest('hex') };
}

export interface AuthorizationV3 {
  readonly algorithm: string;
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Reads `ACS3-HMAC-SHA256 Credential=<key>,SignedHeaders=a;b,Signature=<hex>`; undefined where a part is missing. */
export function parseAuthorization(header: string): AuthorizationV3 | undefined {
  const blank = header.indexOf(' ');
  if (blank < 0) return undefined;
  const parts = new Map<string, string>();
  for (const part of header.slice(blank + 1).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const [accessKeyId, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((n) => parts.get(n));
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { algorithm: header.slice(0, blank), accessKeyId, signedHeaders: signedHeaders.split(';'), signature };
}

/** Compares without telling by its time how much of the text was right. */
export function isSameSignature(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
