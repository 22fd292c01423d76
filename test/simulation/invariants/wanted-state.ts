import type { Invariant } from '../invariant.js';
import { isDown } from '../truth.js';

/**
 * Once nobody disturbs any more and the plan is empty, what is really there is what manifests and lock ask for: each
 * member once, running, on an image of the pinned root. The plan's own word does not count for that.
 */
export const wantedState: Invariant = {
  name: 'wanted-state',
  watch: ({ truth, fail }) => ({
    settled: ({ last, project }) => {
      if (project.desired === null || last.plan.actions.length > 0 || !last.isApplyable) return;
      const told = new Set(last.plan.notices.map(({ id }) => id));
      for (const { address, region, replicas, image, update } of project.desired.instances) {
        for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
          const members = truth
            .ownedInstances()
            .filter((row) => row.region === region && row.tags['tallyman:resource'] === `${address}/${ordinal}`);
          const [member] = members;
          if (member === undefined || members.length !== 1) {
            fail(`${members.length} instances are at ${address}/${ordinal}`);
            continue;
          }
          if (told.has(member.id)) continue;
          if (isDown(member.status)) fail(`${member.id} at ${address}/${ordinal} is ${member.status}`);
          const root = truth.rootOf.get(truth.systemDiskOf(member.id)?.imageId ?? '');
          const source =
            image.kind === 'imageSource'
              ? image.name
              : project.desired.imageCopies.find(({ name }) => name === image.name)?.source;
          const isPinned = project.lock.entries.some((one) => one.source === source && one.imageId === root?.imageId);
          if (!isPinned && update.onImageChange !== 'Ignore')
            fail(`${member.id} runs ${root?.imageId}, and the lock pins another`);
          if (member.tags['tallyman:updating'] !== undefined) fail(`${member.id} is still marked`);
          if (member.tags['tallyman:id'] !== member.id) fail(`${member.id} is not sealed`);
        }
      }
    },
  }),
};
