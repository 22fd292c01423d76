import { ChangeRefused, type WorldChange } from '../../src/emulator/index.js';
import type { SimulatedCloud } from './cloud.js';
import { edited } from './project.js';
import type { ProjectFiles, Story } from './story.js';
import { isDown } from './truth.js';

/**
 * What people do once they are told what stands in the way: what somebody else made with our marks or under our names
 * goes, policies become what they were, machines that a person stopped are started, and a new golden image is shared.
 */
export function mend(cloud: SimulatedCloud, story: Story, files: ProjectFiles): ProjectFiles {
  const { truth } = cloud;
  cloud.areMachinesRepaired = true;
  const attempt = (change: WorldChange): void => {
    try {
      cloud.change(change, 'person');
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
    }
  };
  for (const { id, tags } of truth.instances.values()) {
    const isMarked = tags['tallyman:project'] === truth.project;
    const isForeign = !truth.isOwned({ id, tags });
    if (!isOfStory(story, id) && (isForeign || (isMarked && truth.isMadeByWorld(id)))) {
      attempt({ op: 'deleteInstance', instanceId: id });
    }
  }
  for (const { id, tags } of truth.images.values()) {
    const isStripped = !truth.isMadeByWorld(id) && !truth.isOwned({ id, tags });
    if (id.startsWith('m-taken') || isStripped) attempt({ op: 'deleteImage', imageId: id });
  }
  for (const { id, status } of truth.ownedInstances()) if (isDown(status)) attempt({ op: 'start', instanceId: id });
  const [golden] = story.cloud.images ?? [];
  if (golden !== undefined) {
    const createdAt = new Date(cloud.now).toISOString().replace(/\.\d+Z$/, 'Z');
    attempt({ op: 'addImage', image: { ...golden, id: 'm-mended', name: 'golden-mended', createdAt } });
  }
  return edited({ ...files, project: story.files.project, policies: story.files.policies }, [
    { target: 'ImageShare/golden-to-prod', merge: { with: ['prod'], unlisted: 'Remove' } },
    { target: 'Instance/web', merge: { adopt: null, keyPairName: null, systemDisk: { sizeGiB: sizeMaxGiB } } },
  ]);
}

/** The largest size that any commit of a story asks for: a disk never gets smaller again. */
const sizeMaxGiB = 60;

function isOfStory({ cloud }: Story, id: string): boolean {
  return (cloud.instances ?? []).some((instance) => instance.id === id);
}
