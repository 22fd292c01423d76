import type { Desired } from '../domain/desired.js';
import type { LockEntry } from '../domain/lock.js';
import type { ObservedImage, ObservedState } from '../domain/observed.js';
import { isOwned, projectTag, tagKey } from '../domain/ownership.js';
import { noOverrides } from '../policy/overrides.js';
import type { JudgedProject } from './base.js';
import { judge } from './judge.js';

/**
 * Own copies that members run and that policy would not let in today: nothing is rolled back to them. Each is judged as
 * if the lock still named the image that it was copied from; what is an error of the present lock as well says nothing.
 */
export function forbiddenImages(
  project: JudgedProject,
  desired: Desired,
  observed: ObservedState,
  now: string,
): ReadonlySet<string> {
  if (desired.instances.every(({ update }) => update.onFailure === 'Halt')) return new Set();
  const owner = projectTag(desired.project, desired.environment);
  const running = new Set(observed.instances.map(({ imageId }) => imageId));
  const judged = (entries: readonly LockEntry[]): number => {
    const facts = {
      stage: 'lint',
      observed: null,
      plan: null,
      today: now.slice(0, 10),
      overrides: noOverrides,
    } as const;
    const { findings } = judge({ ...project, lock: { ...project.lock, entries } }, desired, facts);
    return findings.filter(({ ruleId, severity, waiver }) => {
      return ruleId.startsWith('trust/') && severity === 'error' && waiver === null;
    }).length;
  };
  const errorsNow = judged(project.lock.entries);
  return new Set(
    observed.images
      .filter((image) => running.has(image.imageId) && isOwned({ id: image.imageId, tags: image.tags }, owner))
      .filter((image) => judged(project.lock.entries.map((entry) => formerly(desired, entry, image))) > errorsNow)
      .map(({ imageId }) => imageId),
  );
}

/** The entry as it was when the copy was made, as far as the copy's tags say. */
function formerly(desired: Desired, entry: LockEntry, { tags }: ObservedImage): LockEntry {
  const address = tags[tagKey.resource] ?? '';
  const copy = desired.imageCopies.find((one) => address.startsWith(`${one.address}/`));
  const imageId = tags[tagKey.sourceImage];
  const owner = tags[tagKey.sourceOwner];
  if (copy?.source !== entry.source || imageId === undefined || owner === undefined) return entry;
  return { ...entry, imageId, owner };
}
