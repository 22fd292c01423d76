// oxlint-disable typescript/no-unnecessary-type-assertion -- the tests are compiled with `noUncheckedIndexedAccess`
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, operationOf } from '../../src/domain/action.js';
import type { Desired } from '../../src/domain/desired.js';
import type { Lock } from '../../src/domain/lock.js';
import type { ObservedState } from '../../src/domain/observed.js';
import { tagKey } from '../../src/domain/ownership.js';
import type { Plan } from '../../src/domain/plan.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { wantedCopies } from '../../src/domain/lineage.js';
import {
  aDesired,
  aDestination,
  aLock,
  aLockEntry,
  aProject,
  anImageCopy,
  anImageSource,
  anInstance,
  anObservedCopy,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedState,
  anUpdateStrategy,
  aSystemDisk,
  nowMs,
  ownershipTags,
} from '../support/build.js';

const options = { retryRejected: false, prune: false };

function planOf(desired: Desired, observed: Partial<ObservedState> = {}, lock: Lock = aLock(), more = {}): Plan {
  return makePlan(desired, lock, anObservedState(observed), nowMs, { ...options, ...more });
}

/** `ADDRESS KIND reason`, in the order of the plan. */
function steps(plan: Plan): readonly string[] {
  return plan.actions.map((action) => `${action.address} ${action.kind} ${action.reason}`);
}

