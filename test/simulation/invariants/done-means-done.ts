import type { Action } from '../../../src/domain/action.js';
import type { ActionOutcome } from '../../../src/domain/outcome.js';
import type { Invariant } from '../invariant.js';
import type { Truth } from '../truth.js';

/** What an action says that it did is so, as far as nobody else has touched the thing since the run began. */
export const doneMeansDone: Invariant = {
  name: 'done-means-done',
  watch: ({ truth, runs, fail }) => {
    /** When each run and person changed a thing last, by thing and name. */
    const touched = new Map<string, Map<string, number>>();
    return {
      changed: ({ id, cause, atMs }) => {
        const by = cause.kind === 'run' ? cause.run : cause.who;
        if (by !== 'service') touched.set(id, (touched.get(id) ?? new Map<string, number>()).set(by, atMs));
      },
      ended: (run) => {
        for (const outcome of run.result?.outcome?.actions ?? []) {
          if (outcome.status !== 'done') continue;
          const id = subjectOf(outcome);
          const others = [...(touched.get(id ?? '') ?? [])].filter(([by]) => by !== run.name);
          const isForeign = others.some(([, atMs]) => atMs >= run.startMs);
          const isRivalled = runs.some((other) => other !== run && (other.endMs ?? Infinity) >= run.startMs);
          if (id === null || isForeign || isRivalled || isSo(truth, outcome.action, id)) continue;
          fail(`${run.name} says done of ${outcome.action.kind} ${outcome.action.address}, and it is not so`);
        }
      },
    };
  },
};

function subjectOf({ action, id }: ActionOutcome): string | null {
  return action.kind === 'ReplaceSystemDisk' ? action.instanceId : id;
}

function isSo(truth: Truth, action: Action, id: string): boolean {
  switch (action.kind) {
    case 'ShareImage':
    case 'UnshareImage': {
      const { sharedWith = {} } = truth.images.get(id) ?? {};
      return action.accounts.every((uid) => uid in sharedWith === (action.kind === 'ShareImage'));
    }
    case 'DeleteInstance':
      return !truth.instances.has(id);
    case 'DeleteImage':
      return !truth.images.has(id);
    case 'DeleteSnapshot':
      return !truth.snapshots.has(id);
    case 'RunInstance':
    case 'CopyImage':
      return truth.maker.has(id);
    // What these leave behind, later actions change in their turn.
    case 'Adopt':
    case 'CancelCopyImage':
    case 'CreateSnapshot':
    case 'ModifyDisk':
    case 'ModifyImage':
    case 'ModifyInstance':
    case 'ReplaceSystemDisk':
    case 'StartInstance':
    case 'StopInstance':
    case 'TagResource':
    case 'UntagResource':
    case 'Wait':
      return true;
  }
}
