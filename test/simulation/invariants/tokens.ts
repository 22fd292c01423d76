import { createHash } from 'node:crypto';
import type { Invariant } from '../invariant.js';

/** Fresh tokens that one run may try for one address. */
const attemptsMax = 16;
const epochMs = 30 * 60_000;

/**
 * Every call's token is one that the protocol computes from what the call is about: written here anew from its page, not
 * taken from the product.
 */
export const tokens: Invariant = {
  name: 'tokens',
  watch: ({ truth, runs, fail }) => {
    /** The system disk that an instance had when it was asked to be replaced: any that it has had. */
    const disksOf = new Map<string, Set<string>>();
    for (const { id, instanceId } of truth.disks.values()) disksOf.set(instanceId, new Set([id]));
    return {
      changed: ({ table, id, after }) => {
        if (table !== 'disks' || after === undefined || after.instanceId === '') return;
        disksOf.set(after.instanceId, (disksOf.get(after.instanceId) ?? new Set()).add(id));
      },
      called: ({ operation, query, atMs, run }) => {
        const given = query['ClientToken'];
        if (!creates.has(operation)) return;
        if (given === undefined) return fail(`${operation} has no token`);
        const address = tagsOf(query)['tallyman:resource'] ?? '';
        const { project } = truth;
        const skewMs = (runs.find(({ name }) => name === run)?.order.skewSeconds ?? 0) * 1000;
        // A call may have been on its way for a while.
        const epochs = [atMs + skewMs, atMs + skewMs - 30_000].map((ms) => Math.floor(ms / epochMs));
        const disks = [...(disksOf.get(query['InstanceId'] ?? '') ?? [])];
        const plain = Array.from({ length: attemptsMax }, (_, n) => n);
        // After a refusal that may be an old one.
        const again = operation !== 'RunInstances';
        const counts = again ? [...plain, ...epochs.flatMap((epoch) => plain.map((n) => epoch + n))] : plain;
        const fits = counts.some((n) => {
          const counted = n === 0 ? [] : [n];
          if (operation === 'RunInstances') {
            return epochs.some((epoch) => given === tokenOf(['RunInstances', project, address, epoch, n]));
          }
          if (operation === 'CopyImage') {
            return given === tokenOf(['CopyImage', project, query['DestinationImageName'] ?? '', n]);
          }
          if (operation === 'ReplaceSystemDisk') {
            return disks.some(
              (disk) => given === tokenOf([operation, project, query['InstanceId'] ?? '', disk, ...counted]),
            );
          }
          return [...truth.rootOf.keys()].some(
            (image) => given === tokenOf(['CreateSnapshot', project, query['DiskId'] ?? '', image, ...counted]),
          );
        });
        if (!fits)
          fail(`the token of ${operation} at ${address || query['InstanceId']} is none that the protocol knows`);
      },
    };
  },
};

const creates: ReadonlySet<string> = new Set(['RunInstances', 'CopyImage', 'ReplaceSystemDisk', 'CreateSnapshot']);

function tokenOf(parts: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(['v1', ...parts]))
    .digest('base64url');
}

function tagsOf(query: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const [name, key] of Object.entries(query)) {
    const match = /^Tag\.(\d+)\.Key$/.exec(name);
    if (match !== null) tags[key] = query[`Tag.${match[1]}.Value`] ?? '';
  }
  return tags;
}
