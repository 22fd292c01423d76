import { instanceOperations } from '../../../src/emulator/operations/instances/index.js';
import type { AnyOperation } from '../../../src/emulator/operations/operation.js';
import { ApiError } from '../../../src/emulator/rpc/api-error.js';
import type { ScenarioImage, ScenarioInstance, ScenarioSpec } from '../../../src/emulator/scenario/scenario.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import type { DiskRow, InstanceRow, InstanceStatus } from '../../../src/emulator/world/state.js';
import { callOperation, openWorld, type TestWorld } from '../support.js';

export const home = 'cn-hangzhou';
export const abroad = 'ap-southeast-1';

export type Parameters = Readonly<Record<string, string | number | boolean>>;
export type Answer = Readonly<Record<string, unknown>>;
export type FleetSpec = Partial<Omit<ScenarioSpec, 'switches'>> & { readonly switches?: Partial<Switches> };

const own = { account: 'prod', region: home };

/** What `prod` can launch from in cn-hangzhou, and some things that it cannot. */
export const images: readonly ScenarioImage[] = [
  { id: 'm-plain', ...own, sizeGiB: 20, family: 'base', createdAt: '2025-11-01T00:00:00Z' },
  { id: 'm-newer', ...own, sizeGiB: 50, family: 'base', createdAt: '2025-12-01T00:00:00Z' },
  { id: 'm-locked', ...own, sizeGiB: 20, encrypted: true, kmsKeyId: 'key-prod' },
  { id: 'm-arm', ...own, sizeGiB: 20, architecture: 'arm64' },
  { id: 'm-windows', ...own, sizeGiB: 40, osType: 'windows', platform: 'Windows Server 2022' },
  { id: 'm-creating', ...own, status: 'Creating', usable: false },
  { id: 'm-bare', ...own, isSupportCloudinit: false, loginAsNonRootSupported: false },
  { id: 'm-market', ...own, productCode: 'cmjj000001' },
  {
    id: 'm-full',
    ...own,
    disks: [
      { sizeGiB: 20, snapshotId: 's-full-a' },
      { sizeGiB: 100, snapshotId: 's-full-b' },
    ],
  },
  { id: 'm-shared', account: 'images', region: home, sizeGiB: 20, sharedWith: ['prod'] },
  {
    id: 'm-secret',
    account: 'images',
    region: home,
    sizeGiB: 20,
    encrypted: true,
    kmsKeyId: 'key-images',
    sharedWith: ['prod'],
  },
  { id: 'm-foreign', account: 'images', region: home },
  { id: 'm-abroad', account: 'prod', region: abroad, sizeGiB: 20 },
];

export const kmsKeys: NonNullable<ScenarioSpec['kmsKeys']> = [
  { id: 'key-prod', ...own },
  { id: 'key-images', account: 'images', region: home },
  { id: 'key-off', ...own, state: 'Disabled' },
];

/** A launch that succeeds. */
export const plainLaunch: Parameters = {
  RegionId: home,
  ImageId: 'm-plain',
  InstanceType: 'ecs.g7.large',
  SecurityGroupId: 'sg-web',
  VSwitchId: 'vsw-web-h',
};

/** A world with images, keys and the given instances, and short ways to call what `prod` may call. */
export class Fleet {
  readonly world: TestWorld;

  constructor(spec: FleetSpec = {}) {
    this.world = openWorld({ images, kmsKeys, ...spec });
  }

  call(name: string, parameters: Parameters, as = 'prod'): Answer {
    return callOperation(operationNamed(name), parameters, { as, world: this.world });
  }

  /** Status and code of the refusal, or 'none'. Fails the test where a refused call has changed anything. */
  refusal(name: string, parameters: Parameters, as = 'prod'): string {
    const before = this.everything();
    try {
      this.call(name, parameters, as);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.everything() !== before) throw new Error(`the refused ${name} has changed the world`, { cause: error });
      return `${error.status} ${error.code}`;
    }
    return 'none';
  }

  /** Launches and answers with the IDs, oldest first. */
  launch(parameters: Parameters = {}): readonly string[] {
    const answer = this.call('RunInstances', { ...plainLaunch, ...parameters });
    return (answer['InstanceIdSets'] as { readonly InstanceIdSet: readonly string[] }).InstanceIdSet;
  }

  launchOne(parameters: Parameters = {}): string {
    return this.launch(parameters)[0] ?? '';
  }

  launchRefusal(parameters: Parameters): string {
    return this.refusal('RunInstances', { ...plainLaunch, ...parameters });
  }

  instance(id: string): InstanceRow {
    const row = this.world.store.instances.get(id);
    if (row === undefined) throw new Error(`no instance ${id}`);
    return row;
  }

  status(id: string): InstanceStatus | 'gone' {
    return this.world.store.instances.get(id)?.status ?? 'gone';
  }

  /** System disk first, then by device. */
  disks(instanceId: string): readonly DiskRow[] {
    const rows = this.world.store.disks.values().filter((disk) => disk.instanceId === instanceId);
    return [...rows].sort((a, b) => (a.device < b.device ? -1 : 1));
  }

  systemDisk(instanceId: string): DiskRow {
    const [disk] = this.disks(instanceId);
    if (disk === undefined) throw new Error(`no system disk of ${instanceId}`);
    return disk;
  }

  /** What DescribeInstances shows of one instance. */
  seen(id: string, parameters: Parameters = {}): Answer | undefined {
    return this.list({ InstanceIds: JSON.stringify([id]), ...parameters })[0];
  }

  list(parameters: Parameters = {}): readonly Answer[] {
    const answer = this.call('DescribeInstances', { RegionId: home, PageSize: 100, ...parameters });
    return (answer['Instances'] as { readonly Instance: readonly Answer[] }).Instance;
  }

  listDisks(parameters: Parameters = {}): readonly Answer[] {
    const answer = this.call('DescribeDisks', { RegionId: home, PageSize: 100, ...parameters });
    return (answer['Disks'] as { readonly Disk: readonly Answer[] }).Disk;
  }

  advance(seconds: number): void {
    this.world.advance(seconds);
  }

  /** Puts other facts into a row, as an operator of the cloud would. */
  patch(id: string, facts: Partial<InstanceRow>): void {
    this.world.change((world) => world.instances.put({ ...this.instance(id), ...facts }));
  }

  patchDisk(id: string, facts: Partial<DiskRow>): void {
    this.world.change((world) => {
      const disk = world.disks.get(id);
      if (disk !== undefined) world.disks.put({ ...disk, ...facts });
    });
  }

  private everything(): string {
    const { store } = this.world;
    return JSON.stringify([store.counters, ...store.collections.map((collection) => collection.values())]);
  }
}

export function operationNamed(name: string): AnyOperation {
  const operation = instanceOperations.find((each) => each.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return operation;
}

/** An instance of `prod` in cn-hangzhou that has been there for a day. */
export function anInstance(facts: Partial<ScenarioInstance> = {}): ScenarioInstance {
  return { id: 'i-web', ...own, imageId: 'm-plain', createdAt: '2025-12-31T00:00:00Z', ...facts };
}

export function fleet(spec: FleetSpec = {}): Fleet {
  return new Fleet(spec);
}

/** A fleet whose one instance, `i-web`, is in this state. */
export function fleetIn(status: InstanceStatus, spec: FleetSpec = {}, facts: Partial<ScenarioInstance> = {}): Fleet {
  return new Fleet({ instances: [anInstance({ status, ...facts })], ...spec });
}
