import type { ObservedState } from '../domain/observed.js';
import { observe as observeCloud } from '../observe/observe.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { ReadProject } from '../manifest/read-project.js';
import { usableProject } from './usable-project.js';

/**
 * The project's part of the cloud as one snapshot. Throws TallymanError for manifests that cannot be used, and for a
 * read that fails, is denied or comes back incomplete: that is never an empty set.
 */
export function observe(
  ports: { readonly cloud: CloudReader; readonly clock: Clock },
  project: ReadProject,
): Promise<ObservedState> {
  return observeCloud(ports.cloud, usableProject(project), project.lock, ports.clock.now());
}
