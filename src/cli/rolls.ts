import type { Desired } from '../domain/desired.js';
import type { LockChange } from '../domain/result.js';
import type { Roll } from '../report/update-markdown.js';

/** The instances whose image comes, as it is or by copies, from a source that is pinned anew. */
export function rollsOf(desired: Desired, changes: readonly LockChange[]): readonly Roll[] {
  const changed = new Set(changes.filter(({ kind }) => kind === 'changed').map(({ source }) => source));
  const sourceByCopy = new Map(desired.imageCopies.map(({ name, source }) => [name, source]));
  return desired.instances.flatMap(({ address, image, replicas, suspend, update }): readonly Roll[] => {
    const source = image.kind === 'imageSource' ? image.name : sourceByCopy.get(image.name);
    if (source === undefined || !changed.has(source) || suspend || update.onImageChange === 'Ignore') return [];
    const waves = Math.ceil(replicas / Math.max(1, update.maxUnavailable));
    return replicas === 0 ? [] : [{ address, source, members: replicas, waves }];
  });
}
