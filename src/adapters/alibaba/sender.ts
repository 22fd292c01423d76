import pLimit from 'p-limit';
import type { Account } from '../../domain/desired.js';
import { CloudError, type TallymanError } from '../../domain/errors.js';
import type { Scope } from '../../domain/observed.js';
import { Answer, WrongShape } from './answer.js';
import { toCloudError } from './cloud-error.js';
import { type Endpoint, hostOf, type Network, type Product } from './endpoint.js';
import type { Keys, KeySource } from './keys.js';
import { apiVersion, type RpcClient, rpcClient } from './rpc-client.js';

/** One call as it was made, for logs and metrics. */
export interface CallRecord {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  /** Real milliseconds from send to answer, the time in our queue left out. */
  readonly ms: number;
  /** The service's code; '' where no answer came; null for a success. */
  readonly code: string | null;
  readonly requestId: string | null;
}

export interface SenderOptions {
  readonly accounts: readonly Account[];
  readonly endpoint: Endpoint;
  readonly network: Network;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly keysOf: (account: Account) => KeySource;
  readonly onCall?: (call: CallRecord) => void;
}

/** One API call: parameters as on the wire. `parse` reads the body and may throw WrongShape. */
export type Send = <T>(
  scope: Scope,
  operation: Operation,
  query: Readonly<Record<string, string>>,
  parse: (answer: Answer) => T,
) => Promise<T>;

export interface Operation {
  readonly product: Product;
  readonly name: string;
}

/** The SDK opens a socket for every call that is under way; this bounds them. */
const socketsMax = 20;

/** One client per account, region and service, made when it is first needed. */
export function sender(options: SenderOptions): Send {
  const limit = pLimit(socketsMax);
  const clients = new Map<string, AccountClient>();
  const sources = new Map<string, KeySource>();
  const clientFor = (scope: Scope, product: Product): AccountClient => {
    const key = `${product} ${scope.region} ${scope.account}`;
    const client = clients.get(key) ?? accountClient(options, sources, scope, product);
    clients.set(key, client);
    return client;
  };
  return (scope, operation, query, parse) =>
    limit(() => sendOnce(clientFor(scope, operation.product), { scope, operation, query, parse }, options.onCall));
}

interface AccountClient {
  readonly rpc: RpcClient;
  /** Keys that the last call was signed with. */
  readonly lastKeys: () => Keys | null;
}

function accountClient(
  options: SenderOptions,
  sources: Map<string, KeySource>,
  scope: Scope,
  product: Product,
): AccountClient {
  const account = accountNamed(options.accounts, scope.account);
  const source = sources.get(account.name) ?? options.keysOf(account);
  sources.set(account.name, source);
  let last: Keys | null = null;
  const rpc = rpcClient(
    {
      host: hostOf(options.endpoint, product, scope.region, options.network),
      protocol: options.endpoint.kind === 'loopback' ? 'HTTP' : 'HTTPS',
      version: apiVersion[product],
      timeoutMs: options.timeoutMs,
      userAgent: options.userAgent,
    },
    async () => {
      last = await source.keys(scope.region);
      return last;
    },
  );
  return { rpc, lastKeys: () => last };
}

export function accountNamed(accounts: readonly Account[], name: string): Account {
  const account = accounts.find((candidate) => candidate.name === name);
  if (account === undefined) throw new Error(`no account '${name}': scopes are made from the project's accounts`);
  return account;
}

interface Outgoing<T> {
  readonly scope: Scope;
  readonly operation: Operation;
  readonly query: Readonly<Record<string, string>>;
  readonly parse: (answer: Answer) => T;
}

async function sendOnce<T>(
  client: AccountClient,
  outgoing: Outgoing<T>,
  onCall: ((call: CallRecord) => void) | undefined,
): Promise<T> {
  const { operation, scope, query } = outgoing;
  const made = { operation: operation.name, account: scope.account, region: scope.region };
  const begun = performance.now();
  const report = (code: string | null, requestId: string | null): void =>
    onCall?.({ ...made, ms: Math.round(performance.now() - begun), code, requestId });
  const failed = (error: unknown): TallymanError => {
    const accessKeyId = client.lastKeys()?.accessKeyId ?? null;
    const hasClientToken = query['ClientToken'] !== undefined;
    const told = toCloudError(error, { ...made, product: operation.product, hasClientToken, accessKeyId });
    const answer = told instanceof CloudError ? told : null;
    report(answer?.apiCode ?? '', answer?.requestId ?? null);
    return told;
  };
  const body = await client.rpc.call(operation.name, query).catch((error: unknown) => {
    throw failed(error);
  });
  try {
    const answer = Answer.parse(body);
    const value = outgoing.parse(answer);
    report(null, answer.get('RequestId').textOr(null));
    return value;
  } catch (error) {
    // Anything else is a mistake of ours and keeps its stack.
    throw error instanceof WrongShape ? failed(error) : error;
  }
}
