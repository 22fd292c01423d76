import type { Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import { hasAtLeast } from '../domain/finding.js';
import type { UpdateResult } from '../domain/result.js';
import { diagnose } from '../manifest/locate.js';
import type { ReadProject } from '../manifest/read-project.js';
import { observeSources } from '../observe/observe-sources.js';
import { applySeverity } from '../policy/check.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { Files } from '../ports/files.js';
import { renderLock } from '../resolve/render-lock.js';
import { promoteLock } from '../resolve/promote-lock.js';
import { type ResolveResult, resolveLock } from '../resolve/resolve-lock.js';
import { usableProject } from './usable-project.js';

export interface UpdatePorts {
  readonly cloud: CloudReader;
  readonly files: Pick<Files, 'write'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface UpdateOptions {
  /** Look only: nothing is written. */
  readonly checkOnly: boolean;
  /** Name of the one source to resolve; null for all. */
  readonly source: string | null;
}

/** Resolves sources to images and rewrites the lock: the only command that chooses an image. */
export async function update(
  ports: UpdatePorts,
  project: ReadProject,
  { checkOnly, source }: UpdateOptions,
): Promise<UpdateResult> {
  const desired = usableProject(project);
  assertNamed(desired, source);
  const now = ports.clock.now();
  const candidates = await observeSources(ports.cloud, desired, source);
  const resolved = resolveLock({ desired, previous: project.lock, candidates, now, only: source });
  return conclude(ports, project, desired, resolved, checkOnly);
}

/** Pins what another environment has pinned, without a look at the cloud. */
export async function promote(
  ports: Pick<UpdatePorts, 'files' | 'clock'>,
  project: ReadProject,
  other: ReadProject,
  { checkOnly, source }: UpdateOptions,
): Promise<UpdateResult> {
  const desired = usableProject(project);
  assertNamed(desired, source);
  const from = { desired: usableProject(other), lock: other.lock };
  const promoted = promoteLock({ desired, previous: project.lock, from, only: source });
  return conclude(ports, project, desired, promoted, checkOnly);
}

/** Writes the lock where it changes and no error stands in the way. */
async function conclude(
  ports: Pick<UpdatePorts, 'files' | 'clock'>,
  project: ReadProject,
  desired: Desired,
  { lock, changes, findings }: ResolveResult,
  checkOnly: boolean,
): Promise<UpdateResult> {
  const now = ports.clock.now();
  const { policies, waivers } = project;
  const today = new Date(now).toISOString().slice(0, 10);
  const judged = applySeverity(findings, { desired, policies, waivers, today });
  const isWritten = !checkOnly && !hasAtLeast(judged, 'error') && changes.some(({ kind }) => kind !== 'unchanged');
  if (isWritten) await ports.files.write(lock.file, renderLock(lock, desired.project.name));
  return {
    lockFile: lock.file,
    changes,
    diagnostics: diagnose(judged.map(project.placed), project),
    isWritten,
    isCheckOnly: checkOnly,
  };
}

function assertNamed(desired: Desired, source: string | null): void {
  if (source === null || desired.imageSources.some(({ name }) => name === source)) return;
  const names = desired.imageSources.map(({ name }) => `'${name}'`).join(', ');
  throw new TallymanError(
    'input/flag',
    `\`--source\` names '${source}', and there is no such ImageSource`,
    names === '' ? 'Add an ImageSource first.' : `Name one of ${names}.`,
  );
}
