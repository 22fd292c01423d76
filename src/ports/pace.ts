import type { Scope } from '../domain/observed.js';

/** Keeps calls below what the service takes: it counts them by account, region and operation. */
export interface Pace {
  /** Resolves when such a call may be sent; it counts as sent then. Rejects with the signal's reason. */
  turn(scope: Scope, operation: string, signal?: AbortSignal): Promise<void>;
  /** The service refused such a call, as coming too early. `retryAfterMs` null: it did not say when to come back. */
  refused(scope: Scope, operation: string, retryAfterMs: number | null): void;
}
