import type { Desired } from '../domain/desired.js';
import type { ObservedState } from '../domain/observed.js';
import type { Clock } from './clock.js';
import type { CloudReader } from './cloud-reader.js';
import type { CloudWriter } from './cloud-writer.js';
import type { Pace } from './pace.js';
import type { Prober } from './prober.js';

/** A cloud that is made up: nothing that is written there is real, and waiting there takes no time. */
export interface RehearsalWorld {
  readonly cloud: CloudReader;
  readonly writer: CloudWriter;
  /** Goes on by itself while everybody who uses it waits. */
  readonly clock: Clock;
  readonly pace: Pace;
  /** Every machine serves: what is on an image is not known. */
  readonly prober: Prober;
}

/** What a made-up cloud begins as. */
export interface RehearsalSeed {
  readonly desired: Desired;
  readonly observed: ObservedState;
  /** Its time at the beginning, milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * A cloud that holds what was observed. Of what was not looked at, such as vSwitches, stock and quotas, everything is
 * there; what was looked at is as it was seen, and a key that was missing is missing. A sentence where what was
 * observed cannot be imitated.
 */
export type OpenRehearsal = (seed: RehearsalSeed) => Promise<RehearsalWorld | { readonly impossible: string }>;
