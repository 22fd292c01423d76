import type { Clock } from '../../ports/clock.js';
import type { Endpoint } from '../alibaba/endpoint.js';
import { sleepReally } from './real-sleep.js';

/** The machine's clock. */
export function systemClock(): Clock {
  return {
    speed: 1,
    now: () => Date.now(),
    sleep: (ms, signal) => sleepReally(ms, signal),
  };
}

/** The clock of an emulator; see `openEmulatorClock`. Offline commands tell the time without loading an HTTP client. */
export async function emulatorClock(
  endpoint: Extract<Endpoint, { kind: 'loopback' }>,
  options: { readonly isOwner: boolean },
): Promise<Clock> {
  const { openEmulatorClock } = await import('./emulator-clock.js');
  return openEmulatorClock(endpoint.host, options);
}
