import type { AnyOperation } from '../operations/operation.js';
import type { SettingsView } from '../world/settings.js';
import type { TokenRow } from '../world/state.js';
import type { Store } from '../world/store.js';
import { ApiError } from './api-error.js';
import type { RawParameters } from './parameters.js';

/** A call that carries a client token. `id` tells where the token is known, as the switch `clientTokenScope` says. */
export interface TokenUse {
  readonly id: string;
  readonly action: string;
  /** What must be the same when the token comes again: the raw parameters of the operation, sorted. */
  readonly parameters: string;
  readonly mismatch: NonNullable<AnyOperation['clientToken']>['mismatch'];
}

export interface TokenScope {
  readonly account: string;
  readonly region: string;
  readonly settings: SettingsView;
}

/** undefined where the call has no token, or is a dry run that neither looks at tokens nor occupies one. */
export function tokenUseOf(operation: AnyOperation, raw: RawParameters, scope: TokenScope): TokenUse | undefined {
  const token = raw.get('ClientToken') ?? '';
  if (operation.clientToken === undefined || token === '') return undefined;
  if (isDryRun(operation, raw) && scope.settings.switch('dryRunOccupiesToken') === 'no') return undefined;
  const isWide = scope.settings.switch('clientTokenScope') === 'account';
  // With a wide scope the same parameters of another operation are another call.
  const own = [...raw].filter(([name]) => name !== 'ClientToken').sort(([a], [b]) => (a < b ? -1 : 1));
  const compared = isWide ? [['Action', operation.name], ...own] : own;
  return {
    id: isWide ? `${scope.account}/${token}` : `${scope.account}/${scope.region}/${operation.name}/${token}`,
    action: operation.name,
    parameters: JSON.stringify(compared),
    mismatch: operation.clientToken.mismatch,
  };
}

export function assertTokenFormed(raw: RawParameters): void {
  if (/^[\x21-\x7e]{0,64}$/.test(raw.get('ClientToken') ?? '')) return;
  throw new ApiError(400, 'InvalidClientToken', 'The ClientToken must be at most 64 ASCII characters.');
}

export function isDryRun(operation: AnyOperation, raw: RawParameters): boolean {
  return operation.dryRun !== undefined && raw.get('DryRun')?.toLowerCase() === 'true';
}

/** The answer of a token whose refused first call is remembered as such, but not its error. */
const silent: TokenRow['answer'] = { status: 0, body: '' };

/** Answers kept for client tokens. */
export class ClientTokens {
  /** Tokens of calls that came in and whose answer is not out yet, each with the request ID of its call. */
  private readonly pending = new Map<string, string>();

  constructor(private readonly store: Store) {}

  /** The kept answer of this very call; undefined where the call is to be carried out. Throws on a mismatch. */
  answerFor(use: TokenUse, now: number, requestId: string): TokenRow['answer'] | undefined {
    if ((this.pending.get(use.id) ?? requestId) !== requestId) {
      throw new ApiError(403, 'IdempotentProcessing', 'The previous request with this ClientToken is still processed.');
    }
    const row = this.store.tokens.get(use.id);
    if (row === undefined || now >= row.answeredAt + this.lifetimeMs) return undefined;
    if (row.parameters !== use.parameters) {
      const { status, code, message } = this.mismatchOf(use);
      throw new ApiError(status, code, message ?? 'The ClientToken was used with other parameters.');
    }
    return row.answer.status === silent.status ? undefined : row.answer;
  }

  /** Inside the transaction of the call. */
  keep(use: TokenUse, now: number, body: string): void {
    this.put(use, now, { status: 200, body });
  }

  /** After a refusal, in a transaction of its own, as the switch `failedCallsOccupyToken` says. */
  keepRefusal(use: TokenUse, now: number, error: ApiError): void {
    const mode = this.store.facts.settings.switch('failedCallsOccupyToken');
    if (mode === 'no' || error.status >= 500) return;
    const kept = { status: error.status, body: JSON.stringify({ code: error.code, message: error.message }) };
    this.store.transact(now, () => this.put(use, now, mode === 'stored' ? kept : silent));
  }

  /** After a dry run that has passed, where the switch `dryRunOccupiesToken` makes it a use. */
  keepDryRun(use: TokenUse, now: number): void {
    this.store.transact(now, () => this.put(use, now, silent));
  }

  hold(use: TokenUse, requestId: string): void {
    this.pending.set(use.id, requestId);
  }

  release(use: TokenUse): void {
    this.pending.delete(use.id);
  }

  isHeld(use: TokenUse): boolean {
    return this.pending.has(use.id);
  }

  private mismatchOf(use: TokenUse): TokenUse['mismatch'] {
    const code = this.store.facts.settings.switch('tokenMismatchCode');
    return code === 'per-operation' ? use.mismatch : { status: 400, code };
  }

  /** What has expired goes as new tokens come; the oldest stand first. */
  private put({ id, action, parameters }: TokenUse, now: number, answer: TokenRow['answer']): void {
    const { tokens } = this.store;
    for (let old = tokens.first(); old !== undefined && now >= old.answeredAt + this.lifetimeMs; old = tokens.first()) {
      tokens.remove(old.id);
    }
    tokens.remove(id);
    tokens.put({ id, action, parameters, answeredAt: now, answer });
  }

  private get lifetimeMs(): number {
    return this.store.facts.settings.switch('clientTokenLifetimeSeconds') * 1000;
  }
}

/** Throws the error that was kept, or hands out the members of the answer. */
export function replayed(answer: TokenRow['answer']): string {
  if (answer.status === 200) return answer.body;
  const { code, message } = JSON.parse(answer.body) as { readonly code: string; readonly message: string };
  throw new ApiError(answer.status, code, message);
}
