import { setTimeout as realSleep } from 'node:timers/promises';
import { type CloudError, type CloudFailure, isCloudError } from '../../domain/errors.js';
import type { CloudReader } from '../../ports/cloud-reader.js';
import { aroundReader } from '../../ports/around-reader.js';

/** How often a read is sent in all, by what went wrong. What is not listed is final. */
const attemptsMax: Partial<Readonly<Record<CloudFailure, number>>> = {
  throttled: 8,
  server: 4,
  lost: 4,
  unreachable: 2,
};

/** Real milliseconds: the first wait, doubled each time, and the longest. */
const firstWaitMs = 500;
const waitMaxMs = 20_000;

/** The longest that the service's own wish is honoured: throttling is counted by the minute. */
const wishedWaitMaxMs = 70_000;

export interface RetryPorts {
  /** In [0, 1). */
  readonly random: () => number;
  /** Real time, also on an emulator whose clock runs faster or stands still: it is the machine's network that waits. */
  readonly sleep: (ms: number) => Promise<unknown>;
}

const realPorts: RetryPorts = { random: Math.random, sleep: (ms) => realSleep(ms) };

/** Reads change nothing, so they are asked again; a region, a permission or a key that is wrong stays wrong. */
export function retrying(reader: CloudReader, ports: RetryPorts = realPorts): CloudReader {
  return aroundReader(reader, async (_operation, call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isCloudError(error) || !isWorthAnother(error, attempt)) throw error;
        await ports.sleep(waitMs(error, attempt, ports.random()));
      }
    }
  });
}

/** An answer of the wrong shape came from a service that works: it would come again. */
function isWorthAnother(error: CloudError, attempt: number): boolean {
  return error.code !== 'cloud/incomplete' && attempt < (attemptsMax[error.failure] ?? 1);
}

/** As told, a little later so that callers do not come back all at once; else between half and all of a doubled wait. */
function waitMs(error: CloudError, attempt: number, random: number): number {
  if (error.retryAfterMs !== null) return Math.min(error.retryAfterMs, wishedWaitMaxMs) * (1 + random / 10);
  const wait = Math.min(firstWaitMs * 2 ** (attempt - 1), waitMaxMs);
  return (wait / 2) * (1 + random);
}
