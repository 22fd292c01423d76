import type { PolicyDocument } from './policy.js';

/** Temporary credentials that STS gave out. Their life is measured by the real clock. */
export interface SessionRow {
  /** The access key ID. */
  readonly id: string;
  readonly secret: string;
  readonly token: string;
  readonly account: string;
  readonly roleName: string;
  readonly sessionName: string;
  /** Real milliseconds since 1970. */
  readonly expiresAt: number;
  readonly policies: readonly PolicyDocument[];
  /** A policy given with the call narrows the role's: both must allow. */
  readonly sessionPolicy: PolicyDocument | null;
}
