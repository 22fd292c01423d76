import { describe, expect, it } from 'vitest';
import { aFleet, cloudError, source, World } from './support.js';

/** Two data disks that tell nothing apart but their place in the manifest. */
const disks = (...policies: readonly (string | null)[]) =>
  policies.map((policy) => ({
    category: 'cloud_essd',
    sizeGiB: 100,
    ...(policy === null ? {} : { autoSnapshotPolicyId: policy }),
  }));

const aMachine = (...policies: readonly (string | null)[]) =>
  aFleet(1, {
    image: { imageSource: 'golden' },
    systemDisk: { category: 'cloud_essd', sizeGiB: 40, encrypted: true, autoSnapshotPolicyId: 'sp-system' },
    dataDisks: disks(...policies),
  });

const policiesOf = (world: World): readonly string[] =>
  world.state.disks
    .toSorted((a, b) => (a.device < b.device ? -1 : 1))
    .map(({ type, autoSnapshotPolicyId }) => `${type} ${autoSnapshotPolicyId}`);

describe('snapshot policies of disks', () => {
  it('are applied once the instance runs, and then the plan is empty', async () => {
    const world = await World.open([source, aMachine('sp-a', null, 'sp-b')]);
    await world.apply();
    expect(policiesOf(world)).toEqual(['system sp-system', 'data sp-a', 'data ', 'data sp-b']);
    expect((await world.plan()).plan.actions).toEqual([]);
  });

  it('are changed in place, each on its own disk, and others are left alone', async () => {
    const world = await World.open([source, aMachine('sp-a', 'sp-b')]);
    await world.converge();
    world.documents = [source, aMachine(null, 'sp-c')];
    const { plan } = await world.plan();
    expect(plan.actions.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(['ModifyDisk disk_differs']);
    expect(plan.changes.find(({ type }) => type === 'instance')).toMatchObject({
      before: { data_disk_1_auto_snapshot_policy_id: 'sp-b' },
      after: { data_disk_1_auto_snapshot_policy_id: 'sp-c' },
    });
    await world.converge();
    expect(policiesOf(world)).toEqual(['system sp-system', 'data sp-a', 'data sp-c']);
  });

  it('are set by the next run where the first one could not', async () => {
    const world = await World.open([source, aMachine('sp-a')]);
    await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation === 'modifyDisk') throw cloudError('ApplyAutoSnapshotPolicy', 'denied', 'Forbidden.RAM');
      },
    });
    expect(policiesOf(world)).toEqual(['system ', 'data ']);
    await world.converge();
    expect(policiesOf(world)).toEqual(['system sp-system', 'data sp-a']);
  });

  it('are not guessed where not all data disks are seen', async () => {
    const world = await World.open([source, aMachine('sp-a', 'sp-b')]);
    await world.converge();
    const fewer = world.state.disks.filter(({ type }) => type === 'data').length;
    world.documents = [source, aMachine('sp-x')];
    expect(fewer).toBe(2);
    expect((await world.plan()).plan.actions).toEqual([]);
  });
});
