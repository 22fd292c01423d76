import { type Address, instanceAddress } from '../domain/address.js';
import type { Desired, Instance } from '../domain/desired.js';
import type { ObservedInstance, ObservedState } from '../domain/observed.js';
import { isOwned, projectTag, tagKey } from '../domain/ownership.js';

/** Tells what an instance runs: its system disk knows better than the instance, which may lag behind. */
export function runningImages(observed: ObservedState): (instance: ObservedInstance) => string {
  const systemDisks = observed.disks.filter((disk) => disk.type === 'system');
  const imageByInstance = new Map(systemDisks.map((disk) => [disk.instanceId, disk.imageId]));
  return (instance) => imageByInstance.get(instance.instanceId) ?? instance.imageId;
}

/** The image that each member of the project runs, as far as it is there. */
export function imagesRunning(desired: Desired, observed: ObservedState): ReadonlyMap<Address, string> {
  const project = projectTag(desired.project, desired.environment);
  const imageOf = runningImages(observed);
  return new Map(
    observed.instances
      .filter(({ instanceId, tags }) => isOwned({ id: instanceId, tags }, project))
      .map((member) => [member.tags[tagKey.resource] ?? '', imageOf(member)]),
  );
}

export function membersOf(instance: Instance): readonly Address[] {
  return Array.from({ length: instance.replicas }, (_, ordinal) => instanceAddress(instance.name, ordinal));
}
