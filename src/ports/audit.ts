/** One line of the audit log: written before and after every call that may change something. */
export interface AuditEntry {
  readonly phase: 'before' | 'after';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly address: string | null;
  readonly token: string | null;
  /** ID of the thing, where it is known. */
  readonly subject: string | null;
  readonly result: 'ok' | 'error' | null;
  readonly errorCode: string | null;
  readonly requestId: string | null;
  /** Why something was overridden; only of such an entry, which is no call. */
  readonly reason?: string;
}

export interface Audit {
  /** Resolves when the line is with the operating system. Rejects when it cannot be written: then nothing is sent. */
  append(entry: AuditEntry): Promise<void>;
}
