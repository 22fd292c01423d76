import type { Violation } from './invariant.js';
import { Counts } from './matrix.js';
import { generateStory } from './schedule.js';
import { shrink } from './shrink.js';
import { simulate, type SimulationReport } from './simulate.js';
import { renderStory } from './story-text.js';

/** What came of one seed. */
export interface SeedReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly counts: Pick<Counts, 'actions' | 'rules' | 'events'>;
  readonly traceDigest: string;
  /** The trace, where it was asked for. */
  readonly trace: readonly string[] | null;
  /** The smallest story that breaks the same promise, as YAML; null where none is broken or none was asked for. */
  readonly shrunk: string | null;
}

export interface LaneOptions {
  readonly shrinks: boolean;
  readonly showsTrace: boolean;
}

/** A story that cannot be lived is a mistake of the simulator's, or of what it runs. */
function broken(error: unknown): SimulationReport {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { violations: [{ invariant: 'lives', message, atMs: 0 }], counts: new Counts(), trace: [], traceDigest: '' };
}

export async function tellSeed(seed: number, { shrinks, showsTrace }: LaneOptions): Promise<SeedReport> {
  const story = generateStory(seed);
  const { violations, counts, trace, traceDigest } = await simulate(story).catch(broken);
  const [first] = violations;
  const { actions, rules, events } = counts;
  return {
    seed,
    violations,
    counts: { actions, rules, events },
    traceDigest,
    trace: showsTrace ? trace : null,
    shrunk: first === undefined || !shrinks ? null : renderStory(await shrink(story, first)),
  };
}
