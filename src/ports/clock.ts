/** Time as the product sees it: the machine's, or the emulator's when it works on one. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds of this clock; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Emulated seconds a real second; 1 for the machine's own clock. */
  readonly speed: number;
}
