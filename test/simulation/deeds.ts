import { wantedCopies } from '../../src/domain/lineage.js';
import { ChangeRefused, type WorldChange } from '../../src/emulator/index.js';
import type { ImageRow, InstanceRow } from '../../src/emulator/world/state.js';
import type { ReadProject } from '../../src/manifest/read-project.js';
import type { SimulatedCloud } from './cloud.js';
import type { Actor, Deed } from './story.js';

/** Does it, as far as there is something to do it to. Answers the IDs of what it touched or made. */
export function perform(cloud: SimulatedCloud, deed: Deed, by: Actor, project: ReadProject): readonly string[] {
  return changesOf(cloud, deed, project).flatMap((change) => {
    try {
      cloud.change(change, by);
    } catch (error) {
      if (error instanceof ChangeRefused) return [];
      throw error;
    }
    return change.instanceId ?? change.imageId ?? change.image?.id ?? change.instance?.id ?? [];
  });
}

function changesOf(cloud: SimulatedCloud, deed: Deed, project: ReadProject): readonly WorldChange[] {
  if (deed.op === 'change') return [deed.change];
  if (deed.op === 'swap') return swap(cloud, deed.imageId);
  if ('member' in deed) return memberChanges(cloud, deed);
  return copyChanges(cloud, deed, project);
}

function memberChanges(cloud: SimulatedCloud, deed: Extract<Deed, { member: string }>): readonly WorldChange[] {
  const member = memberAt(cloud, deed.member);
  if (deed.op === 'tag-foreign') return tagForeign(cloud, deed.member);
  if (member === undefined) return [];
  const instanceId = member.id;
  switch (deed.op) {
    case 'stop':
    case 'start':
      return [{ op: deed.op, instanceId }];
    case 'delete':
      return [{ op: 'deleteInstance', instanceId }];
    case 'strip-tags':
      return [{ op: 'untag', instanceId, keys: ['tallyman:project', 'tallyman:resource'] }];
    case 'replace-disk':
      return [{ op: 'replaceSystemDisk', instanceId, imageId: deed.imageId }];
    case 'clone': {
      const { account, region, imageId, instanceType, tags, vSwitchId, securityGroupIds } = member;
      const instance = { account, region, imageId, instanceType, tags, vSwitchId, securityGroupIds };
      return [{ op: 'addInstance', instance: { ...instance, id: `i-clone${cloud.now % 1e7}`, status: 'Running' } }];
    }
  }
}

function tagForeign(cloud: SimulatedCloud, member: string): readonly WorldChange[] {
  const id = `i-foreign${cloud.now % 1e7}`;
  const tags = { 'tallyman:project': cloud.truth.project, 'tallyman:resource': member };
  const [image] = cloud.truth.images.values();
  if (image === undefined) return [];
  const instance = { id, account: 'prod', region: 'cn-hangzhou', imageId: image.id, instanceType: 'ecs.g7.large' };
  return [{ op: 'addInstance', instance: { ...instance, status: 'Running', tags } }];
}

function copyChanges(
  cloud: SimulatedCloud,
  deed: Extract<Deed, { copy: string }>,
  project: ReadProject,
): readonly WorldChange[] {
  if (deed.op === 'take-name') return takeName(cloud, deed.copy, project);
  const imageId = copyAt(cloud, deed.copy)?.id;
  if (imageId === undefined) return [];
  switch (deed.op) {
    case 'delete':
      return [{ op: 'deleteImage', imageId }];
    case 'deprecate':
      return [{ op: 'deprecate', imageId }];
    case 'strip-tags':
      return [{ op: 'untag', imageId, keys: ['tallyman:project', 'tallyman:resource'] }];
  }
}

/** Somebody in the account gives an image of their own the name that a copy is going to get. */
function takeName(cloud: SimulatedCloud, address: string, { desired, lock }: ReadProject): readonly WorldChange[] {
  const copies = desired?.imageCopies.flatMap((copy) => (desired === null ? [] : wantedCopies(desired, lock, copy)));
  const wanted = copies?.find((copy) => copy.address === address);
  if (wanted === undefined) return [];
  const { region, imageName: name } = wanted;
  const isTaken = [...cloud.truth.images.values()].some(
    (image) => image.account === cloud.uidOf('prod') && image.region === region && image.name === name,
  );
  if (isTaken) return [];
  return [{ op: 'addImage', image: { id: `m-taken${cloud.now % 1e7}`, account: 'prod', region, name, sizeGiB: 20 } }];
}

function swap({ truth, now }: SimulatedCloud, imageId: string): readonly WorldChange[] {
  const image = truth.images.get(imageId);
  if (image === undefined) return [];
  const { region, name, family, sizeGiB, disks, sharedWith } = image;
  const account = image.account;
  const encryption = disks.some((disk) => disk.encrypted) ? { encrypted: true, kmsKeyId: 'key-images' } : {};
  const createdAt = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const other = { id: imageId, account, region, name, family, sizeGiB, createdAt, sharedWith: Object.keys(sharedWith) };
  return [
    { op: 'deleteImage', imageId },
    { op: 'addImage', image: { ...other, ...encryption } },
  ];
}

export function memberAt({ truth }: SimulatedCloud, address: string): InstanceRow | undefined {
  return truth.ownedInstances().find(({ tags }) => tags['tallyman:resource'] === address);
}

export function copyAt({ truth }: SimulatedCloud, address: string): ImageRow | undefined {
  return truth.ownedImages().find(({ tags }) => tags['tallyman:resource'] === address);
}
