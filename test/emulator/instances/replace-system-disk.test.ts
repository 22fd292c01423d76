import { describe, expect, it } from 'vitest';
import { abroad, anInstance, fleet, fleetIn, type FleetSpec, home, type Parameters } from './fleet.js';

const order = { InstanceId: 'i-web', ImageId: 'm-newer' };
const stoppedWeb = {
  keyPairName: 'ops',
  tags: { team: 'web' },
  disks: [{ id: 'd-old', sizeGiB: 40, autoSnapshotPolicyId: 'sp-daily', tags: { team: 'web' } }, { id: 'd-data' }],
};

function stopped(spec: FleetSpec = {}) {
  return fleetIn('Stopped', { timings: { replaceSystemDiskSeconds: 30 }, ...spec }, stoppedWeb);
}

describe('ReplaceSystemDisk', () => {
  it('lists the new disk at once, and the old one is gone at once', () => {
    const cloud = stopped();
    const { DiskId } = cloud.call('ReplaceSystemDisk', order);
    expect(cloud.listDisks({ DiskIds: JSON.stringify([DiskId]) })).toMatchObject([
      {
        DiskId,
        Type: 'system',
        Status: 'Creating',
        Size: 50,
        ImageId: 'm-newer',
        InstanceId: '',
        AutoSnapshotPolicyId: '',
      },
    ]);
    expect(cloud.listDisks({ DiskIds: '["d-old"]' })).toEqual([]);
  });

  it('locks the stopped instance until it is done; then image and disk are the new ones', () => {
    const cloud = stopped();
    const { DiskId } = cloud.call('ReplaceSystemDisk', order);
    expect(cloud.seen('i-web')).toMatchObject({
      Status: 'Stopped',
      ImageId: 'm-plain',
      OperationLocks: { LockReason: [{ LockReason: 'replaceSystemDisk' }] },
    });
    cloud.advance(30);
    expect(cloud.seen('i-web')).toMatchObject({
      Status: 'Stopped',
      ImageId: 'm-newer',
      OperationLocks: { LockReason: [] },
    });
    expect(cloud.listDisks({ InstanceId: 'i-web', DiskType: 'system' })).toMatchObject([
      { DiskId, Status: 'In_use', Device: '/dev/xvda' },
    ]);
  });

  it('[INS-63] carries over neither key pair nor snapshot policy nor disk tags, but leaves the instance and its data disks', () => {
    const cloud = stopped();
    const { DiskId } = cloud.call('ReplaceSystemDisk', order);
    cloud.advance(30);
    expect(cloud.instance('i-web')).toMatchObject({ keyPairName: '', tags: { team: 'web' } });
    expect(cloud.systemDisk('i-web')).toMatchObject({ id: DiskId, autoSnapshotPolicyId: '', tags: {} });
    expect(cloud.listDisks({ DiskIds: '["d-data"]' })).toMatchObject([{ Status: 'In_use', InstanceId: 'i-web' }]);
  });

  it('[INS-63] takes the key pair that the call passes', () => {
    const cloud = stopped();
    cloud.call('ReplaceSystemDisk', { ...order, KeyPairName: 'new-pair' });
    expect(cloud.instance('i-web').keyPairName).toBe('new-pair');
  });

  it('never starts the instance', () => {
    const cloud = stopped();
    cloud.call('ReplaceSystemDisk', order);
    cloud.advance(86_400);
    expect(cloud.status('i-web')).toBe('Stopped');
  });

  it('refuses a second one, a start and a change of type while it is at work', () => {
    const cloud = stopped();
    cloud.call('ReplaceSystemDisk', order);
    expect(cloud.refusal('ReplaceSystemDisk', order)).toBe('403 IncorrectDiskStatus');
    expect(cloud.refusal('StartInstance', { InstanceId: 'i-web' })).toBe('403 IncorrectInstanceStatus');
    expect(cloud.refusal('ModifyInstanceSpec', { InstanceId: 'i-web', InstanceType: 'ecs.g7.xlarge' })).toBe(
      '400 InvalidInstanceStatus.NotStopped',
    );
    cloud.advance(30);
    expect(cloud.refusal('StartInstance', { InstanceId: 'i-web' })).toBe('none');
  });

  it('ends quietly where the instance was released meanwhile', () => {
    const cloud = stopped();
    cloud.call('ReplaceSystemDisk', order);
    cloud.call('DeleteInstance', { InstanceId: 'i-web' });
    cloud.advance(60);
    expect(cloud.list()).toEqual([]);
    expect(cloud.listDisks()).toEqual([]);
  });

  it.each<readonly [string, Parameters, object]>([
    ['at least what the old disk had', { ImageId: 'm-plain' }, { sizeGiB: 40 }],
    ['the size asked for', { 'SystemDisk.Size': 60 }, { sizeGiB: 60 }],
    ['plain from plain', {}, { encrypted: false, kmsKeyId: null }],
    ['the service key', { Encrypted: true }, { encrypted: true, kmsKeyId: 'alias/acs/ecs' }],
    ['the named key', { Encrypted: true, KMSKeyId: 'key-prod' }, { encrypted: true, kmsKeyId: 'key-prod' }],
    ['a shared image', { ImageId: 'm-shared' }, { imageId: 'm-shared' }],
    [
      'a shared encrypted image with an own key',
      { ImageId: 'm-secret', Encrypted: true, KMSKeyId: 'key-prod' },
      { kmsKeyId: 'key-prod' },
    ],
  ])('gives a disk with %s', (_what, parameters, expected) => {
    const cloud = stopped();
    cloud.call('ReplaceSystemDisk', { ...order, ...parameters });
    expect(cloud.systemDisk('i-web')).toMatchObject({ category: 'cloud_essd', performanceLevel: 'PL1', ...expected });
  });

  it.each<readonly [Parameters, string]>([
    [{ ImageId: '' }, '400 MissingParameter'],
    [{ ImageId: 'm-none' }, '404 InvalidImageId.NotFound'],
    [{ ImageId: 'm-foreign' }, '404 InvalidImageId.NotFound'],
    [{ ImageId: 'm-abroad' }, '404 InvalidImageId.NotFound'],
    [{ ImageId: 'm-creating' }, '403 OperationDenied.ImageNotValid'],
    [{ ImageId: 'm-full' }, '400 OperationDenied'],
    [{ ImageId: 'm-arm' }, '403 ImageNotSupportInstanceType'],
    [{ ImageId: 'm-secret' }, '400 InvalidParam.EncryptedMismatch'],
    [{ ImageId: 'm-locked', Encrypted: false }, '403 InvalidEncrypted.NotMatchSnapshot'],
    [{ KMSKeyId: 'key-prod' }, '400 InvalidParameter.EncryptedIllegal'],
    [{ Encrypted: true, KMSKeyId: 'key-off' }, '403 InvalidParameter.KMSKeyId.CMKNotEnabled'],
    [{ 'SystemDisk.Size': 49 }, '404 InvalidSystemDiskSize.LessThanImageSize'],
    [{ ImageId: 'm-plain', 'SystemDisk.Size': 30 }, '400 InvalidSystemDiskSize'],
    [{ 'SystemDisk.Size': 3000 }, '404 InvalidSystemDiskSize.MoreThanMaxSize'],
    [{ Password: 'weak' }, '400 InvalidPassword.Malformed'],
    [{ Password: 'Good-enough1', PasswordInherit: true }, '400 InvalidPasswordParam.Mismatch'],
  ])('refuses %j with %s', (parameters, expected) => {
    expect(stopped().refusal('ReplaceSystemDisk', { ...order, ...parameters })).toBe(expected);
  });

  it('refuses a key pair that a present list does not hold', () => {
    const cloud = stopped({ keyPairs: [{ name: 'ops', account: 'prod' }] });
    expect(cloud.refusal('ReplaceSystemDisk', { ...order, KeyPairName: 'other' })).toBe(
      '400 InvalidKeyPairName.NotFound',
    );
  });

  it('refuses while a snapshot of the disk is being made, and an instance without system disk', () => {
    const busy = stopped({
      snapshots: [{ account: 'prod', region: home, sourceDiskId: 'd-old', status: 'progressing' }],
    });
    expect(busy.refusal('ReplaceSystemDisk', order)).toBe('403 DiskCreatingSnapshot');
    const bare = fleetIn('Stopped', {}, { disks: [] });
    expect(bare.refusal('ReplaceSystemDisk', order)).toBe('400 InvalidInstance.NotFoundSystemDisk');
  });

  it('[INS-68] switches between Windows and Linux in mainland China only', () => {
    expect(stopped().refusal('ReplaceSystemDisk', { ...order, ImageId: 'm-windows' })).toBe('none');
    const windows = { id: 'm-win', account: 'prod', region: abroad, osType: 'windows' };
    const linux = { id: 'm-lin', account: 'prod', region: abroad };
    const cloud = fleet({
      images: [windows, linux],
      instances: [anInstance({ region: abroad, imageId: 'm-lin', status: 'Stopped' })],
    });
    expect(cloud.refusal('ReplaceSystemDisk', { InstanceId: 'i-web', ImageId: 'm-win' })).toBe(
      '403 InvalidParameter.NotMatch',
    );
  });
});
