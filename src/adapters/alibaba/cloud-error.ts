import { CloudError, type CloudCall, type CloudFailure, type ErrorCode, TallymanError } from '../../domain/errors.js';
import { oneLine } from '../one-line.js';
import { isRecord } from '../record.js';
import { WrongShape } from './answer.js';
import type { Product } from './endpoint.js';

/** What is known about a call that failed, beside the error. */
export interface FailedCall extends CloudCall {
  readonly product: Product;
  readonly hasClientToken: boolean;
  /** ID of the access key that signed; null where there was none. Never its secret. */
  readonly accessKeyId: string | null;
}

/** The parts of an SDK error that say something; the SDK's own classes are not needed to read them. */
interface Symptoms {
  readonly apiCode: string;
  readonly httpStatus: number | null;
  readonly text: string;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  /** RAM action that was refused, where the service names it. */
  readonly action: string | null;
  /** `ECONNRESET` and its like. */
  readonly systemCode: string;
  readonly isNeverSent: boolean;
}

/**
 * From whatever the SDK throws to what it means for the caller. Codes are keyed by their literal text, spelling errors
 * included; messages vary and decide nothing. What matters most is whether a write may have taken effect.
 */
export function toCloudError(error: unknown, call: FailedCall): TallymanError {
  if (error instanceof TallymanError) return error;
  if (error instanceof WrongShape) return incomplete(error, call);
  const symptoms = readSymptoms(error);
  const failure = failureOf(error, symptoms, call);
  const isRegion = regionCodes.includes(symptoms.apiCode);
  // The service's own errors are told in full by the fields; as a cause they would carry the request's headers along.
  const options = symptoms.httpStatus === null ? { cause: error } : {};
  return new CloudError(
    isRegion ? 'cloud/region' : errorCodes[failure],
    messageOf(failure, symptoms, call),
    isRegion ? regionHint(call) : hints[failure](symptoms, call),
    { operation: call.operation, account: call.account, region: call.region },
    failure,
    symptoms.apiCode,
    symptoms.httpStatus,
    symptoms.requestId,
    symptoms.retryAfterMs,
    options,
  );
}

/** A success that cannot be read: for a write it counts as done, for a list it must not look empty. */
function incomplete(error: WrongShape, call: FailedCall): CloudError {
  return new CloudError(
    'cloud/incomplete',
    `${where(call)}: the answer to ${call.operation} cannot be used: ${oneLine(error.message)}`,
    'Run again; if it stays so, something between here and the service changes its answers.',
    { operation: call.operation, account: call.account, region: call.region },
    'server',
    '',
    200,
    null,
    null,
  );
}

function readSymptoms(error: unknown): Symptoms {
  const fields = recordOf(error);
  const status = fields['statusCode'];
  const httpStatus = typeof status === 'number' ? status : null;
  const body = recordOf(fields['data']);
  const code = textOf(fields['code']);
  const retryAfter = fields['retryAfter'];
  return {
    // The SDK writes the text "undefined" where an error body has no Code.
    apiCode: httpStatus === null || code === 'undefined' ? '' : oneLine(code, 100),
    httpStatus,
    text: serviceText(textOf(body['Message'] ?? body['message'])),
    requestId: oneLine(textOf(body['RequestId'] ?? body['requestId']), 100) || null,
    retryAfterMs: typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : null,
    action: oneLine(textOf(recordOf(body['AccessDeniedDetail'])['AuthAction']), 100) || null,
    systemCode: httpStatus === null ? code : '',
    isNeverSent: isNeverSent(error, code),
  };
}

/**
 * The text of a refused signature goes on with everything that was signed, a session token included: cut it there.
 */
function serviceText(text: string): string {
  const cut = text.search(/(?:server )?string to sign/i);
  return oneLine(cut === -1 ? text : text.slice(0, cut), 300).replace(/[.\s]+$/, '');
}

const unsentCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'];

function isNeverSent(error: unknown, code: string): boolean {
  if (unsentCodes.includes(code)) return true;
  const fields = recordOf(error);
  if (fields['syscall'] === 'connect') return true;
  // A certificate is checked before the first byte of a request.
  if (/^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code)) return true;
  return fields['name'] === 'RequestTimeoutError' && textOf(fields['message']).startsWith('ConnectTimeout');
}

function failureOf(error: unknown, symptoms: Symptoms, call: FailedCall): CloudFailure {
  const { apiCode, httpStatus } = symptoms;
  if (httpStatus === null) {
    if (symptoms.isNeverSent) return 'unreachable';
    // The SDK reads every error body as JSON; a proxy's page leaves nothing but this.
    return error instanceof SyntaxError ? 'server' : 'lost';
  }
  if (apiCode.includes('Throttling') || httpStatus === 429) return 'throttled';
  if (inProgressCodes.includes(apiCode)) return 'in-progress';
  if (mismatchCodes.includes(apiCode)) return 'token-mismatch';
  if (call.hasClientToken && apiCode === 'InvalidParamter.Conflict') return 'token-mismatch';
  if (credentialPattern.test(apiCode)) return 'credentials';
  if (httpStatus >= 500 || serverCodes.includes(apiCode)) return 'server';
  if (httpStatus < 400) return 'server';
  return deniedPattern.test(apiCode) ? 'denied' : 'refused';
}

