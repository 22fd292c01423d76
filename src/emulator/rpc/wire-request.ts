import { ApiError } from './api-error.js';
import { decodePairs, type Pair } from './percent-encoding.js';

/** One HTTP request as it came in, names of headers in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Which of the two signatures a request carries: v3 in the header `Authorization`, v1 among the parameters. */
export type Dialect = 'v3' | 'v1' | 'unsigned';

/** A request understood as an RPC call, its claims not yet checked. */
export interface RpcRequest {
  readonly dialect: Dialect;
  readonly action: string;
  readonly version: string;
  /** How errors are written; success is always JSON. */
  readonly errorFormat: 'json' | 'xml';
  /** Parameters of the operation: query and form body together, without the system's own. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Parameters of the system, of `systemParameters`. */
  readonly system: ReadonlyMap<string, string>;
  readonly query: readonly Pair[];
  readonly form: readonly Pair[];
  readonly wire: WireRequest;
}

const systemParameters = new Set([
  'Action',
  'Version',
  'Format',
  'AccessKeyId',
  'Signature',
  'SignatureMethod',
  'SignatureVersion',
  'SignatureNonce',
  'SignatureType',
  'Timestamp',
  'SecurityToken',
]);

/** Understands a request of any of the five dialects. Throws ApiError 400 where it cannot be decoded. */
export function readRpcRequest(wire: WireRequest): RpcRequest {
  const query = decodeOrRefuse(wire.query);
  const form = isForm(wire) ? decodeOrRefuse(wire.body.toString('utf8')) : [];
  const parameters = new Map<string, string>();
  const system = new Map<string, string>();
  for (const [name, value] of [...query, ...form]) {
    const target = systemParameters.has(name) ? system : parameters;
    if (target.has(name)) {
      throw new ApiError(400, 'InvalidParameter', `The parameter "${name}" is given more than once.`);
    }
    target.set(name, value);
  }
  const dialect = dialectOf(wire, system);
  return {
    dialect,
    action: claim(dialect, wire.headers.get('x-acs-action'), system.get('Action')),
    version: claim(dialect, wire.headers.get('x-acs-version'), system.get('Version')),
    errorFormat: errorFormatOf(dialect, system.get('Format')),
    parameters,
    system,
    query,
    form,
    wire,
  };
}

/** A call that comes over no wire: from within this process. */
export interface DirectRequest {
  readonly action: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export function directRequest({ action, version, parameters }: DirectRequest): RpcRequest {
  return {
    dialect: 'unsigned',
    action,
    version,
    errorFormat: 'json',
    parameters: new Map(Object.entries(parameters)),
    system: new Map(),
    query: [],
    form: [],
    wire: { method: 'POST', path: '/', query: '', headers: new Map(), body: Buffer.alloc(0) },
  };
}

function decodeOrRefuse(encoded: string): readonly Pair[] {
  try {
    return decodePairs(encoded);
  } catch (error) {
    if (error instanceof URIError) {
      throw new ApiError(
        400,
        'InvalidParameter.Format',
        'The parameters of the request are not percent-encoded UTF-8.',
      );
    }
    throw error;
  }
}

function isForm(wire: WireRequest): boolean {
  const contentType = wire.headers.get('content-type') ?? '';
  return wire.body.length > 0 && contentType.toLowerCase().startsWith('application/x-www-form-urlencoded');
}

function dialectOf(wire: WireRequest, system: ReadonlyMap<string, string>): Dialect {
  if (wire.headers.has('authorization')) return 'v3';
  return system.has('Signature') || system.has('AccessKeyId') ? 'v1' : 'unsigned';
}

/** Only what is signed counts: with v1 no header is, with v3 the headers come first. */
function claim(dialect: Dialect, header: string | undefined, parameter: string | undefined): string {
  if (dialect === 'v1') return parameter ?? '';
  return header ?? parameter ?? '';
}

function errorFormatOf(dialect: Dialect, format: string | undefined): 'json' | 'xml' {
  const isXml = dialect === 'v1' && (format ?? 'XML').toUpperCase() === 'XML';
  return isXml ? 'xml' : 'json';
}
