import { setTimeout as realSleep } from 'node:timers/promises';

/** Waits so many real milliseconds; rejects with the signal's own reason. */
export async function sleepReally(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await realSleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
