import { instanceAddress } from '../src/domain/address.js';
import type { Desired } from '../src/domain/desired.js';
import type { ObservedState } from '../src/domain/observed.js';
import type { Plan } from '../src/domain/plan.js';
import { makePlan } from '../src/plan/make-plan.js';
import {
  aDesired,
  aLock,
  anInstance,
  anObservedCopy,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedState,
  nowMs,
  ownershipTags,
} from '../test/support/build.js';
import { ms, row } from './measure.mjs';

interface World {
  readonly desired: Desired;
  readonly observed: ObservedState;
}

const replicas = 1_000;

/** Copies are known by their names, which only the planner makes. */
function copyNameOf(desired: Desired): string {
  const { actions } = planOf({ desired: { ...desired, instances: [] }, observed: anObservedState() });
  const copy = actions.find((action) => action.kind === 'CopyImage');
  if (copy === undefined) throw new Error('no copy is planned');
  return copy.imageName;
}

function planOf({ desired, observed }: World): Plan {
  return makePlan(desired, aLock(), observed, nowMs, { retryRejected: false, prune: false });
}

/** Members that run from the copy but lack a tag, one in ten; or that all run from another image. */
function worldOf(count: number, imageId: string): World {
  const names = Array.from({ length: count / replicas }, (_, index) => `web-${index}`);
  const members = names.flatMap((name) =>
    Array.from({ length: replicas }, (_, ordinal) => {
      const instanceId = `i-${name}-${ordinal}`;
      const tags = {
        ...ownershipTags(instanceAddress(name, ordinal), instanceId),
        ...(ordinal % 10 ? { team: 'web' } : {}),
      };
      return anObservedInstance({
        instanceId,
        imageId,
        name: `${name}-${ordinal}`,
        hostName: `${name}-${ordinal}`,
        tags,
      });
    }),
  );
  const disks = members.map(({ instanceId }) => anObservedDisk({ diskId: `d-${instanceId}`, instanceId, imageId }));
  const desired = aDesired({ instances: names.map((name) => anInstance({ name, replicas, tags: { team: 'web' } })) });
  const images = [anObservedImage(), anObservedCopy({ name: copyNameOf(desired) })];
  return { desired, observed: anObservedState({ images, instances: members, disks }) };
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** CPU of the planner alone, from memory; twice the members must take about twice as long. */
export function run(): readonly unknown[] {
  cpuOf(10_000, 'm-copy1');
  const [tagged, taggedHalf] = [cpuOf(100_000, 'm-copy1'), cpuOf(50_000, 'm-copy1')];
  const [moved, movedHalf] = [cpuOf(20_000, 'm-old'), cpuOf(10_000, 'm-old')];
  return [
    row('100,000 members, one tag on one in ten', ms(tagged.time), 'limit 2000 ms', tagged.time / 2000, 'at most 1x'),
    row('the same against 50,000', ms(tagged.time), ms(taggedHalf.time), tagged.time / taggedHalf.time, '2x is linear'),
    row(`20,000 members, all replaced: ${moved.actions} actions`, ms(moved.time), 'none', null),
    row('the same against 10,000', ms(moved.time), ms(movedHalf.time), moved.time / movedHalf.time, '2x is linear'),
  ];
}

function cpuOf(count: number, imageId: string): { readonly time: number; readonly actions: number } {
  const world = worldOf(count, imageId);
  let actions = 0;
  const time = cpuMs(() => (actions = planOf(world).actions.length));
  if (actions < count / 10) throw new Error(`only ${actions} actions for ${count} members`);
  return { time, actions };
}
