import type { RunningEmulator, Scenario } from '../../../src/emulator/index.js';
import type { ClientFactory } from './clients.js';
import type { Stage } from './stage.js';

const home = 'cn-hangzhou';
const prod = { account: 'prod', region: home };
const images = { account: 'images', region: home };
const sharedWith = ['prod'];

/** What the cases need, set up without a call. */
export const stageScenario: Scenario = {
  apiVersion: 'tallyman.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'conformance' },
  spec: {
    clock: { speed: 0 },
    accounts: [
      { name: 'images', uid: '1600000000000001' },
      { name: 'prod', uid: '1600000000000002' },
    ],
    ramUsers: [
      { name: 'limited', account: 'prod', accessKeys: [{ id: 'EMULATORLIMITED', secret: 'emulator' }], policies: [] },
    ],
    kmsKeys: [
      { id: 'key-prod', ...prod },
      { id: 'key-images', ...images },
    ],
    vSwitches: [{ id: 'vsw-h', ...prod, zone: 'cn-hangzhou-h' }],
    securityGroups: [{ id: 'sg-web', ...prod }],
    launchTemplates: [],
    images: [
      { id: 'm-own', ...prod, name: 'web-v1', family: 'web', sizeGiB: 40 },
      { id: 'm-own-encrypted', ...prod, name: 'locked', encrypted: true, kmsKeyId: 'key-prod' },
      { id: 'm-full', ...prod, name: 'full', disks: [{ sizeGiB: 40 }, { sizeGiB: 100 }] },
      { id: 'm-deprecated', ...prod, name: 'old', status: 'Deprecated' },
      { id: 'm-shared', ...images, name: 'golden', family: 'golden', sharedWith, tags: { team: 'images' } },
      { id: 'm-secret', ...images, name: 'secret', encrypted: true, kmsKeyId: 'key-images', sharedWith },
      { id: 'm-community', ...images, name: 'community', community: true },
      { id: 'm-hidden', ...images, name: 'hidden' },
      { id: 'm-service-key', ...images, name: 'service-key', encrypted: true },
      { id: 'aliyun_3_x64_20G_alibase.vhd', owner: 'system', region: home, name: 'aliyun_3' },
    ],
    instances: [
      { id: 'i-running', ...prod, imageId: 'm-own', createdAt: '2025-12-01T00:00:00Z' },
      { id: 'i-stopped', ...prod, imageId: 'm-own', createdAt: '2025-12-01T00:00:00Z', status: 'Stopped' },
    ],
  },
};

/** The stage on a running emulator: its clock is moved instead of waited for. */
export function emulatedStage(emulator: RunningEmulator, client: ClientFactory): Stage {
  const { endpoint } = emulator;
  const callAs = (accessKeyId: string) => client({ endpoint, accessKeyId, accessKeySecret: 'emulator' });
  return {
    call: callAs('EMULATORPROD'),
    uid: '1600000000000002',
    sharer: callAs('EMULATORIMAGES'),
    sharerUid: '1600000000000001',
    limited: callAs('EMULATORLIMITED'),
    stranger: callAs('EMULATORSTRANGER'),
    region: home,
    otherRegion: 'ap-southeast-1',
    vSwitchId: 'vsw-h',
    securityGroupId: 'sg-web',
    instanceType: 'ecs.g7.large',
    keyId: 'key-prod',
    images: {
      own: 'm-own',
      ownName: 'web-v1',
      family: 'web',
      ownEncrypted: 'm-own-encrypted',
      ownWithDataDisk: 'm-full',
      deprecated: 'm-deprecated',
      shared: 'm-shared',
      sharedFamily: 'golden',
      sharedEncrypted: 'm-secret',
      community: 'm-community',
      hidden: 'm-hidden',
      hiddenServiceKey: 'm-service-key',
      system: 'aliyun_3_x64_20G_alibase.vhd',
    },
    runningInstance: 'i-running',
    stoppedInstance: 'i-stopped',
    wait: (seconds) => {
      emulator.advance(seconds);
      return Promise.resolve();
    },
  };
}
