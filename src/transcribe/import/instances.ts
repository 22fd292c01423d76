import { compareText } from '../../domain/address.js';
import type { ImageReference } from '../../domain/desired.js';
import type { InstanceDocument } from '../../domain/generated/documents.js';
import { byDevice, type ObservedDisk, type ObservedInstance } from '../../domain/observed.js';
import { fit } from './fit.js';
import { groupsOf, type Machine } from './groups.js';
import type { ImageBook, ImageHandle } from './images.js';
import type { ImportNote, Skipped } from '../../domain/imported.js';
import { nameAll } from './names.js';
import { asksForInstance } from './request.js';
import { hasRoom, tagsAsTheyAre } from './tags.js';
import type { ImportWorld, Obstacle } from './world.js';

type Spec = InstanceDocument['spec'];

/** An instance that can be taken over; the image has no name yet. */
export interface TakenInstance {
  readonly instance: ObservedInstance;
  readonly image: ImageHandle;
  readonly spec: Spec;
}

/** The instances that were asked for and can be taken over. */
export function takeInstances(
  world: ImportWorld,
  images: ImageBook,
): {
  readonly taken: readonly TakenInstance[];
  readonly skipped: readonly Skipped[];
  readonly notes: readonly ImportNote[];
} {
  const taken: TakenInstance[] = [];
  const skipped: Skipped[] = [];
  const notes: ImportNote[] = [];
  for (const instance of world.observed.instances.filter((one) => asksForInstance(world.request, one))) {
    const result = take(world, images, instance, notes);
    if ('reason' in result) {
      const { instanceId: id, account, region } = instance;
      skipped.push({ kind: 'instance', id, scope: { account, region }, ...result });
    } else {
      taken.push(result);
    }
  }
  return { taken, skipped, notes };
}

function take(
  world: ImportWorld,
  images: ImageBook,
  instance: ObservedInstance,
  notes: ImportNote[],
): TakenInstance | Obstacle {
  const { instanceId } = instance;
  const disks = world.disksOf(instanceId);
  const systemDisk = disks.find(({ type }) => type === 'system');
  const obstacle = obstacleTo(world, instance);
  if (obstacle !== undefined) return obstacle;
  if (systemDisk === undefined) return { reason: 'system-disk-unseen', message: 'no answer shows its system disk' };
  const imageId = systemDisk.imageId === '' ? instance.imageId : systemDisk.imageId;
  const image = world.imageAt(instance, imageId);
  if (image === undefined) {
    const message = `its image '${imageId}' is gone or no longer shared, and an Instance must name one`;
    return { reason: 'image-gone', message };
  }
  const dataDisks = disks.filter(({ type }) => type === 'data');
  const fitted = fit(documentOf(world, instance, systemDisk, dataDisks), instanceId, world.judge);
  if ('obstacle' in fitted) return { reason: 'not-expressible', message: fitted.obstacle };
  const handle = images.handleOf(image);
  if ('reason' in handle) return handle;
  notes.push(...fitted.notes);
  if (!tagsAsTheyAre(instance.tags, world.defaultTags).isWhole) {
    notes.push({ id: instanceId, message: 'left out, so not managed: its tags, of which a manifest may list 12' });
  }
  return { instance, image: handle, spec: fitted.document.spec };
}

function obstacleTo(world: ImportWorld, instance: ObservedInstance): Obstacle | undefined {
  const { instanceId, tags, locks, vSwitchId } = instance;
  const holder = world.holderOf(instanceId, tags) ?? declaredAs(world, instance);
  if (holder !== undefined) return holder;
  const release = locks.find((lock) => ['recycling', 'refunded'].includes(lock.toLowerCase()));
  if (release !== undefined) return { reason: 'being-released', message: `it is locked as '${release}' and goes soon` };
  if (vSwitchId === '') {
    return { reason: 'no-vswitch', message: 'it is in no vSwitch: the classic network is not supported' };
  }
  if (hasRoom(tags)) return undefined;
  return { reason: 'too-many-tags', message: 'it has no room for the three tags that adopting writes' };
}

function declaredAs({ desired }: ImportWorld, { instanceId, account, region }: ObservedInstance): Obstacle | undefined {
  const declared = desired.instances.find((one) => {
    return one.account === account && one.region === region && one.adopt.includes(instanceId);
  });
  if (declared === undefined) return undefined;
  return { reason: 'declared-here', message: `\`adopt\` of ${declared.address} names it already` };
}

