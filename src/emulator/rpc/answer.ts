import { type ApiError } from './api-error.js';

/** What goes back over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where an error comes from: the host and the product that it names. */
export interface AnswerOrigin {
  readonly requestId: string;
  readonly product: string;
  readonly regionId: string;
  readonly format: 'json' | 'xml';
  /** Whether an error that says how long to wait says so in a header. */
  readonly isWaitTold?: boolean;
}

const jsonType = 'application/json;charset=utf-8';
/** Exactly this: the Node SDK reads XML for no other content type. */
const xmlType = 'text/xml;charset=utf-8';

/** `members` is the JSON text of the operation's own members, an object. */
export function successAnswer(requestId: string, members: string): Answer {
  const rest = members === '{}' ? '}' : `,${members.slice(1)}`;
  return {
    status: 200,
    headers: { 'content-type': jsonType, 'x-acs-request-id': requestId },
    body: `{"RequestId":${JSON.stringify(requestId)}${rest}`,
  };
}

export function errorAnswer(error: ApiError, origin: AnswerOrigin): Answer {
  const { requestId, product, regionId, format } = origin;
  const body = {
    RequestId: requestId,
    HostId: hostOf(product, regionId),
    Code: error.code,
    Message: error.message,
    Recommend: recommendation(error.code, product, requestId),
    ...error.detail,
  };
  return {
    status: error.status,
    headers: {
      'content-type': format === 'xml' ? xmlType : jsonType,
      'x-acs-request-id': requestId,
      ...(error.retryAfterMs === undefined || origin.isWaitTold !== true
        ? {}
        : { 'x-acs-retry-after': String(error.retryAfterMs) }),
    },
    body: format === 'xml' ? xmlError(body) : JSON.stringify(body),
  };
}

function hostOf(product: string, regionId: string): string {
  if (product === 'sts') return 'sts.aliyuncs.com';
  if (product === 'location') return 'location-readonly.aliyuncs.com';
  return `${product}.${regionId === '' ? 'cn-hangzhou' : regionId}.aliyuncs.com`;
}

function recommendation(code: string, product: string, requestId: string): string {
  const name = product.charAt(0).toUpperCase() + product.slice(1);
  return `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(code)}&product=${name}&requestId=${requestId}`;
}

function xmlError(body: { RequestId: string; HostId: string; Code: string; Message: string }): string {
  const names = ['RequestId', 'HostId', 'Code', 'Message'] as const;
  const members = names.map((name) => `<${name}>${escapeXml(body[name])}</${name}>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?><Error>${members}</Error>`;
}

const forbiddenInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escapeXml(text: string): string {
  return text
    .replace(forbiddenInXml, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
