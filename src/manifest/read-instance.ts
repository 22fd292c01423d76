import type {
  DataDiskWish,
  DiskWish,
  Health,
  ImageReference,
  Instance,
  MetadataWish,
  Pace,
  Probe,
  UpdateStrategy,
} from '../domain/desired.js';
import type { InstanceDocument } from '../domain/generated/documents.js';
import { child, type Origin } from '../domain/origin.js';
import type { Checked } from './checked-documents.js';
import { type Asker, askerOf, labelsOf, type Surroundings } from './surroundings.js';

type Spec = InstanceDocument['spec'];
type DiskSpec = Pick<Spec['systemDisk'], 'category' | 'sizeGiB' | 'performanceLevel' | 'encrypted' | 'kmsKeyId'> &
  Partial<Pick<Spec['systemDisk'], 'autoSnapshotPolicyId'>>;

const retentionDaysDefault = 7;
const minReadySecondsDefault = 60;

/** A machine that does not run after a quarter of an hour does not start; what it serves has five minutes more. */
const statusTimeoutDefault = 900;
const probeTimeoutDefault = 300;
const periodDefault = 5;

/** Undefined, and reported, where something that it names is missing. */
export function readInstance(document: Checked<InstanceDocument>, surroundings: Surroundings): Instance | undefined {
  const { spec } = document.body;
  const asker = askerOf(document);
  const account = surroundings.account(asker, spec.account);
  const region = surroundings.region(asker, spec.region);
  const image = imageOf(asker, spec, surroundings);
  const tags = surroundings.tags(asker, spec.tags);
  const disks = disksOf(asker, spec, surroundings);
  if (region !== undefined) surroundings.owns(asker.address, region, child(asker.spec, 'region'));
  if (account === undefined || region === undefined || image === undefined) return undefined;
  const replicas = spec.replicas ?? 1;
  return {
    address: document.address,
    name: document.body.metadata.name,
    labels: labelsOf(document),
    account: account.name,
    region,
    replicas,
    placement: spec.placement.map(({ zone, vSwitchId }) => ({ zone: zone ?? null, vSwitchId })),
    image,
    ...attributesOf(spec),
    userData: userDataOf(asker, spec, surroundings),
    userDataFile: spec.userDataFile ?? null,
    tags,
    ...disks,
    resourceGroupId: spec.resourceGroupId ?? surroundings.project?.defaults.resourceGroupId ?? null,
    update: updateOf(spec.update, replicas),
    origin: document.origin,
  };
}

function attributesOf(spec: Spec) {
  return {
    instanceType: spec.instanceType,
    instanceName: spec.instanceName ?? null,
    hostName: spec.hostName ?? null,
    description: spec.description ?? null,
    securityGroupIds: spec.securityGroupIds,
    deletionProtection: spec.deletionProtection ?? null,
    keyPairName: spec.keyPairName ?? null,
    metadataOptions: spec.metadataOptions === undefined ? null : metadataOf(spec.metadataOptions),
    ramRoleName: spec.ramRoleName ?? null,
    passwordInherit: spec.passwordInherit ?? false,
    adopt: spec.adopt ?? [],
    ignoreChanges: (spec.ignoreChanges ?? []).toSorted(),
    internetMaxBandwidthOut: spec.internetMaxBandwidthOut ?? null,
    power: spec.power ?? 'Unmanaged',
    suspend: spec.suspend ?? false,
    deletionPolicy: spec.deletionPolicy ?? 'Delete',
  };
}

function userDataOf(asker: Asker, { userData, userDataFile }: Spec, surroundings: Surroundings): string | null {
  if (userDataFile === undefined) return userData ?? null;
  return surroundings.fileText(asker, child(asker.spec, 'userDataFile'), userDataFile) ?? null;
}