/** Called once the images have their names. */
export function instanceDocuments(
  world: ImportWorld,
  images: ImageBook,
  taken: readonly TakenInstance[],
): readonly InstanceDocument[] {
  const machines = taken.map(({ instance, spec, image }): Machine => {
    return { instance, spec: { ...spec, image: imageField(images.referenceTo(image)) } };
  });
  const groups = groupsOf(machines, world.request.isGrouped);
  const names = nameAll(
    groups.map(({ key, title, place: { account, region } }) => ({ key, title, id: key, account, region })),
    new Set(world.desired.instances.map(({ name }) => name)),
  );
  return groups.map(({ key, spec }) => {
    return { apiVersion: 'tallyman.dev/v1', kind: 'Instance', metadata: { name: names.get(key) ?? '' }, spec };
  });
}

function imageField({ kind, name }: ImageReference): Spec['image'] {
  return kind === 'imageCopy' ? { imageCopy: name } : { imageSource: name };
}

/**
 * One machine, in the order of the schema. What a manifest would enforce from then on, such as that a protection is off,
 * is said only where somebody chose it; that the disk holds data is said of all, for nobody can tell.
 */
function documentOf(
  { defaultTags }: ImportWorld,
  instance: ObservedInstance,
  systemDisk: ObservedDisk,
  dataDisks: readonly ObservedDisk[],
): InstanceDocument {
  const { tags } = tagsAsTheyAre(instance.tags, defaultTags);
  const { metadataOptions } = instance;
  return {
    apiVersion: 'tallyman.dev/v1',
    kind: 'Instance',
    metadata: { name: 'unnamed' },
    spec: {
      account: instance.account,
      region: instance.region,
      replicas: 1,
      placement: [{ ...given('zone', instance.zoneId), vSwitchId: instance.vSwitchId }],
      image: { imageSource: 'unnamed' },
      instanceType: instance.instanceType,
      ...given('instanceName', instance.name),
      ...given('hostName', instance.hostName),
      ...given('description', instance.description),
      ...(tags === undefined ? {} : { tags }),
      securityGroupIds: [...instance.securityGroupIds].sort(compareText),
      ...(instance.deletionProtection ? { deletionProtection: true } : {}),
      systemDisk: {
        ...diskOf(systemDisk),
        ...given('autoSnapshotPolicyId', systemDisk.autoSnapshotPolicyId),
        stateful: true,
      },
      ...(dataDisks.length === 0 ? {} : { dataDisks: byDevice(dataDisks).map(dataDiskOf) }),
      ...given('keyPairName', instance.keyPairName),
      ...(metadataOptions === null ? {} : { metadataOptions: optionsOf(metadataOptions) }),
      ...given('ramRoleName', instance.ramRoleName ?? ''),
      adopt: [instance.instanceId],
      deletionPolicy: 'Retain',
    },
  };
}

function given<Name extends string>(name: Name, value: string): { [Key in Name]?: string } {
  return (value === '' ? {} : { [name]: value }) as { [Key in Name]?: string };
}

/** The words of the cloud; whether a manifest may say them is for the schema to judge. */
function diskOf(disk: ObservedDisk): Pick<Spec['systemDisk'], 'category' | 'sizeGiB'> {
  return {
    category: disk.category,
    sizeGiB: disk.sizeGiB,
    ...given('performanceLevel', disk.performanceLevel),
    ...(disk.encrypted ? { encrypted: true, ...given('kmsKeyId', disk.kmsKeyId ?? '') } : {}),
  } as Pick<Spec['systemDisk'], 'category' | 'sizeGiB'>;
}

/** Whether the cloud deletes it with its instance is not in the answers, so the harmless way is assumed. */
function dataDiskOf(disk: ObservedDisk): NonNullable<Spec['dataDisks']>[number] {
  return { ...diskOf(disk), ...given('autoSnapshotPolicyId', disk.autoSnapshotPolicyId), deleteWithInstance: false };
}

function optionsOf(options: NonNullable<ObservedInstance['metadataOptions']>): NonNullable<Spec['metadataOptions']> {
  return { ...options } as NonNullable<Spec['metadataOptions']>;
}
