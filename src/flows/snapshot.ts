import type { Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState } from '../domain/observed.js';
import type { SnapshotDocument } from '../domain/snapshot.js';
import type { ReadProject } from '../manifest/read-project.js';
import { observe } from '../observe/observe.js';
import { askedIds, differingAccounts, unknownFacts } from '../observe/recorded.js';
import { isSnapshotDocument } from './generated/validators.js';
import type { PlanPorts } from './plan.js';
import { usableProject } from './usable-project.js';

/** Looks at everything that a plan looks at, and keeps it for plans without credentials. */
export async function takeSnapshot(
  ports: Pick<PlanPorts, 'cloud' | 'clock' | 'toolVersion'>,
  project: ReadProject,
): Promise<SnapshotDocument> {
  const desired = usableProject(project);
  const observed = await observe(ports.cloud, desired, project.lock, ports.clock.now());
  return {
    apiVersion: 'tallyman.dev/v1',
    kind: 'Snapshot',
    metadata: { name: desired.project.name },
    spec: {
      toolVersion: ports.toolVersion,
      projectId: desired.project.id,
      environment: desired.environment,
      accounts: desired.project.accounts.map(({ name, uid }) => ({ name, uid })),
      asked: askedIds(desired, project.lock),
      observed,
    },
  };
}

/** Text of a snapshot as a document; throws `input/snapshot` for anything else. */
export function parseSnapshot(text: string, file: string): SnapshotDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unusable(file, 'it is not JSON', cause);
  }
  if (isSnapshotDocument(parsed)) return parsed;
  const [first] = isSnapshotDocument.errors ?? [];
  throw unusable(
    file,
    `it is no snapshot of this version: ${first?.instancePath || '/'} is wrong (${first?.keyword ?? ''})`,
  );
}

/**
 * The world of a snapshot, for a plan of these manifests. Throws `input/snapshot` where it is another project's, or does
 * not say what the manifests need to know: what was not looked at must not look absent.
 */
export function recordedState(
  { metadata, spec }: SnapshotDocument,
  desired: Desired,
  lock: Lock,
  file: string,
): ObservedState {
  const { project, environment } = desired;
  if (metadata.name !== project.name || spec.projectId !== project.id || spec.environment !== environment) {
    const of = titleOf(metadata.name, spec.projectId, spec.environment);
    throw unusable(file, `it is of ${of}, and this is ${titleOf(project.name, project.id, environment)}`);
  }
  const others = differingAccounts(desired, spec.accounts);
  if (others.length > 0) throw unusable(file, `account '${others[0] ?? ''}' had another UID`);
  const unknown = unknownFacts(desired, lock, spec.observed, spec.asked);
  if (unknown.length === 0) return { ...spec.observed, apiCalls: {} };
  const more = unknown.length > 1 ? ` and ${unknown.length - 1} more` : '';
  throw unusable(file, `it does not say anything of ${unknown[0] ?? ''}${more}`);
}

function titleOf(name: string, id: string | null, environment: string | null): string {
  const parts = [`project '${name}'`, ...(id === null ? [] : [`with ID '${id}'`])];
  return [...parts, ...(environment === null ? [] : [`in environment '${environment}'`])].join(' ');
}

function unusable(file: string, why: string, cause?: unknown): TallymanError {
  const hint = 'Take a new one of this project with: tallyman snapshot --out FILE';
  return new TallymanError('input/snapshot', `the snapshot '${file}' cannot be used: ${why}`, hint, { cause });
}