function metadataOf(options: NonNullable<Spec['metadataOptions']>): MetadataWish {
  const { httpEndpoint, httpTokens, httpPutResponseHopLimit } = options;
  return {
    httpEndpoint: httpEndpoint ?? null,
    httpTokens: httpTokens ?? null,
    httpPutResponseHopLimit: httpPutResponseHopLimit ?? null,
  };
}

function imageOf(asker: Asker, spec: Spec, surroundings: Surroundings): ImageReference | undefined {
  const { imageCopy, imageSource } = spec.image;
  const at = child(asker.spec, 'image');
  if (imageCopy !== undefined) {
    surroundings.refer(asker.address, child(at, 'imageCopy'), 'ImageCopy', imageCopy);
    return { kind: 'imageCopy', name: imageCopy };
  }
  if (imageSource === undefined) return undefined;
  surroundings.refer(asker.address, child(at, 'imageSource'), 'ImageSource', imageSource);
  return { kind: 'imageSource', name: imageSource };
}

function disksOf(asker: Asker, spec: Spec, surroundings: Surroundings): Pick<Instance, 'systemDisk' | 'dataDisks'> {
  const read = (disk: DiskSpec, at: Origin): DiskWish => {
    surroundings.keyNeedsEncryption(asker.address, at, disk.kmsKeyId, disk.encrypted);
    return {
      category: disk.category,
      sizeGiB: disk.sizeGiB,
      performanceLevel: disk.performanceLevel ?? null,
      encrypted: disk.encrypted ?? null,
      kmsKeyId: disk.kmsKeyId ?? null,
      autoSnapshotPolicyId: disk.autoSnapshotPolicyId ?? null,
    };
  };
  const dataDisks = (spec.dataDisks ?? []).map(
    (disk, index): DataDiskWish => ({
      ...read(disk, child(asker.spec, 'dataDisks', index)),
      deleteWithInstance: disk.deleteWithInstance ?? true,
    }),
  );
  const systemDisk = read(spec.systemDisk, child(asker.spec, 'systemDisk'));
  return { systemDisk: { ...systemDisk, stateful: spec.systemDisk.stateful ?? false }, dataDisks };
}

function updateOf(update: Spec['update'], replicas: number): UpdateStrategy {
  return {
    onImageChange: update?.onImageChange ?? 'ReplaceSystemDisk',
    maxUnavailable: membersOf(update?.maxUnavailable ?? 1, replicas),
    snapshotBefore: update?.snapshotBefore ?? true,
    snapshotRetentionDays: update?.snapshotRetentionDays ?? retentionDaysDefault,
    health: healthOf(update?.health),
    minReadySeconds: update?.minReadySeconds ?? minReadySecondsDefault,
    onFailure: update?.onFailure ?? 'Halt',
  };
}

function healthOf(health: NonNullable<Spec['update']>['health']): Health {
  const { instanceStatus, tcp, http } = health ?? {};
  const probes: readonly (Probe | null)[] = [
    tcp === undefined ? null : { kind: 'tcp', port: tcp.port, ...paceOf(tcp, probeTimeoutDefault) },
    http === undefined
      ? null
      : {
          kind: 'http',
          port: http.port,
          path: http.path ?? '/',
          scheme: http.scheme ?? 'http',
          ...paceOf(http, probeTimeoutDefault),
        },
  ];
  return {
    instanceStatus: paceOf(instanceStatus ?? {}, statusTimeoutDefault),
    probes: probes.filter((probe) => probe !== null),
  };
}

function paceOf(pace: { readonly [K in keyof Pace]?: Pace[K] }, timeoutDefault: number): Pace {
  return {
    timeoutSeconds: pace.timeoutSeconds ?? timeoutDefault,
    periodSeconds: pace.periodSeconds ?? periodDefault,
    successes: pace.successes ?? 1,
  };
}

/** A percentage is rounded down, but at least one member may be down: else no change would ever arrive. */
function membersOf(count: number | string, replicas: number): number {
  if (typeof count === 'number') return count;
  return Math.max(1, Math.floor((Number.parseInt(count, 10) * replicas) / 100));
}
