import type { PlanResult } from '../../src/domain/result.js';
import type { ReadProject } from '../../src/manifest/read-project.js';
import type { RunRecord } from './applier.js';
import type { SentCall, SimulatedCloud } from './cloud.js';
import type { Story } from './story.js';
import type { RowChange, Truth } from './truth.js';

/** What an invariant may look at. */
export interface Stage {
  readonly story: Story;
  readonly cloud: SimulatedCloud;
  readonly truth: Truth;
  /** All runs so far, in the order of their start. */
  readonly runs: readonly RunRecord[];
  /** IDs of what somebody else made with our marks, or whose marks somebody else changed. */
  readonly tampered: ReadonlySet<string>;
  /** The promise is broken. */
  readonly fail: (message: string) => void;
}

/** How it all ended, once nobody disturbs any more. */
export interface Ending {
  /** As it is committed in the end. */
  readonly project: ReadProject;
  /** The runs that were made undisturbed, at the end. */
  readonly quietRuns: readonly RunRecord[];
  /** The plan after them. */
  readonly last: PlanResult;
  /** What stands in the way of an empty plan and is for people to decide; empty: nothing. */
  readonly blockedBy: readonly string[];
}

/** What must always hold. Each method is told of things as they happen. */
export interface Watcher {
  readonly changed?: (change: RowChange) => void;
  /** A call that writes, after its effect. */
  readonly called?: (call: SentCall) => void;
  readonly ended?: (run: RunRecord) => void;
  /** The plan once nobody disturbs any more, before anybody mends anything. */
  readonly reported?: (report: PlanResult) => void;
  readonly settled?: (ending: Ending) => void;
}

export interface Invariant {
  readonly name: string;
  readonly watch: (stage: Stage) => Watcher;
}

export interface Violation {
  readonly invariant: string;
  readonly message: string;
  readonly atMs: number;
}
