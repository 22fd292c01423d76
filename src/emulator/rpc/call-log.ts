/** One call as `GET /_emulator/calls` shows it. */
export interface LoggedCall {
  /** From 1, in order of arrival. */
  readonly sequence: number;
  /** Emulated time, ISO 8601. */
  readonly at: string;
  /** UID of the caller; null where the key did not tell. */
  readonly account: string | null;
  readonly region: string;
  readonly action: string;
  readonly access: 'read' | 'write' | null;
  /** As sent, secrets masked. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly clientToken: string | null;
  readonly requestId: string;
  /** null while it runs, and where no answer was sent. */
  readonly status: number | null;
  /** The error's code; null for success. */
  readonly code: string | null;
  /** The fault that hit the call. */
  readonly fault: string | null;
}

export interface CallLogView {
  /** All calls ever, by operation, also those that left the list. */
  readonly counts: Readonly<Record<string, number>>;
  readonly calls: readonly LoggedCall[];
}

const callsMax = 100_000;
const secretNames = /password|secret|securitytoken|oidctoken|samlassertion|userdata/i;

/** The latest calls, and how many there were of each operation. */
export class CallLog {
  private readonly calls = new Map<number, LoggedCall>();
  private readonly counts = new Map<string, number>();
  private sequence = 0;

  add(call: Omit<LoggedCall, 'sequence' | 'parameters'>, parameters: ReadonlyMap<string, string>): number {
    this.sequence += 1;
    this.calls.set(this.sequence, { sequence: this.sequence, ...call, parameters: masked(parameters) });
    this.calls.delete(this.sequence - callsMax);
    this.counts.set(call.action, (this.counts.get(call.action) ?? 0) + 1);
    return this.sequence;
  }

  complete(sequence: number, outcome: Partial<Pick<LoggedCall, 'status' | 'code' | 'fault'>>): void {
    const call = this.calls.get(sequence);
    if (call !== undefined) this.calls.set(sequence, { ...call, ...outcome });
  }

  clear(): void {
    this.calls.clear();
    this.counts.clear();
    this.sequence = 0;
  }

  view(): CallLogView {
    const byName = ([a]: [string, number], [b]: [string, number]): number => (a < b ? -1 : 1);
    return { counts: Object.fromEntries([...this.counts].sort(byName)), calls: [...this.calls.values()] };
  }
}

function masked(parameters: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const shown = [...parameters].map(([name, value]): [string, string] => [
    name,
    secretNames.test(name) ? `(${value.length} characters)` : value,
  ]);
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}
