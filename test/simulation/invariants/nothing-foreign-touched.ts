import type { Invariant } from '../invariant.js';

/**
 * Nothing is deleted, stopped, replaced, shared or tagged that was not ours when the call was made: for as long as reads
 * may be late and a call may be on its way, what was ours a moment ago counts. Deleted is only what is sealed. Adoption
 * and sharing an image that the project owns are what manifests ask for.
 */
export const nothingForeignTouched: Invariant = {
  name: 'nothing-foreign-touched',
  watch: ({ truth, runs, cloud, story, fail }) => {
    const wasOurs = (id: string): boolean => cloud.now - (truth.ownedUntilMs.get(id) ?? -Infinity) <= graceMs;
    const mayChange = (run: string, id: string): boolean => {
      const row = truth.instances.get(id) ?? truth.images.get(id) ?? truth.snapshots.get(id) ?? truth.disks.get(id);
      if (row === undefined || truth.isOwned(row) || wasOurs(id)) return true;
      const project = runs.find(({ name }) => name === run)?.project;
      return project?.desired?.instances.some(({ adopt }) => adopt.includes(id)) === true;
    };
    return {
      changed: ({ table, id, before, after, cause }) => {
        if (cause.kind !== 'run' || before === undefined) return;
        const isGone = after === undefined;
        if (table === 'instances') {
          if (isGone && !truth.isSealed(before) && !wasOurs(id))
            fail(`instance ${id} was deleted and was not sealed as ours`);
          if (!isGone && !truth.isOwned(before) && !mayChange(cause.run, id))
            fail(`instance ${id} was changed and was not ours`);
        }
        if (table === 'images') {
          if (isGone && !truth.isSealed(before) && !wasOurs(id))
            fail(`image ${id} was deleted and was not sealed as ours`);
          const isShare = !isGone && before.sharedWith !== after.sharedWith;
          if (!isGone && !isShare && !truth.isOwned(before) && !mayChange(cause.run, id)) {
            fail(`image ${id} was changed and was not ours`);
          }
          if (isShare && !isManaged(story, before.id, truth.isOwned(before))) fail(`sharing of ${id} was changed`);
        }
        if (table === 'snapshots' && isGone && !truth.isOwned(before))
          fail(`snapshot ${id} was deleted and was not ours`);
      },
    };
  },
};

/** `lag` and `flight`: a read may be so late, and a call so long on its way. */
const graceMs = 90_000 + 30_000;

type Told = Parameters<Invariant['watch']>[0]['story'];

function isManaged({ files }: Told, _id: string, isOurs: boolean): boolean {
  return isOurs || files.manifests.some(({ kind }) => kind === 'ImageShare');
}
