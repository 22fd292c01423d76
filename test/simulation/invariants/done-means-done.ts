import type { Action } from '../../../src/domain/action.js';
import type { ActionOutcome } from '../../../src/domain/outcome.js';
import type { Invariant } from '../invariant.js';
import type { Truth } from '../truth.js';

/** What an action says that it did is so, as far as nobody else has touched the thing since the run began. */
export const doneMeansDone: Invariant = {
  name: 'done-means-done',
  watch: ({ truth, runs, fail }) => {
    /** When somebody else than the service changed a thing last. */
    const touched = new Map<string, { readonly by: string; readonly atMs: number }>();
    return {
      changed: ({ id, cause, atMs }) => {
        if (cause.kind === 'run') touched.set(id, { by: cause.run, atMs });
        else if (cause.who !== 'service') touched.set(id, { by: cause.who, atMs });
      },
      ended: (run) => {
        for (const outcome of run.result?.outcome?.actions ?? []) {
          if (outcome.status !== 'done') continue;
          const id = subjectOf(outcome);
          const last = id === null ? undefined : touched.get(id);
          const isForeign = last !== undefined && last.by !== run.name && last.atMs >= run.startMs;
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
