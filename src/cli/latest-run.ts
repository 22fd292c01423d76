import type { Runtime } from './runtime.js';

/** How long nothing must have happened before work begins: an editor's save is several events. */
const quietMs = 50;

/** How long work waits at most while things go on happening: a checkout of a branch may write for minutes. */
const waitMaxMs = 1000;

/**
 * Does work after something has changed: never twice at once, and after the last change at least once more. Events only
 * make it due; the work itself looks at what is there then.
 */
export class LatestRun {
  #isRunning = false;
  #isDue = false;
  #isClosed = false;
  #cancelQuiet: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();
  /** Rejects when the work does. */
  readonly failure: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;

  constructor(
    private readonly runtime: Pick<Runtime, 'after'>,
    private readonly work: () => Promise<void>,
  ) {
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
  }

  /** Something has changed. */
  touch(): void {
    if (this.#isClosed) return;
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.runtime.after(quietMs, () => {
      this.#cancelTimers();
      this.begin();
    });
    // What begins then may begin too early for the last change, so the other timer goes on.
    this.#cancelDeadline ??= this.runtime.after(waitMaxMs, () => {
      this.#cancelDeadline = null;
      this.begin();
    });
  }

  /** Works now, or once more when what is under way is over. */
  begin(): void {
    this.#isDue = true;
    if (this.#isRunning || this.#isClosed) return;
    this.#isRunning = true;
    this.#running = this.#drain();
  }

  /** Resolves when what is under way is over; nothing begins any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimers();
    await this.#running;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#isDue && !this.#isClosed) {
        this.#isDue = false;
        await this.work();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isRunning = false;
    }
  }

  #cancelTimers(): void {
    this.#cancelQuiet?.();
    this.#cancelDeadline?.();
    this.#cancelQuiet = null;
    this.#cancelDeadline = null;
  }
}
