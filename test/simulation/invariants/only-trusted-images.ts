import type { Invariant } from '../invariant.js';
import { uidsOf } from '../project.js';

/**
 * No image is copied, launched from or put onto a machine unless the lock that the run was started with pins the image
 * at its root, with its true owner. Manifests say whose image it is, and policy refuses who may not be trusted: what a
 * lock pins was let in by both.
 */
export const onlyTrustedImages: Invariant = {
  name: 'only-trusted-images',
  watch: ({ truth, runs, story, cloud, fail }) => ({
    called: ({ operation, query, status, run }) => {
      if (status >= 400 || !usesImage.has(operation)) return;
      const imageId = query['ImageId'] ?? '';
      const root = truth.rootOf.get(imageId);
      const project = runs.find(({ name }) => name === run)?.project;
      if (project === undefined || root === undefined) return;
      if (root.owner === uidsOf(story).attacker) fail(`${operation} of ${imageId}, an image of the attacker`);
      const trusted = project.desired?.imageSources.flatMap(({ owner }) =>
        owner?.kind === 'account' ? [owner.uid] : [],
      );
      const own = project.desired?.project.accounts.map(({ uid }) => uid) ?? [];
      if (![...(trusted ?? []), ...own].includes(root.owner)) {
        fail(`${operation} of ${imageId}, whose root ${root.imageId} belongs to ${root.owner}`);
      }
      const isRollback = operation === 'ReplaceSystemDisk';
      // A read from before may be as late as this.
      const isFresh = (createdAt: number): boolean => cloud.now - createdAt < lateMs;
      const isPinned = project.lock.entries.some(
        ({ imageId: pinned, owner, createdAt }) =>
          pinned === root.imageId &&
          owner === root.owner &&
          // A copy stays what it is, whatever its source's owner does to the source.
          (imageId !== root.imageId || Date.parse(createdAt) === root.createdAt || isFresh(root.createdAt)),
      );
      if (!isPinned && !isRollback)
        fail(`${operation} of ${imageId}, whose root ${root.imageId} the lock does not pin`);
    },
  }),
};

const lateMs = 90_000;

const usesImage: ReadonlySet<string> = new Set(['CopyImage', 'RunInstances', 'ReplaceSystemDisk']);
