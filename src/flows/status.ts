import type { StatusResult } from '../domain/result.js';
import type { ReadProject } from '../manifest/read-project.js';
import { observe } from '../observe/observe.js';
import { statusOf } from '../plan/status.js';
import type { PlanPorts } from './plan.js';
import { usableProject } from './usable-project.js';

/** What is there, member by member, beside what the manifests and the lock ask for. */
export async function status(ports: Pick<PlanPorts, 'cloud' | 'clock'>, project: ReadProject): Promise<StatusResult> {
  const desired = usableProject(project);
  const nowMs = ports.clock.now();
  const observed = await observe(ports.cloud, desired, project.lock, nowMs);
  return {
    project: { name: desired.project.name, id: desired.project.id, environment: desired.environment },
    timestamp: new Date(nowMs).toISOString(),
    ...statusOf(desired, project.lock, observed, nowMs),
    apiCalls: observed.apiCalls,
  };
}
