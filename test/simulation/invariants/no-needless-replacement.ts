import type { Invariant } from '../invariant.js';

/** Reads may be so late: a run that began before does not know yet. */
const lateMs = 60_000;

/**
 * No disk that already has the wanted image is replaced again; and an image that failed on a member is put onto no
 * member of the same Instance by itself.
 */
export const noNeedlessReplacement: Invariant = {
  name: 'no-needless-replacement',
  watch: ({ truth, runs, fail }) => {
    /** The image of each instance's present system disk. */
    const imageOn = new Map<string, string>();
    const rejected = new Map<string, { readonly imageId: string; readonly atMs: number }>();
    return {
      changed: ({ table, id, before, after, cause, atMs }) => {
        if (table === 'instances') {
          const imageId = after?.tags['tallyman:rejected'];
          if (imageId === undefined) rejected.delete(id);
          else if (rejected.get(id)?.imageId !== imageId) rejected.set(id, { imageId, atMs });
        }
        if (table !== 'disks' || after === undefined || before !== undefined || after.type !== 'system') return;
        const former = imageOn.get(after.instanceId);
        imageOn.set(after.instanceId, after.imageId);
        if (cause.kind === 'run' && former === after.imageId) {
          fail(`the disk of ${after.instanceId} was replaced by ${id}, of the same image ${after.imageId}`);
        }
      },
      called: ({ operation, query, status, run }) => {
        if (operation !== 'ReplaceSystemDisk' || status >= 400) return;
        const startMs = runs.find(({ name }) => name === run)?.startMs ?? 0;
        const resource = resourceOf(truth.instances.get(query['InstanceId'] ?? '')?.tags['tallyman:resource']);
        for (const [id, { imageId, atMs }] of rejected) {
          const isSibling = resourceOf(truth.instances.get(id)?.tags['tallyman:resource']) === resource;
          if (isSibling && imageId === query['ImageId'] && atMs < startMs - lateMs) {
            fail(`${imageId} failed on ${id} before, and is put onto ${query['InstanceId']}`);
          }
        }
      },
    };
  },
};

function resourceOf(address: string | undefined): string | undefined {
  return address?.replace(/\/\d+$/, '');
}
