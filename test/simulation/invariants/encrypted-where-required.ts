import type { Invariant } from '../invariant.js';

/** Every story's policy requires it: nothing that a run makes has a plain disk, and a key that is named is the one. */
export const encryptedWhereRequired: Invariant = {
  name: 'encrypted-where-required',
  watch: ({ truth, fail }) => ({
    changed: ({ table, id, after, before, cause }) => {
      if (cause.kind !== 'run' || before !== undefined || after === undefined) return;
      if (table === 'disks' && !after.encrypted) fail(`disk ${id} of ${after.instanceId} is plain`);
      if (table === 'images' && truth.isOwned(after)) {
        if (after.disks.some((disk) => !disk.encrypted)) fail(`copy ${id} has a plain disk`);
      }
    },
    called: ({ operation, query, status }) => {
      const flag = flagOf[operation];
      if (status < 400 && flag !== undefined && query[flag] !== 'true')
        fail(`${operation} does not ask for encryption`);
    },
  }),
};

const flagOf: Readonly<Record<string, string>> = {
  CopyImage: 'Encrypted',
  RunInstances: 'SystemDisk.Encrypted',
  ReplaceSystemDisk: 'Encrypted',
};
