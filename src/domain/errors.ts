/** What a process answers with; one table for all commands. */
export const exitCode = {
  done: 0,
  couldNotFinish: 1,
  changes: 2,
  policy: 3,
  input: 4,
  staleplan: 5,
  inProgress: 6,
  partlyApplied: 7,
  refused: 8,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Every code that an error can carry, with the exit code that it leads to. Codes are permanent, words are not. */
export const errorCatalogue = {
  'input/flag': exitCode.input,
  'input/command': exitCode.input,
  'input/no-project': exitCode.input,
  'input/no-manifest': exitCode.input,
  'input/file': exitCode.input,
  'input/invalid': exitCode.input,
  'input/policy': exitCode.input,
  'input/base-ref': exitCode.input,
  'input/plan-file': exitCode.input,
  'input/snapshot': exitCode.input,
  'input/scenario': exitCode.input,
  'input/endpoint': exitCode.input,
  'emulator/stale-state': exitCode.input,
  'emulator/state-in-use': exitCode.couldNotFinish,
  'emulator/port': exitCode.couldNotFinish,
  'cloud/credentials': exitCode.couldNotFinish,
  'cloud/identity': exitCode.couldNotFinish,
  'cloud/unreachable': exitCode.couldNotFinish,
  'cloud/lost': exitCode.couldNotFinish,
  'cloud/denied': exitCode.couldNotFinish,
  'cloud/region': exitCode.couldNotFinish,
  'cloud/throttled': exitCode.couldNotFinish,
  'cloud/server': exitCode.couldNotFinish,
  'cloud/refused': exitCode.couldNotFinish,
  'cloud/incomplete': exitCode.couldNotFinish,
  'plan/stale': exitCode.staleplan,
  'plan/forbidden': exitCode.policy,
  'plan/refused': exitCode.refused,
  'apply/not-approved': exitCode.refused,
  'apply/interrupted': exitCode.interrupted,
  'apply/terminated': exitCode.terminated,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof errorCatalogue;

/**
 * The outside failed, or what was asked cannot be done. Thrown at the edge, caught once in `main`.
 * `message`: what is wrong with which value, one line, lower case, no full stop.
 * `hint`: what to do now; a sentence that starts with a verb.
 */
export class TallymanError extends Error {
  override readonly name: string = 'TallymanError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): ExitCode {
    return errorCatalogue[this.code];
  }
}

/** What a failed call means for the caller: whether it may have taken effect, and whether to ask again. */
export type CloudFailure =
  /** 4xx: it did nothing. */
  | 'refused'
  /** It did nothing; ask again later. */
  | 'throttled'
  /** 5xx: it may have taken effect. */
  | 'server'
  /** Sent, and no answer came: it may have taken effect. */
  | 'lost'
  /** Never sent. */
  | 'unreachable'
  /** RAM said no. */
  | 'denied'
  /** The key, its secret or its token is not accepted. */
  | 'credentials'
  /** An earlier call with this client token still runs. */
  | 'in-progress'
  /** The client token was used with other parameters. */
  | 'token-mismatch';

export interface CloudCall {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
}

/** One API call failed. `apiCode` is the service's code (`InvalidImageId.NotFound`), '' where no answer came. */
export class CloudError extends TallymanError {
  override readonly name = 'CloudError';

  constructor(
    code: ErrorCode,
    message: string,
    hint: string,
    readonly call: CloudCall,
    readonly failure: CloudFailure,
    readonly apiCode: string,
    readonly httpStatus: number | null,
    readonly requestId: string | null,
    /** How long the service asks to wait, in milliseconds; null where it does not say. */
    readonly retryAfterMs: number | null,
    options: { readonly cause?: unknown } = {},
  ) {
    super(code, message, hint, options);
  }
}

export function isCloudError(error: unknown, ...apiCodes: readonly string[]): error is CloudError {
  return error instanceof CloudError && (apiCodes.length === 0 || apiCodes.includes(error.apiCode));
}
