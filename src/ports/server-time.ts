/** What a host of the service said when it was asked for nothing in particular. */
export interface ServerTime {
  readonly host: string;
  /** Milliseconds since 1970, by its `Date` header; null where it did not answer, or without one. */
  readonly dateMs: number | null;
  /** Why it did not answer; null where it did. */
  readonly problem: string | null;
}
