import type { ApplyResult } from '../domain/result.js';
import { apply, type ApplyOptions, type ApplyPorts } from './apply.js';
import type { JudgedProject } from './base.js';

/** What may be decided of it: the rest follows from there being nothing left to want. */
export type DestroyOptions = Pick<ApplyOptions, 'allow' | 'maxRemovals' | 'overrideWindow' | 'asOf' | 'parallelism'>;

/**
 * Prunes everything that the project owns, whatever its manifests say, as apply carries out a plan: with the same
 * guards, windows and reads right before each call. What a manifest keeps stays.
 */
export function destroy(ports: ApplyPorts, project: JudgedProject, options: DestroyOptions): Promise<ApplyResult> {
  return apply(ports, project, {
    ...options,
    targets: [],
    excludes: [],
    prune: true,
    destroys: true,
    // That the manifests may hold nothing any more is no accident here.
    allowEmpty: true,
    retryRejected: false,
    savedPlan: null,
    planMaxAgeMs: 0,
    planDigest: null,
    noWait: false,
  });
}
