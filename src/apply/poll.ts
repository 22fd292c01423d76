import type { Address } from '../domain/address.js';
import type { ApplyContext } from './context.js';

/** How often something that takes long is looked at, in milliseconds of the clock. */
const pollMs = 5_000;

/** On a fast emulated clock a look costs real time, so the interval grows with the speed. */
const pollRealMs = 10;

export function pollInterval(context: ApplyContext, wishedMs = pollMs): number {
  return Math.max(wishedMs, pollRealMs * context.clock.speed);
}

/**
 * Looks until `look` gives something, at most for `boundMs` of the clock, at least once. Undefined when the bound is
 * reached. Rejects when the run is interrupted between two looks.
 */
export async function pollUntil<T>(
  context: ApplyContext,
  boundMs: number,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = context.clock.now() + boundMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (context.clock.now() >= deadline) return undefined;
    await context.clock.sleep(pollInterval(context), context.signal);
  }
}

/**
 * Reads, and again while the read shows something else than this run has brought about at the address: it may be older
 * than our last write there. It is believed once it cannot be late any more.
 */
export async function settledRead<T>(
  context: ApplyContext,
  address: Address,
  read: () => Promise<T>,
  isExpected: (value: T) => boolean,
): Promise<T> {
  const deadline = (context.made.lastWriteMs.get(address) ?? Number.NEGATIVE_INFINITY) + context.times.lagMs;
  for (;;) {
    const value = await read();
    if (isExpected(value) || context.clock.now() >= deadline) return value;
    await context.clock.sleep(pollInterval(context), context.signal);
  }
}
