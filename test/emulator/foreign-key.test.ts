import { expect, test } from 'vitest';
import { checkScenario, Emulator } from '../../src/emulator/index.js';

const image = {
  account: 'images',
  region: 'cn-hangzhou',
  encrypted: true,
  kmsKeyId: 'key-images',
  sharedWith: ['prod'],
};

/** Source: ECS user guide, encryption of disks: without a key of one's own the account's service key is taken. */
test('a disk from a shared encrypted image has the service key, whoever put it there', () => {
  const emulator = new Emulator({
    scenario: checkScenario({
      apiVersion: 'tallyman.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'shared' },
      spec: {
        clock: { speed: 0 },
        accounts: [
          { name: 'images', uid: '1600000000000001' },
          { name: 'prod', uid: '1600000000000002' },
        ],
        kmsKeys: [{ id: 'key-images', account: 'images', region: 'cn-hangzhou' }],
        images: [
          { ...image, id: 'm-1', name: 'one' },
          { ...image, id: 'm-2', name: 'two' },
        ],
        instances: [
          { id: 'i-prod', account: 'prod', region: 'cn-hangzhou', imageId: 'm-1' },
          { id: 'i-own', account: 'images', region: 'cn-hangzhou', imageId: 'm-1' },
        ],
      },
    }),
  });
  const keys = (): unknown => emulator.state().disks.map(({ instanceId, kmsKeyId }) => [instanceId, kmsKeyId]);
  expect(keys()).toEqual([
    ['i-prod', 'alias/acs/ecs'],
    ['i-own', 'key-images'],
  ]);
  emulator.change({ op: 'replaceSystemDisk', instanceId: 'i-prod', imageId: 'm-2' });
  expect(keys()).toEqual([
    ['i-own', 'key-images'],
    ['i-prod', 'alias/acs/ecs'],
  ]);
});
