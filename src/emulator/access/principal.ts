import type { Caller } from '../operations/operation.js';
import type { PolicyDocument } from './policy.js';

/** Who stands behind an access key. */
export interface Principal {
  readonly caller: Caller;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly isActive: boolean;
  /** 'all': the account itself, which RAM does not ask. */
  readonly policies: 'all' | readonly PolicyDocument[];
  readonly session: {
    readonly token: string;
    readonly expiresAt: number;
    readonly policy: PolicyDocument | null;
  } | null;
}
