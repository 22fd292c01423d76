import { resourceOf } from '../../../src/domain/address.js';
import type { Invariant } from '../invariant.js';
import { isDown } from '../truth.js';

/**
 * No more members of an Instance are down by our doing than `maxUnavailable` says, and one more for each further run at
 * the same moment: tags know no compare-and-set, so each run may act on reads that are late. What a person stopped is
 * not our doing; members that are to be deleted leave, and what is in another region than its Instance
 * is none.
 */
export const maxUnavailable: Invariant = {
  name: 'max-unavailable',
  watch: ({ truth, runs, cloud, fail }) => ({
    called: ({ operation, query, status, run }) => {
      if ((operation !== 'StopInstance' && operation !== 'DeleteInstance') || status >= 400) return;
      const stopped = truth.instances.get(query['InstanceId'] ?? '');
      if (stopped === undefined) return;
      const resource = resourceOf(stopped.tags['tallyman:resource'] ?? '');
      const wanted = runs
        .find(({ name }) => name === run)
        ?.project.desired?.instances.find(({ address }) => address === resource);
      if (wanted === undefined) return;
      const down = truth.ownedInstances().filter((row) => {
        const address = row.tags['tallyman:resource'] ?? '';
        const ordinal = Number(address.split('/').at(-1));
        const isMember = resourceOf(address) === resource && row.region === wanted.region && ordinal < wanted.replicas;
        const byUs = truth.power.get(row.id)?.cause.kind === 'run';
        return isMember && isDown(row.status) && byUs;
      });
      const bound = boundOf(wanted.update.maxUnavailable, resource, runs, cloud.now);
      if (down.length > bound) {
        const names = down.map(({ tags }) => tags['tallyman:resource']).join(', ');
        fail(`${names} are down at once, and no more than ${bound} may be`);
      }
    },
  }),
};

type Runs = Parameters<Invariant['watch']>[0]['runs'];

/** A machine that an earlier manifest let go down may be down yet, and what a dead run has sent may be on its way. */
function boundOf(ofThis: number, resource: string, runs: Runs, nowMs: number): number {
  const present = runs.filter(({ endMs, isKilled }) => endMs === null || (isKilled && nowMs - endMs < flightMs));
  const bounds = runs.flatMap(({ project }) =>
    (project.desired?.instances ?? [])
      .filter(({ address }) => address === resource)
      .map(({ update }) => update.maxUnavailable),
  );
  return Math.max(ofThis, ...bounds) + Math.max(0, present.length - 1);
}

const flightMs = 30_000;
