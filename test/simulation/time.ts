// oxlint-disable typescript/no-unnecessary-type-assertion -- the tests are compiled with `noUncheckedIndexedAccess`
import type { Clock } from '../../src/ports/clock.js';

/** The life of a process. Once it is over, nothing that it asks for is answered. */
export interface Life {
  isOver: boolean;
}

/** What a process that is dead waits for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

interface Sleeper {
  readonly untilMs: number;
  readonly order: number;
  readonly wake: () => void;
  hasLeft: boolean;
}

/**
 * Time stands still while anybody has something to do, and then jumps to whoever sleeps least; who sleeps equally long
 * wakes in the order of falling asleep. Nothing here takes real time.
 */
export class VirtualTime {
  readonly #heap: Sleeper[] = [];
  #order = 0;
  #isDue = false;

  constructor(
    readonly now: () => number,
    private readonly advanceTo: (ms: number) => void,
  ) {}

  /** `skewMs`: how far this clock is ahead. */
  clock(skewMs: number, life: Life): Clock {
    return {
      speed: 1,
      now: () => this.now() + skewMs,
      sleep: async (ms, signal) => {
        if (life.isOver) return never();
        await this.sleep(ms, signal);
        if (life.isOver) return never();
      },
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    return new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        sleeper.hasLeft = true;
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const sleeper = { untilMs: this.now() + Math.ceil(ms), order: (this.#order += 1), wake, hasLeft: false };
      this.#push(sleeper);
      signal?.addEventListener('abort', leave, { once: true });
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
    const dueMs = this.#next()?.untilMs;
    if (dueMs === undefined) return;
    if (dueMs > this.now()) this.advanceTo(dueMs);
    for (let next = this.#next(); next !== undefined && next.untilMs <= dueMs; next = this.#next()) {
      this.#pop();
      next.wake();
    }
    if (this.#heap.length > 0) this.#schedule();
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#heap;
    let place = heap.push(sleeper) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Sleeper;
      if (!isBefore(sleeper, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = sleeper;
  }

  /** The first that still sleeps. */
  #next(): Sleeper | undefined {
    while (this.#heap[0]?.hasLeft) this.#pop();
    return this.#heap[0];
  }

  /** Takes the first out. */
  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, left)) child += 1;
      const smaller = heap[child] as Sleeper;
      if (!isBefore(smaller, last)) break;
      heap[place] = smaller;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.untilMs === b.untilMs ? a.order < b.order : a.untilMs < b.untilMs;
}