const inProgressCodes = ['IdempotentProcessing', 'LastTokenProcessing', 'Idempotence.Processing'];

const mismatchCodes = [
  'IdempotentParameterMismatch',
  'IdempotenceParamNotMatch',
  'Idempotence.SignatureMismatch',
  'InvalidIdempotenceParameter.Mismatch',
];

const serverCodes = ['ServiceUnavailable', 'InternalError', 'LimitedOperation.ServiceUnavailable'];

const credentialPattern =
  /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|IncompleteSignature|InvalidTimeStamp|IllegalTimestamp|Forbidden\.AccessKeyDisabled)|SecurityToken/;

const deniedPattern = /^(?:Forbidden|Forbbiden|NoPermission)(?:\.|$)/;

const regionCodes = [
  'InvalidRegionId.NotFound',
  'InvalidRegion.NotFound',
  'SourceRegion.NotFound',
  'DestinationRegion.NotFound',
];

const errorCodes: Readonly<Record<CloudFailure, ErrorCode>> = {
  refused: 'cloud/refused',
  'in-progress': 'cloud/refused',
  'token-mismatch': 'cloud/refused',
  throttled: 'cloud/throttled',
  server: 'cloud/server',
  lost: 'cloud/lost',
  unreachable: 'cloud/unreachable',
  denied: 'cloud/denied',
  credentials: 'cloud/credentials',
};

function where(call: FailedCall): string {
  return `account '${call.account}' in ${call.region}`;
}

function messageOf(failure: CloudFailure, symptoms: Symptoms, call: FailedCall): string {
  const { operation } = call;
  if (failure === 'unreachable') {
    return `${where(call)}: ${operation} could not be sent: ${symptoms.systemCode || 'no connection in time'}`;
  }
  if (failure === 'lost') return `${where(call)}: ${operation} was sent and no answer came`;
  if (symptoms.httpStatus === null) return `${where(call)}: ${operation} was answered with something that is not JSON`;
  const code = symptoms.apiCode || `status ${symptoms.httpStatus}`;
  const text = symptoms.text === '' ? '' : `: ${symptoms.text}`;
  return `${where(call)}: ${operation} was answered with ${code}${text}`;
}

const lookFirst = 'Run again: what took effect is found out by looking first.';

function isRead({ operation }: FailedCall): boolean {
  return /^(?:Describe|Get|List|Assume)/.test(operation);
}

const hints: Readonly<Record<CloudFailure, (symptoms: Symptoms, call: FailedCall) => string>> = {
  refused: (symptoms, call) =>
    `Look up ${symptoms.apiCode || 'the status'} in the API reference of ${call.operation}${
      symptoms.requestId === null ? '' : ` (request ${symptoms.requestId})`
    }.`,
  throttled: () => 'Wait a minute and run again, or lower --parallelism: all users of the account share its limits.',
  server: (_symptoms, call) => (isRead(call) ? 'Run again in a few minutes: asking has changed nothing.' : lookFirst),
  lost: (_symptoms, call) => (isRead(call) ? 'Run again, with a longer --timeout if the network is slow.' : lookFirst),
  unreachable: (_symptoms, call) => `Check the network, the region '${call.region}' and --endpoint, then run again.`,
  denied: ({ action }, call) =>
    `Grant '${action ?? `${call.product}:${call.operation}`}' to the identity that account '${call.account}' is used with.`,
  credentials: (symptoms, call) => credentialHint(symptoms.apiCode, call),
  'in-progress': () => 'Run again in a minute: an earlier call for the same thing is still being worked on.',
  'token-mismatch': () => 'Run again: another run has asked for the same thing with other settings.',
};

function regionHint(call: FailedCall): string {
  return `Check the region '${call.region}' in the manifests and in \`spec.regions\`.`;
}

function credentialHint(apiCode: string, call: FailedCall): string {
  const key = call.accessKeyId === null ? 'the access key' : `access key '${call.accessKeyId}'`;
  const owner = `account '${call.account}'`;
  if (/Time[Ss]tamp/.test(apiCode)) return "Set this machine's clock: it is more than 15 minutes off.";
  if (apiCode.includes('SecurityToken')) return `Get new temporary credentials for ${owner}: their token is not valid.`;
  if (/Inactive|Disabled/.test(apiCode)) return `Enable ${key} of ${owner} in RAM, or use another one.`;
  if (apiCode.startsWith('InvalidAccessKeyId')) return `Check ${key} of ${owner}: the service does not know it.`;
  return `Check the secret of ${key} of ${owner}: the service computed another signature.`;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
