import { describe, expect, it } from 'vitest';
import { anInstance, fleet, fleetIn, home, type Parameters } from './fleet.js';

const timings = { startingSeconds: 10, stoppingSeconds: 20, initializingSeconds: 60 };
const web = { InstanceId: 'i-web' };

describe('power', () => {
  it('goes off by Stopping and on by Starting, each after its time', () => {
    const cloud = fleetIn('Running', { timings });
    cloud.call('StopInstance', web);
    expect(cloud.status('i-web')).toBe('Stopping');
    cloud.advance(20);
    expect(cloud.status('i-web')).toBe('Stopped');
    cloud.call('StartInstance', web);
    expect(cloud.status('i-web')).toBe('Starting');
    cloud.advance(10);
    expect(cloud.instance('i-web')).toMatchObject({ status: 'Running', startedAt: cloud.world.now });
  });

  it('reboots over Starting', () => {
    const cloud = fleetIn('Running', { timings });
    cloud.call('RebootInstance', web);
    expect(cloud.status('i-web')).toBe('Starting');
    cloud.advance(10);
    expect(cloud.status('i-web')).toBe('Running');
  });

  it.each<readonly [Parameters, string]>([
    [{}, 'KeepCharging'],
    [{ StoppedMode: 'KeepCharging' }, 'KeepCharging'],
    [{ StoppedMode: 'StopCharging' }, 'StopCharging'],
    [{ StoppedMode: 'Not-applicable' }, 'KeepCharging'],
  ])('StopInstance with %j shows StoppedMode %s once stopped', (parameters, expected) => {
    const cloud = fleetIn('Running');
    cloud.call('StopInstance', { ...web, ...parameters });
    expect(cloud.seen('i-web')).toMatchObject({ Status: 'Stopping', StoppedMode: 'Not-applicable' });
    cloud.advance(60);
    expect(cloud.seen('i-web')).toMatchObject({ Status: 'Stopped', StoppedMode: expected });
  });

  it('passes over economical mode where a subscription cannot have it, and refuses an unknown mode', () => {
    const cloud = fleetIn('Running', {}, { chargeType: 'PrePaid' });
    expect(cloud.refusal('StopInstance', { ...web, StoppedMode: 'Cheap' })).toBe('400 InvalidStoppedMode');
    cloud.call('StopInstance', { ...web, StoppedMode: 'StopCharging' });
    cloud.advance(60);
    expect(cloud.seen('i-web')).toMatchObject({ StoppedMode: 'KeepCharging' });
  });

  it('[INS-42] can fail to come back from economical mode for lack of stock, and loses an automatic public address', () => {
    const cloud = fleetIn(
      'Running',
      { stock: { 'ecs.g7.large': 1 } },
      { publicIp: '203.0.113.7', internetMaxBandwidthOut: 5 },
    );
    cloud.call('StopInstance', { ...web, StoppedMode: 'StopCharging' });
    cloud.advance(60);
    const other = cloud.launchOne({ ZoneId: `${home}-h` });
    expect(cloud.refusal('StartInstance', web)).toBe('403 OperationDenied.NoStock');
    cloud.advance(60);
    cloud.call('DeleteInstance', { InstanceId: other, Force: true });
    cloud.call('StartInstance', web);
    expect(cloud.instance('i-web').publicIp).not.toBe('203.0.113.7');
  });

  it('keeps its stock and its address when stopped with KeepCharging', () => {
    const cloud = fleetIn('Running', { stock: { 'ecs.g7.large': 0 } }, { publicIp: '203.0.113.7' });
    cloud.call('StopInstance', { ...web, StoppedMode: 'KeepCharging' });
    cloud.advance(60);
    cloud.call('StartInstance', web);
    expect(cloud.instance('i-web').publicIp).toBe('203.0.113.7');
  });

  it('[INS-43] does not come without its key: 403 of StartInstance for a missing one, 404 of a stop, 400 of batches', () => {
    const encrypted = [{ encrypted: true, kmsKeyId: 'key-gone' }];
    const off = fleetIn('Stopped', {}, { disks: encrypted });
    expect(off.refusal('StartInstance', web)).toBe('403 InvalidParameter.KMSKeyId.NotFound');
    expect(off.refusal('StartInstances', { RegionId: home, 'InstanceId.1': 'i-web' })).toBe(
      '400 InvalidParameter.KMSKeyId.NotFound',
    );
    const on = fleetIn('Running', {}, { disks: encrypted });
    expect(on.refusal('StopInstance', web)).toBe('404 InvalidParameter.KMSKeyId.NotFound');
    const disabled = fleetIn('Stopped', {}, { disks: [{ encrypted: true, kmsKeyId: 'key-off' }] });
    expect(disabled.refusal('StartInstance', web)).toBe('403 InvalidParameter.KMSKeyId.CMKNotEnabled');
  });
});

function twoInstances() {
  return fleet({
    instances: [anInstance({ id: 'i-on' }), anInstance({ id: 'i-off', status: 'Stopped' })],
  });
}

const both = { RegionId: home, 'InstanceId.1': 'i-off', 'InstanceId.2': 'i-on' };

