import type { Emulator } from '../../emulator/index.js';
import type { Clock } from '../../ports/clock.js';

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** An emulator's time stands still while anybody has something to do, and then jumps to whoever sleeps least. */
export class VirtualTime {
  readonly #sleepers = new Set<Sleeper>();
  #isDue = false;

  constructor(readonly emulator: Emulator) {}

  clock(): Clock {
    return {
      speed: 0,
      now: () => this.emulator.clock().now,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const sleeper = { untilMs: this.emulator.clock().now + Math.ceil(ms), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', leave);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#step());
  }

  #step(): void {
    this.#isDue = false;
    if (this.#sleepers.size === 0) return;
    const now = this.emulator.clock().now;
    const earliest = Math.min(...[...this.#sleepers].map(({ untilMs }) => untilMs));
    if (earliest > now) this.emulator.advance((earliest - now) / 1000);
    const due = Array.from(this.#sleepers).filter(({ untilMs }) => untilMs <= Math.max(earliest, now));
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    this.#schedule();
  }
}
