/**
 * An answer that refuses: what the service would send with this HTTP status.
 * Codes are literal, spelling errors of the real service included; messages are ours.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Further members of the error body, `AccessDeniedDetail` for instance. */
    readonly detail: Readonly<Record<string, unknown>> = {},
    /** Sent as the header `x-acs-retry-after`: how long the caller may wait, in emulated milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** Status and code that an operation's error table gives for one kind of bad parameter. */
export interface ErrorSpec {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

export function refuse(status: number, code: string, message: string): never {
  throw new ApiError(status, code, message);
}