describe('a batch', () => {
  it('answers each instance with its states, code 200 and success', () => {
    const cloud = twoInstances();
    expect(cloud.call('StartInstances', { RegionId: home, 'InstanceId.1': 'i-off' })).toEqual({
      InstanceResponses: {
        InstanceResponse: [
          { InstanceId: 'i-off', PreviousStatus: 'Stopped', CurrentStatus: 'Starting', Code: 200, Message: 'success' },
        ],
      },
    });
  });

  it('undoes what was done before the first failure, by default', () => {
    const cloud = twoInstances();
    expect(cloud.refusal('StartInstances', both)).toBe('403 IncorrectInstanceStatus');
    expect(cloud.status('i-off')).toBe('Stopped');
  });

  it('does each instance on its own with SuccessFirst', () => {
    const cloud = twoInstances();
    const answer = cloud.call('StartInstances', {
      ...both,
      'InstanceId.3': 'i-none',
      BatchOptimization: 'SuccessFirst',
    });
    expect(answer).toMatchObject({
      InstanceResponses: {
        InstanceResponse: [
          { InstanceId: 'i-off', CurrentStatus: 'Starting', Code: 200 },
          { InstanceId: 'i-on', PreviousStatus: 'Running', CurrentStatus: 'Running', Code: 'IncorrectInstanceStatus' },
          { InstanceId: 'i-none', PreviousStatus: '', Code: 'InvalidInstanceId.NotFound' },
        ],
      },
    });
    expect(cloud.status('i-off')).toBe('Starting');
  });

  it.each(['StartInstances', 'StopInstances', 'RebootInstances', 'DeleteInstances'])('%s judges its IDs', (name) => {
    const cloud = twoInstances();
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`InstanceId.${i + 1}`, `i-${i}`]));
    expect(cloud.refusal(name, { RegionId: home })).toBe('403 InvalidInstanceId.NotFound');
    expect(cloud.refusal(name, { RegionId: home, 'InstanceId.1': 'web' })).toBe('403 Abs.InvalidInstanceIds.MalFormed');
    expect(cloud.refusal(name, { RegionId: home, ...many })).toBe('403 InvalidParameter.TooManyInstanceIds');
    expect(cloud.refusal(name, { RegionId: home, 'InstanceId.1': 'i-none' })).toBe('404 InvalidInstanceId.NotFound');
    expect(cloud.refusal(name, { 'InstanceId.1': 'i-on' })).toBe('400 MissingParameter');
  });
});

describe('a release', () => {
  it('is refused for the first minute, with force too', () => {
    const cloud = fleet({ timings });
    const id = cloud.launchOne();
    cloud.advance(59);
    const expected = '403 IncorrectInstanceStatus.Initializing';
    expect(cloud.refusal('DeleteInstance', { InstanceId: id, Force: true })).toBe(expected);
    cloud.advance(1);
    expect(cloud.refusal('DeleteInstance', { InstanceId: id, Force: true })).toBe('none');
    expect(cloud.status(id)).toBe('gone');
  });

  it('is refused under deletion protection and for a subscription', () => {
    const shielded = fleetIn('Stopped', {}, { deletionProtection: true });
    expect(shielded.refusal('DeleteInstance', { ...web, Force: true })).toBe('403 InvalidOperation.DeletionProtection');
    const paid = fleetIn('Stopped', {}, { chargeType: 'PrePaid' });
    expect(paid.refusal('DeleteInstance', { ...web, Force: true })).toBe('403 ChargeTypeViolation');
  });

  it('takes the disks with DeleteWithInstance along; the others stay as loose pay-as-you-go disks', () => {
    const cloud = fleetIn(
      'Stopped',
      {},
      { disks: [{ id: 'd-root' }, { id: 'd-gone' }, { id: 'd-kept', deleteWithInstance: false, tags: { a: 'b' } }] },
    );
    cloud.call('DeleteInstance', web);
    expect(cloud.listDisks()).toMatchObject([
      {
        DiskId: 'd-kept',
        Status: 'Available',
        InstanceId: '',
        Device: '',
        Tags: { Tag: [{ TagKey: 'a', TagValue: 'b' }] },
      },
    ]);
  });

  it('leaves manual snapshots; automatic ones follow DeleteAutoSnapshot', () => {
    const of = (id: string, sourceDiskId: string, isAutomatic: boolean) => ({
      id,
      account: 'prod',
      region: home,
      sourceDiskId,
      isAutomatic,
    });
    const cloud = fleetIn(
      'Stopped',
      { snapshots: [of('s-manual', 'd-root', false), of('s-auto', 'd-root', true), of('s-kept', 'd-data', true)] },
      { disks: [{ id: 'd-root' }, { id: 'd-data', deleteAutoSnapshot: false }] },
    );
    cloud.call('DeleteInstance', web);
    const ids = cloud.world.store.snapshots.values().map((row) => row.id);
    expect(ids).toContain('s-manual');
    expect(ids).toContain('s-kept');
    expect(ids).not.toContain('s-auto');
  });

  it('[INS-49] with ForceStop=false shuts a running system down first', () => {
    const cloud = fleetIn('Running', { timings });
    cloud.call('DeleteInstance', { ...web, Force: true, ForceStop: false });
    expect(cloud.status('i-web')).toBe('Stopping');
    cloud.advance(20);
    expect(cloud.status('i-web')).toBe('gone');
  });

  it('of several is all or nothing', () => {
    const cloud = twoInstances();
    expect(cloud.refusal('DeleteInstances', both)).toBe('403 IncorrectInstanceStatus');
    expect(cloud.status('i-off')).toBe('Stopped');
    expect(cloud.call('DeleteInstances', { ...both, Force: true })).toEqual({});
    expect(cloud.list()).toEqual([]);
  });
});
