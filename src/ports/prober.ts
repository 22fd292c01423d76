import type { ProbeTarget } from '../domain/desired.js';

/** Asks a machine whether it serves, over the network, from where tallyman runs. Changes nothing. */
export interface Prober {
  /** Null where it does; else why not, as the end of a sentence. Takes seconds at most. Rejects only when aborted. */
  probe(host: string, target: ProbeTarget, signal: AbortSignal): Promise<string | null>;
}