function action<K extends Action['kind']>(plan: Plan, address: string, kind: K): Extract<Action, { kind: K }> {
  const found = plan.actions.find((one) => one.address === address && one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} at ${address}: ${steps(plan).join(', ')}`);
  return found as Extract<Action, { kind: K }>;
}

/** Everything that an action waits for, directly or not, as `ADDRESS KIND`. */
function before(plan: Plan, one: Action): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const dependency = plan.actions.find((candidate) => candidate.id === id);
    if (dependency === undefined) return;
    seen.add(`${dependency.address} ${dependency.kind}`);
    dependency.dependsOn.forEach(visit);
  };
  one.dependsOn.forEach(visit);
  return seen;
}

const bothRegions = [aDestination(), aDestination({ region: 'ap-southeast-1' })];
const onlySingapore = [aDestination({ region: 'ap-southeast-1' })];
const currentName = (desired: Desired, lock: Lock = aLock(), at = 0): string =>
  wantedCopies(desired, lock, desired.imageCopies[0]!)[at]!.imageName;

describe('image copies', () => {
  it('copies a shared image inside its region first, and from that copy into the other region', () => {
    const desired = aDesired({ imageCopies: [anImageCopy({ destinations: bothRegions })], instances: [] });
    const plan = planOf(desired);
    const first = action(plan, 'ImageCopy/web-base/cn-hangzhou', 'CopyImage');
    const second = action(plan, 'ImageCopy/web-base/ap-southeast-1', 'CopyImage');
    expect(first.from).toEqual({ kind: 'id', imageId: 'm-golden1' });
    expect(second.from).toMatchObject({ kind: 'copy', address: 'ImageCopy/web-base/cn-hangzhou' });
    expect(second.fromRegion).toBe('cn-hangzhou');
    expect(before(plan, second)).toContain('ImageCopy/web-base/cn-hangzhou Wait');
    expect(plan.actions.filter((one) => one.kind === 'DeleteImage')).toEqual([]);
  });

  it('makes a hop where no destination is in the region of the shared image, and removes it with its snapshots', () => {
    const desired = aDesired({ imageCopies: [anImageCopy({ destinations: onlySingapore })], instances: [] });
    const plan = planOf(desired);
    const hop = 'ImageCopy/web-base/hop/cn-hangzhou';
    expect(action(plan, hop, 'CopyImage').role).toBe('hop');
    const removal = action(plan, hop, 'DeleteImage');
    expect(before(plan, removal)).toContain('ImageCopy/web-base/ap-southeast-1 Wait');
    expect(before(plan, action(plan, hop, 'DeleteSnapshot'))).toContain(`${hop} DeleteImage`);
    expect(removal.class).toBeNull();
  });

  it('keeps the hop where the manifest asks for that', () => {
    const copy = anImageCopy({ destinations: onlySingapore, keepHop: true });
    const plan = planOf(aDesired({ imageCopies: [copy], instances: [] }));
    expect(plan.actions.filter((one) => one.kind === 'DeleteImage')).toEqual([]);
  });

  it('needs no hop for an image of the own account', () => {
    const lock = aLock(aLockEntry({ owner: '1600000000000002' }));
    const source = anImageSource({ owner: { kind: 'account', uid: '1600000000000002' } });
    const desired = aDesired({
      imageSources: [source],
      imageCopies: [anImageCopy({ destinations: onlySingapore })],
      instances: [],
    });
    expect(steps(planOf(desired, {}, lock))).toEqual([
      'ImageCopy/web-base/ap-southeast-1 CopyImage not_found',
      'ImageCopy/web-base/ap-southeast-1 TagResource seal',
      'ImageCopy/web-base/ap-southeast-1 Wait until_available',
    ]);
  });

  it('seals a copy that an earlier run made and did not get to seal', () => {
    const desired = aDesired({ instances: [] });
    const copy = anObservedCopy({ name: currentName(desired) });
    const { [tagKey.seal]: _seal, ...tags } = copy.tags;
    expect(steps(planOf(desired, { images: [anObservedImage(), { ...copy, tags }] }))).toEqual([
      'ImageCopy/web-base/cn-hangzhou TagResource seal',
    ]);
  });

  it('waits for a copy that an earlier run started', () => {
    const desired = aDesired({ instances: [] });
    const copy = anObservedCopy({ name: currentName(desired), status: 'Creating', usable: false, progress: '30%' });
    expect(steps(planOf(desired, { images: [copy] }))).toEqual(['ImageCopy/web-base/cn-hangzhou Wait until_available']);
  });

  it('deletes a copy that failed, with its snapshots, before it makes a new one', () => {
    const desired = aDesired({ instances: [] });
    const failed = anObservedCopy({ name: currentName(desired), status: 'CreateFailed', usable: false });
    const plan = planOf(desired, { images: [failed] });
    const created = action(plan, 'ImageCopy/web-base/cn-hangzhou', 'CopyImage');
    expect(before(plan, created)).toContain('ImageCopy/web-base/cn-hangzhou DeleteImage');
  });

  it('leaves alone a copy that somebody made with our tags and all', () => {
    const desired = aDesired({ instances: [] });
    const current = anObservedCopy({ name: currentName(desired) });
    const clone = anObservedCopy({ imageId: 'm-clone', name: 'copied-by-hand', tags: current.tags });
    const plan = planOf(desired, { images: [current, clone] }, aLock(), { prune: true });
    expect(plan.actions).toEqual([]);
    expect(plan.notices).toMatchObject([{ kind: 'clone', id: 'm-clone' }]);
  });

  it('keeps as many superseded copies as history says, newest first, and deletes the others', () => {
    const copy = anImageCopy({ history: 1 });
    const desired = aDesired({ imageCopies: [copy], instances: [] });
    const images = [
      anObservedCopy({ name: currentName(desired) }),
      anObservedCopy({ imageId: 'm-older', name: 'web-base-older', createdAt: '2025-11-01T00:00:00Z' }),
      anObservedCopy({ imageId: 'm-oldest', name: 'web-base-oldest', createdAt: '2025-10-01T00:00:00Z' }),
    ];
    const plan = planOf(desired, { images });
    expect(plan.actions.filter((one) => one.kind === 'DeleteImage').map((one) => one.imageId)).toEqual(['m-oldest']);
  });

  it('deletes a superseded copy only once its successor is there and carries the family', () => {
    const desired = aDesired({ imageCopies: [anImageCopy({ history: 0, family: 'web' })], instances: [] });
    const plan = planOf(desired, { images: [anObservedCopy({ imageId: 'm-older', name: 'web-base-older' })] });
    const address = 'ImageCopy/web-base/cn-hangzhou';
    const deleted = action(plan, address, 'DeleteImage');
    expect([...before(plan, deleted)]).toEqual(expect.arrayContaining([`${address} Wait`, `${address} ModifyImage`]));
  });

  it('shows what a replacement changes of the disk beside its image', () => {
    const systemDisk = aSystemDisk({ sizeGiB: 80, encrypted: true, kmsKeyId: 'key-new' });
    const desired = aDesired({ instances: [anInstance({ systemDisk })] });
    const plan = planOf(desired, {
      images: [anObservedCopy({ name: currentName(desired) })],
      instances: [anObservedInstance({ imageId: 'm-older' })],
      disks: [anObservedDisk({ imageId: 'm-older', sizeGiB: 40, encrypted: false, kmsKeyId: null })],
    });
    expect(plan.changes.find(({ verb }) => verb === 'replace')).toMatchObject({
      before: { system_disk_size_gib: 40, system_disk_encrypted: false, system_disk_kms_key_id: null },
      after: { system_disk_size_gib: 80, system_disk_encrypted: true, system_disk_kms_key_id: 'key-new' },
    });
  });

  it('deletes no superseded copy without a history', () => {
    const desired = aDesired({ instances: [] });
    const older = anObservedCopy({ imageId: 'm-older', name: 'web-base-older' });
    expect(planOf(desired, { images: [anObservedCopy({ name: currentName(desired) }), older] }).actions).toEqual([]);
  });

  it('keeps a superseded copy that a member still runs', () => {
    const desired = aDesired({
      imageCopies: [anImageCopy({ history: 0 })],
      instances: [anInstance({ update: anUpdateStrategy({ onImageChange: 'Ignore' }) })],
    });
    const plan = planOf(desired, {
      images: [anObservedCopy({ name: currentName(desired) }), anObservedCopy({ imageId: 'm-older', name: 'older' })],
      instances: [anObservedInstance({ imageId: 'm-older' })],
      disks: [anObservedDisk({ imageId: 'm-older' })],
    });
    expect(plan.actions.filter((one) => one.kind === 'DeleteImage')).toEqual([]);
    expect(plan.notices).toMatchObject([{ kind: 'kept', id: 'm-older' }]);
  });

  it('gives copies of two sources, regions or keys different names, and the same copy always the same name', () => {
    const named = (changes: object, lock: Lock = aLock()): string =>
      currentName(aDesired({ imageCopies: [anImageCopy(changes)] }), lock);
    const plain = named({});
    expect(named({})).toBe(plain);
    const others = [
      named({ encrypted: false }),
      named({ destinations: [aDestination({ kmsKeyId: 'key-a' })] }),
      named({}, aLock(aLockEntry({ imageId: 'm-golden2' }))),
    ];
    expect(new Set([plain, ...others]).size).toBe(4);
    expect(plain).toMatch(/^web-base-[0-9a-f]{12}$/);
  });
});

describe('instances', () => {
  const desiredWith = (changes: object): Desired => aDesired({ instances: [anInstance(changes)] });
  const steady = (desired: Desired): Partial<ObservedState> => ({
    images: [anObservedImage(), anObservedCopy({ name: currentName(desired) })],
    instances: [anObservedInstance()],
    disks: [anObservedDisk()],
  });

  it('launches members only after their copy is there', () => {
    const plan = planOf(desiredWith({ replicas: 2 }));
    for (const address of ['Instance/web/0', 'Instance/web/1']) {
      expect(before(plan, action(plan, address, 'RunInstance'))).toContain('ImageCopy/web-base/cn-hangzhou Wait');
    }
  });

  it('has nothing to do when everything is as wanted', () => {
    const desired = desiredWith({});
    const plan = planOf(desired, steady(desired));
    expect(plan.actions).toEqual([]);
    expect(plan.changes.map((change) => change.verb)).toEqual(['no-op', 'no-op']);
  });

  it('changes what can be changed in place, and only what is listed', () => {
    const desired = desiredWith({
      instanceName: 'web-{ordinal}-blue',
      description: 'blue',
      tags: { team: 'web', old: null },
      securityGroupIds: ['sg-b', 'sg-a'],
    });
    const world = steady(desired);
    const tags = { ...world.instances![0]!.tags, old: 'x', theirs: 'stays' };
    const plan = planOf(desired, { ...world, instances: [anObservedInstance({ tags })] });
    expect(action(plan, 'Instance/web/0', 'ModifyInstance').setting).toEqual({
      type: 'attributes',
      changes: { instanceName: 'web-0-blue', description: 'blue', securityGroupIds: ['sg-a', 'sg-b'] },
    });
    expect(action(plan, 'Instance/web/0', 'TagResource').tags).toEqual({ team: 'web' });
    expect(action(plan, 'Instance/web/0', 'UntagResource').keys).toEqual(['old']);
  });

  it('finds fields that cannot be changed on an instance that exists', () => {
    const desired = desiredWith({ placement: [{ zone: 'cn-hangzhou-h', vSwitchId: 'vsw-other' }] });
    const plan = planOf(desired, steady(desired));
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject([
      { ruleId: 'manifest/create-only', severity: 'error', at: { path: ['spec', 'placement', 0, 'vSwitchId'] } },
    ]);
  });

  it('sets what can be set while a member runs, each by the operation that it takes', () => {
    const desired = desiredWith({
      metadataOptions: { httpEndpoint: null, httpTokens: 'required', httpPutResponseHopLimit: null },
      ramRoleName: 'web',
      systemDisk: aSystemDisk({ sizeGiB: 80, performanceLevel: 'PL2', autoSnapshotPolicyId: 'sp-daily' }),
    });
    const world = steady(desired);
    const present = anObservedInstance({
      ramRoleName: 'old',
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'optional', httpPutResponseHopLimit: 1 },
    });
    const plan = planOf(desired, { ...world, instances: [present] });
    expect(plan.actions.map((one) => operationOf(one))).toEqual([
      'ModifyDiskSpec',
      'ResizeDisk',
      'ApplyAutoSnapshotPolicy',
      'DetachInstanceRamRole',
      'AttachInstanceRamRole',
      'ModifyInstanceMetadataOptions',
    ]);
    expect(plan.changes.find((change) => change.type === 'instance')?.after).toMatchObject({
      ram_role_name: 'web',
      system_disk_size_gib: 80,
      system_disk_performance_level: 'PL2',
      auto_snapshot_policy_id: 'sp-daily',
    });
  });

  it('changes the type by a stop that is marked before and taken back after, as class stop', () => {
    const desired = desiredWith({ instanceType: 'ecs.g7.xlarge' });
    const plan = planOf(desired, steady(desired));
    expect(steps(plan).map((step) => step.slice('Instance/web/0 '.length))).toEqual([
      'TagResource rollout_mark',
      'StopInstance image_differs',
      'ModifyInstance type_differs',
      'StartInstance image_differs',
      'Wait until_healthy',
      'UntagResource rollout_done',
    ]);
    expect(plan.actions.map((one) => one.class).filter((one) => one !== null)).toEqual(['stop']);
  });

  it('never retypes a subscription instance', () => {
    const desired = desiredWith({ instanceType: 'ecs.g7.xlarge' });
    const plan = planOf(desired, { ...steady(desired), instances: [anObservedInstance({ chargeType: 'PrePaid' })] });
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject([{ ruleId: 'manifest/create-only', at: { path: ['spec', 'instanceType'] } }]);
  });

  it('compares nothing that ignoreChanges names', () => {
    const desired = desiredWith({
      instanceType: 'ecs.g7.xlarge',
      tags: { team: 'web' },
      securityGroupIds: ['sg-other'],
      systemDisk: aSystemDisk({ sizeGiB: 80 }),
      ignoreChanges: ['instanceType', 'securityGroupIds', 'systemDisk.sizeGiB', 'tags'],
    });
    expect(planOf(desired, steady(desired)).actions).toEqual([]);
  });

  it('brings other user data with the next replacement, and not before', () => {
    const desired = desiredWith({ userData: '#!/bin/sh', update: anUpdateStrategy({ snapshotBefore: false }) });
    expect(planOf(desired, steady(desired)).actions).toEqual([]);
    const world = { ...steady(desired), disks: [anObservedDisk({ imageId: 'm-old' })] };
    const chain = steps(planOf(desired, world)).map((step) => step.slice('Instance/web/0 '.length));
    expect(chain.slice(2, 7)).toEqual([
      'ReplaceSystemDisk image_differs',
      'TagResource rollout_disk_tags',
      'ModifyInstance user_data_differs',
      'TagResource user_data_differs',
      'StartInstance image_differs',
    ]);
  });

  describe('that are adopted', () => {
    const desired = desiredWith({ adopt: ['i-hand'], instanceType: 'ecs.other' });
    const byHand = (tags = {}): Partial<ObservedState> => ({
      ...steady(desired),
      instances: [anObservedInstance({ instanceId: 'i-hand', tags })],
    });

    it('get tags, and nothing else in the same plan', () => {
      const plan = planOf(desired, byHand({ team: 'theirs' }));
      expect(steps(plan)).toEqual(['Instance/web/0 Adopt adopt']);
      expect(plan.changes.find((change) => change.type === 'instance')).toMatchObject({
        verb: 'update',
        importing: 'i-hand',
      });
    });

    it('must be there and belong to nobody else', () => {
      const worlds = [
        { ...steady(desired), instances: [] },
        byHand({ [tagKey.project]: 'other.zzzzzzzz', [tagKey.resource]: 'Instance/x/0' }),
        byHand({ 'acs:autoscaling:scalingGroupId': 'asg-1' }),
      ];
      for (const world of worlds) {
        const plan = planOf(desired, world);
        expect(plan.actions).toEqual([]);
        expect(plan.findings).toMatchObject([{ ruleId: 'manifest/adopt', at: { path: ['spec', 'adopt', 0] } }]);
      }
    });
  });

  it('does nothing at an address with two owned things, and names both', () => {
    const desired = desiredWith({});
    const world = steady(desired);
    const twin = anObservedInstance({
      instanceId: 'i-twin',
      imageId: 'm-old',
      tags: ownershipTags('Instance/web/0', 'i-twin'),
    });
    const plan = planOf(desired, { ...world, instances: [...world.instances!, twin] });
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject(
      [{ ruleId: 'lifecycle/duplicate', value: 'i-twin,i-web0' }].map((f) => ({ ruleId: f.ruleId })),
    );
    expect(plan.findings[0]?.message).toContain('i-twin');
    expect(plan.findings[0]?.message).toContain('i-web0');
  });

  it('deletes the highest ordinals first, one after the other, as class delete', () => {
    const desired = desiredWith({ replicas: 0 });
    const one = anObservedInstance({ instanceId: 'i-web1', tags: ownershipTags('Instance/web/1', 'i-web1') });
    const plan = planOf(desired, { ...steady(desired), instances: [anObservedInstance(), one] });
    expect(steps(plan).filter((step) => step.startsWith('Instance'))).toEqual([
      'Instance/web/1 DeleteInstance scaled_down',
      'Instance/web/0 DeleteInstance scaled_down',
    ]);
    const last = action(plan, 'Instance/web/0', 'DeleteInstance');
    expect(last.class).toBe('delete');
    expect(before(plan, last)).toEqual(new Set(['Instance/web/1 DeleteInstance']));
  });

  it('refuses what the service would not delete', () => {
    const desired = desiredWith({ replicas: 0 });
    for (const changes of [
      { deletionProtection: true },
      { chargeType: 'PrePaid' },
      { spotStrategy: 'SpotAsPriceGo' },
    ]) {
      const plan = planOf(desired, { ...steady(desired), instances: [anObservedInstance(changes)] });
      expect(plan.actions.filter((one) => one.address.startsWith('Instance'))).toEqual([]);
      expect(plan.refusals).toHaveLength(1);
    }
  });

  it('keeps what is beyond replicas where the manifest retains it', () => {
    const desired = desiredWith({ replicas: 0, deletionPolicy: 'Retain' });
    expect(planOf(desired, steady(desired)).actions).toEqual([]);
  });

  it('starts a stopped member only where power is managed', () => {
    const stopped = (power: 'Running' | 'Unmanaged'): Plan => {
      const desired = desiredWith({ power });
      return planOf(desired, { ...steady(desired), instances: [anObservedInstance({ status: 'Stopped' })] });
    };
    expect(steps(stopped('Running'))).toContain('Instance/web/0 StartInstance power_differs');
    expect(stopped('Unmanaged').actions).toEqual([]);
    expect(stopped('Unmanaged').notices).toMatchObject([{ kind: 'stopped', id: 'i-web0' }]);
  });
});

describe('rollouts', () => {
  const fleet = (count: number, update = {}): Desired =>
    aDesired({
      instances: [anInstance({ replicas: count, update: anUpdateStrategy({ snapshotBefore: false, ...update }) })],
    });
  const onOldImage = (
    desired: Desired,
    count: number,
    statuses: Record<number, 'Running' | 'Stopped'> = {},
  ): Partial<ObservedState> => {
    const ordinals = Array.from({ length: count }, (_, ordinal) => ordinal);
    return {
      images: [anObservedImage(), anObservedCopy({ imageId: 'm-new', name: currentName(desired) })],
      instances: ordinals.map((ordinal) =>
        anObservedInstance({
          instanceId: `i-web${ordinal}`,
          imageId: 'm-old',
          status: statuses[ordinal] ?? 'Running',
          tags: ownershipTags(`Instance/web/${ordinal}`, `i-web${ordinal}`),
        }),
      ),
      disks: ordinals.map((ordinal) =>
        anObservedDisk({ diskId: `d-web${ordinal}`, instanceId: `i-web${ordinal}`, imageId: 'm-old' }),
      ),
    };
  };
  const waves = (plan: Plan): readonly (number | undefined)[] =>
    plan.changes.filter((change) => change.type === 'instance').map((change) => change.wave?.number);

  it('moves one member after the other by default: each is marked after the one before has lost its marks', () => {
    const desired = fleet(3);
    const plan = planOf(desired, onOldImage(desired, 3));
    expect(waves(plan)).toEqual([1, 2, 3]);
    const second = plan.actions.find((one) => one.address === 'Instance/web/1' && one.reason === 'rollout_mark')!;
    expect(before(plan, second)).toContain('Instance/web/0 UntagResource');
    expect(steps(plan).filter((step) => step.startsWith('Instance/web/0'))).toEqual([
      'Instance/web/0 TagResource rollout_mark',
      'Instance/web/0 StopInstance image_differs',
      'Instance/web/0 ReplaceSystemDisk image_differs',
      'Instance/web/0 TagResource rollout_disk_tags',
      'Instance/web/0 StartInstance image_differs',
      'Instance/web/0 Wait until_healthy',
      'Instance/web/0 UntagResource rollout_done',
    ]);
  });

  it('moves as many at once as may be unavailable', () => {
    const desired = fleet(5, { maxUnavailable: 2 });
    expect(waves(planOf(desired, onOldImage(desired, 5)))).toEqual([1, 1, 2, 2, 3]);
  });

  it('counts a member that somebody stopped as unavailable, and stops no other beside it', () => {
    const desired = fleet(3);
    const plan = planOf(desired, onOldImage(desired, 3, { 1: 'Stopped' }));
    expect(plan.actions).toEqual([]);
    expect(plan.notices.map((notice) => notice.kind)).toEqual(['busy', 'stopped', 'busy']);
  });

  it('does not move anybody onto an image that one member rejected, unless it is asked to', () => {
    const desired = fleet(3);
    const world = onOldImage(desired, 3);
    const [first, ...others] = world.instances!;
    const rejected = { ...first!, tags: { ...first!.tags, [tagKey.rejected]: 'm-new' } };
    const instances = [rejected, ...others];
    expect(planOf(desired, { ...world, instances }).actions).toEqual([]);
    const again = planOf(desired, { ...world, instances }, aLock(), { retryRejected: true });
    expect(again.actions.filter((one) => one.kind === 'ReplaceSystemDisk')).toHaveLength(3);
    const untag = action(again, 'Instance/web/0', 'UntagResource');
    expect(untag.keys).toContain(tagKey.rejected);
  });

  describe('after one member rejected the image', () => {
    const desired = fleet(2);
    const planWith = (status: 'Running' | 'Stopped', minutesAgo: number, diskId = 'd-web1'): Plan => {
      const world = onOldImage(desired, 2, { 1: status });
      const [first, second] = world.instances!;
      const rejected = { ...first!, tags: { ...first!.tags, [tagKey.rejected]: 'm-new' } };
      const marks = {
        [tagKey.updating]: `${diskId}/m-new`,
        [tagKey.updatingSince]: new Date(nowMs - minutesAgo * 60_000).toISOString(),
      };
      const marked = { ...second!, tags: { ...second!.tags, ...marks } };
      return planOf(desired, { ...world, instances: [rejected, marked] });
    };

    it('starts another that was stopped for it on what it has, and leaves a young mark to whoever is at work', () => {
      expect(steps(planWith('Stopped', 5))).toEqual([
        'Instance/web/1 StartInstance image_differs',
        'Instance/web/1 Wait until_healthy',
      ]);
      expect(steps(planWith('Running', 5))).toEqual([]);
    });

    it('takes an old mark off', () => {
      const done = ['Instance/web/1 Wait until_healthy', 'Instance/web/1 UntagResource rollout_done'];
      expect(steps(planWith('Stopped', 31))).toEqual(['Instance/web/1 StartInstance image_differs', ...done]);
      expect(steps(planWith('Running', 31))).toEqual(done);
    });

    it('does not blame the image that the other comes up on', () => {
      const wait = action(planWith('Stopped', 31), 'Instance/web/1', 'Wait');
      expect(wait.until).toMatchObject({ image: { kind: 'id', imageId: 'm-old' }, onFailure: 'GiveUp' });
    });
  });

  it('never asks for a smaller disk than the present one, and passes the key pair again', () => {
    const desired = fleet(1);
    const world = onOldImage(desired, 1);
    const plan = planOf(desired, {
      ...world,
      disks: world.disks!.map((disk) => ({ ...disk, sizeGiB: 80 })),
      instances: world.instances!.map((one) => ({ ...one, keyPairName: 'ops' })),
    });
    expect(action(plan, 'Instance/web/0', 'ReplaceSystemDisk')).toMatchObject({ sizeGiB: 80, keyPairName: 'ops' });
  });

  it('refuses to replace a disk that holds data', () => {
    const desired = fleet(1);
    const instance = desired.instances[0]!;
    const stateful = {
      ...desired,
      instances: [{ ...instance, systemDisk: { ...instance.systemDisk, stateful: true } }],
    };
    const plan = planOf(stateful, onOldImage(stateful, 1));
    expect(plan.actions).toEqual([]);
    expect(plan.refusals).toMatchObject([{ reason: 'stateful', addresses: ['Instance/web/0'] }]);
  });
});

describe('members that are made anew', () => {
  const recreating = (changes: object = {}): Desired =>
    aDesired({ instances: [anInstance({ update: anUpdateStrategy({ onImageChange: 'Recreate' }), ...changes })] });
  const onOldImage = (desired: Desired): Partial<ObservedState> => ({
    images: [anObservedImage(), anObservedCopy({ imageId: 'm-new', name: currentName(desired) })],
    instances: [0, 1].map((ordinal) =>
      anObservedInstance({
        instanceId: `i-web${ordinal}`,
        imageId: 'm-old',
        tags: ownershipTags(`Instance/web/${ordinal}`, `i-web${ordinal}`),
      }),
    ),
    disks: [0, 1].map((ordinal) =>
      anObservedDisk({ diskId: `d-web${ordinal}`, instanceId: `i-web${ordinal}`, imageId: 'm-old' }),
    ),
  });

  it('are deleted and launched one after the other, as class delete', () => {
    const desired = recreating({ replicas: 2 });
    const plan = planOf(desired, onOldImage(desired));
    expect(steps(plan)).toEqual([
      'Instance/web/0 DeleteInstance recreated',
      'Instance/web/0 RunInstance not_found',
      'Instance/web/0 TagResource seal',
      'Instance/web/0 Wait until_running',
      'Instance/web/1 DeleteInstance recreated',
      'Instance/web/1 RunInstance not_found',
      'Instance/web/1 TagResource seal',
      'Instance/web/1 Wait until_running',
    ]);
    const second = plan.actions.find((one) => one.address === 'Instance/web/1' && one.kind === 'DeleteInstance')!;
    expect(before(plan, second)).toContain('Instance/web/0 Wait');
    expect(plan.changes.filter((change) => change.type === 'instance')).toMatchObject([
      { verb: 'replace', class: 'delete', wave: { number: 1, of: 2 } },
      { verb: 'replace', class: 'delete', wave: { number: 2, of: 2 } },
    ]);
  });

  it('are so where a field differs that is fixed at creation, and others are left as they are', () => {
    const desired = recreating({ placement: [{ zone: 'cn-hangzhou-i', vSwitchId: 'vsw-web-i' }] });
    const world = onOldImage(desired);
    const present = anObservedInstance({ imageId: 'm-new' });
    const plan = planOf(desired, { ...world, instances: [present], disks: [anObservedDisk({ imageId: 'm-new' })] });
    expect(steps(plan)).toContain('Instance/web/0 DeleteInstance recreated');
    expect(plan.findings).toEqual([]);
    const same = recreating();
    expect(
      planOf(same, { ...world, instances: [present], disks: [anObservedDisk({ imageId: 'm-new' })] }).actions,
    ).toEqual([]);
  });

  it('are not where the disk holds data, or the instance is protected', () => {
    const held = [
      recreating({ systemDisk: aSystemDisk({ stateful: true }) }),
      recreating({ deletionProtection: true }),
    ];
    for (const desired of held) {
      const world = onOldImage(desired);
      const [first] = world.instances!;
      const plan = planOf(desired, { ...world, instances: [{ ...first!, deletionProtection: true }] });
      expect(plan.actions.filter((one) => one.kind !== 'CopyImage')).toEqual([]);
      expect(plan.refusals).toHaveLength(1);
    }
  });

  it('are held back while a sibling that somebody stopped leaves no room', () => {
    const desired = recreating({ replicas: 2 });
    const world = onOldImage(desired);
    const [first, second] = world.instances!;
    const [disk, other] = world.disks!;
    const stopped = { ...second!, imageId: 'm-new', status: 'Stopped' } as const;
    const disks = [disk!, { ...other!, imageId: 'm-new' }];
    const plan = planOf(desired, { ...world, instances: [first!, stopped], disks });
    expect(plan.actions).toEqual([]);
    expect(plan.notices.map(({ kind }) => kind)).toContain('busy');
  });

  it('wait for siblings that are missing', () => {
    const desired = recreating({ replicas: 2 });
    const world = onOldImage(desired);
    const plan = planOf(desired, { ...world, instances: world.instances!.slice(1), disks: world.disks!.slice(1) });
    const deletion = plan.actions.find((one) => one.kind === 'DeleteInstance')!;
    expect(deletion.address).toBe('Instance/web/1');
    expect(before(plan, deletion)).toContain('Instance/web/0 Wait');
  });

  it('are not made from an image that failed on one of them, which is told, unless somebody asks for it', () => {
    const desired = recreating({ replicas: 2 });
    const world = onOldImage(desired);
    const [first, second] = world.instances!;
    const rejecting = { ...first!, tags: { ...first!.tags, [tagKey.rejected]: 'm-new' } };
    const present = { ...world, instances: [rejecting, second!] };
    const plan = planOf(desired, present);
    expect(plan.actions).toEqual([]);
    expect(plan.notices).toMatchObject([{ kind: 'rejected', address: 'Instance/web/0' }]);
    const again = planOf(desired, present, aLock(), { retryRejected: true });
    expect(again.actions.filter((one) => one.kind === 'RunInstance')).toHaveLength(2);
  });

  it('come first where they are down already', () => {
    const desired = recreating({ replicas: 2 });
    const world = onOldImage(desired);
    const [first, second] = world.instances!;
    const plan = planOf(desired, { ...world, instances: [first!, { ...second!, status: 'Stopped' }] });
    expect(steps(plan).filter((step) => step.includes('DeleteInstance'))).toEqual([
      'Instance/web/1 DeleteInstance recreated',
      'Instance/web/0 DeleteInstance recreated',
    ]);
  });
});

describe('what no manifest wants', () => {
  const orphans: Partial<ObservedState> = {
    images: [anObservedCopy({ tags: ownershipTags('ImageCopy/gone/cn-hangzhou', 'm-copy1') })],
    instances: [anObservedInstance({ tags: ownershipTags('Instance/gone/0', 'i-web0') })],
  };
  const empty = aDesired({ imageCopies: [], instances: [] });

  it('is reported and left as it is', () => {
    const plan = planOf(empty, orphans);
    expect(plan.actions).toEqual([]);
    expect(plan.notices.map((notice) => [notice.kind, notice.id])).toEqual([
      ['orphan', 'm-copy1'],
      ['orphan', 'i-web0'],
    ]);
  });

  it('is deleted where pruning is on', () => {
    const plan = planOf(empty, orphans, aLock(), { prune: true });
    const deletions = plan.actions.filter((one) => one.class === 'delete').map((one) => one.kind);
    expect(deletions).toEqual(['DeleteInstance', 'DeleteImage']);
  });

  it('is reported where an Instance or an ImageCopy has moved away from it', () => {
    const desired = aDesired({ instances: [anInstance({ region: 'ap-southeast-1' })] });
    const left = {
      instances: [anObservedInstance({ tags: ownershipTags('Instance/web/0', 'i-web0') })],
      images: [anObservedCopy({ region: 'cn-beijing' })],
    };
    const notices = planOf(desired, left).notices.map((notice) => [notice.kind, notice.id, notice.scope.region]);
    expect(notices).toEqual([
      ['orphan', 'm-copy1', 'cn-beijing'],
      ['orphan', 'i-web0', 'cn-hangzhou'],
    ]);
  });

  it('is never touched where it carries the tags of another project', () => {
    const foreign = { ...orphans.instances![0]!.tags, [tagKey.project]: 'web-platform.zzzzzzzz' };
    const plan = planOf(empty, { instances: [anObservedInstance({ tags: foreign })] }, aLock(), { prune: true });
    expect(plan.actions).toEqual([]);
    expect(plan.notices).toEqual([]);
  });
});

describe('any plan', () => {
  it('is the same whatever the order of manifests and answers', () => {
    const desired = aDesired({
      imageCopies: [anImageCopy({ destinations: bothRegions, history: 1 })],
      instances: [anInstance({ replicas: 3 }), anInstance({ name: 'api', replicas: 2 })],
    });
    const world = anObservedState({
      images: [
        anObservedImage(),
        anObservedCopy({ imageId: 'm-old1', name: 'web-base-old1', createdAt: '2025-09-01T00:00:00Z' }),
        anObservedCopy({ imageId: 'm-old2', name: 'web-base-old2', createdAt: '2025-10-01T00:00:00Z' }),
      ],
      instances: [0, 1, 2, 3].map((ordinal) =>
        anObservedInstance({
          instanceId: `i-web${ordinal}`,
          imageId: 'm-old1',
          tags: ownershipTags(`Instance/web/${ordinal}`, `i-web${ordinal}`),
        }),
      ),
      disks: [0, 1, 2, 3].map((ordinal) =>
        anObservedDisk({ diskId: `d-${ordinal}`, instanceId: `i-web${ordinal}`, imageId: 'm-old1' }),
      ),
    });
    const reference = JSON.stringify(makePlan(desired, aLock(), world, nowMs, options));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(world.images as never[], { minLength: world.images.length }),
        fc.shuffledSubarray(world.instances as never[], { minLength: world.instances.length }),
        fc.shuffledSubarray(world.disks as never[], { minLength: world.disks.length }),
        fc.shuffledSubarray(desired.instances as never[], { minLength: desired.instances.length }),
        (images, instances, disks, wanted) => {
          const plan = makePlan(
            { ...desired, instances: wanted },
            aLock(),
            { ...world, images, instances, disks },
            nowMs,
            options,
          );
          expect(JSON.stringify(plan)).toBe(reference);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('depends only on what comes before it', () => {
    const desired = aDesired({ imageCopies: [anImageCopy({ destinations: onlySingapore })], instances: [] });
    const plan = planOf(desired);
    plan.actions.forEach((one, index) => {
      expect(one.id).toBe(`a${index + 1}`);
      const earlier = plan.actions.slice(0, index).map((other) => other.id);
      for (const id of one.dependsOn) expect(earlier).toContain(id);
    });
  });
});

describe('a suspended resource', () => {
  it('gets no action and is named', () => {
    const desired = aDesired({
      project: aProject(),
      imageCopies: [anImageCopy({ suspend: true })],
      instances: [anInstance({ suspend: true, replicas: 2 })],
    });
    const plan = planOf(desired);
    expect(plan.actions).toEqual([]);
    expect(new Set(plan.notices.map((notice) => notice.kind))).toEqual(new Set(['suspended']));
  });
});
