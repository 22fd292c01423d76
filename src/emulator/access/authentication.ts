import { createHash } from 'node:crypto';
import { ApiError } from '../rpc/api-error.js';
import type { RpcRequest } from '../rpc/wire-request.js';
import type { Nonces } from './nonces.js';
import type { Principal } from './principal.js';
import type { Principals } from './principals.js';
import {
  algorithmV3,
  type ExpectedSignature,
  isSameSignature,
  parseAuthorization,
  signatureV1,
  signatureV3,
} from './signature.js';

/** A request is fresh for so long, before and after its timestamp. */
const timestampWindowMs = 15 * 60_000;

const signedHeadersRequired = [
  'host',
  'x-acs-action',
  'x-acs-version',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-content-sha256',
];

/** What a request claims, whichever dialect it speaks. */
interface Claim {
  readonly accessKeyId: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly securityToken: string;
  readonly signature: string;
  expected(secret: string): ExpectedSignature;
}

export interface AuthenticationParts {
  readonly principals: Principals;
  readonly nonces: Nonces;
  readonly securityTokenStatus: 400 | 403;
}

/**
 * Says who calls, or throws the gateway's refusal. Checks come in this order: system parameters, key, timestamp, nonce,
 * signature, security token. Time is the real one: it guards against replays, which do not wait for an emulated clock.
 */
export function authenticate(
  request: RpcRequest,
  { principals, nonces, securityTokenStatus }: AuthenticationParts,
  now: number,
): Principal {
  const claim = request.dialect === 'v3' ? claimV3(request) : claimV1(request);
  const principal = principals.find(claim.accessKeyId);
  if (principal === undefined) {
    throw new ApiError(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  }
  if (!principal.isActive) throw new ApiError(400, 'InvalidAccessKeyId.Inactive', 'Specified access key is disabled.');
  const signedAt = parseTimestamp(claim.timestamp, now);
  if (nonces.isUsed(claim.accessKeyId, claim.nonce, now)) {
    throw new ApiError(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  const expected = claim.expected(principal.secret);
  if (!isSameSignature(claim.signature, expected.signature)) {
    throw new ApiError(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${expected.stringToSign}`,
    );
  }
  nonces.use(claim.accessKeyId, claim.nonce, now, signedAt + timestampWindowMs + 1);
  checkToken(principal, claim.securityToken, now, securityTokenStatus);
  return principal;
}

function claimV3(request: RpcRequest): Claim {
  const { headers, method, path, body } = request.wire;
  const authorization = parseAuthorization(headers.get('authorization') ?? '');
  if (authorization === undefined) throw incomplete('the header Authorization lacks a part');
  if (authorization.algorithm !== algorithmV3) throw badMethod(authorization.algorithm);
  const mustBeSigned = [...signedHeadersRequired, ...optionalSignedHeaders(request)];
  const missing = mustBeSigned.find((name) => !authorization.signedHeaders.includes(name) || !headers.has(name));
  if (missing !== undefined) throw incomplete(`the header ${missing} must be there and be signed`);
  const { signedHeaders, accessKeyId, signature } = authorization;
  return {
    accessKeyId,
    timestamp: headers.get('x-acs-date') ?? '',
    nonce: headers.get('x-acs-signature-nonce') ?? '',
    securityToken: headers.get('x-acs-security-token') ?? '',
    signature,
    expected: (secret) => {
      const { stringToSign, signature: right } = signatureV3(
        { method, path, query: request.query, headers, signedHeaders, body },
        secret,
      );
      const isBodyNamed = headers.get('x-acs-content-sha256') === sha256(body);
      return { stringToSign, signature: isBodyNamed ? right : '' };
    },
  };
}

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

function optionalSignedHeaders({ wire: { headers, body } }: RpcRequest): readonly string[] {
  const token = headers.has('x-acs-security-token') ? ['x-acs-security-token'] : [];
  return body.length > 0 ? [...token, 'content-type'] : token;
}

function claimV1({ system, query, form, wire }: RpcRequest): Claim {
  const needed = (name: string): string => {
    const value = system.get(name);
    if (value === undefined || value === '') {
      throw new ApiError(400, `Missing${name}`, `${name} is mandatory for this action.`);
    }
    return value;
  };
  const accessKeyId = needed('AccessKeyId');
  const method = needed('SignatureMethod');
  if (method !== 'HMAC-SHA1') throw badMethod(method);
  const version = needed('SignatureVersion');
  if (version !== '1.0') throw new ApiError(400, 'InvalidSignatureVersion', 'SignatureVersion must be 1.0.');
  const timestamp = needed('Timestamp');
  const nonce = needed('SignatureNonce');
  const signature = system.get('Signature');
  if (signature === undefined) throw incomplete('the parameter Signature is missing');
  return {
    accessKeyId,
    timestamp,
    nonce,
    securityToken: system.get('SecurityToken') ?? '',
    signature,
    expected: (secret) => signatureV1(wire.method, [...query, ...form], secret),
  };
}

function incomplete(what: string): ApiError {
  return new ApiError(400, 'IncompleteSignature', `The request signature does not conform to the standard: ${what}.`);
}

function badMethod(method: string): ApiError {
  return new ApiError(400, 'InvalidSignatureMethod', `The signature method "${method}" is not supported.`);
}

function parseTimestamp(text: string, now: number): number {
  const signedAt = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(signedAt)) {
    throw new ApiError(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  }
  if (Math.abs(now - signedAt) > timestampWindowMs) {
    throw new ApiError(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
  return signedAt;
}

/** `status`: that of the InvalidSecurityToken codes, which no document tells. */
function checkToken(principal: Principal, token: string, now: number, status: 400 | 403): void {
  const { session } = principal;
  if (session === null) {
    if (token === '') return;
    throw new ApiError(
      status,
      'InvalidSecurityToken.MismatchWithAccessKey',
      'The security token is of another access key.',
    );
  }
  if (token === '') throw new ApiError(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
  if (token !== session.token) {
    throw new ApiError(status, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
  }
  if (now >= session.expiresAt) {
    throw new ApiError(status, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
  }
}
