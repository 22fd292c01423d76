/**
 * tallyman as a library: the flows behind the commands. A flow is given the project as read and the outside as ports;
 * it prints nothing, ends no process, and keeps nothing between two calls. What is heavy, the SDK above all, is loaded
 * by the members of `nodeRuntime` when they are called, so that importing this module costs little.
 *
 * `loadProject` throws TallymanError where there is nothing to read; mistakes in manifests are findings of `lint`. The
 * flows that look at the cloud throw TallymanError for manifests that cannot be used and for calls that fail.
 */
export { apply, type ApplyOptions, type ApplyPorts } from './flows/apply.js';
export { audit, type AuditOptions, type AuditPorts, type AuditSubject } from './flows/audit.js';
export { destroy, type DestroyOptions } from './flows/destroy.js';
export { drift, type DriftOptions } from './flows/drift.js';
export { importExisting, type ImportOptions, type ImportPorts } from './flows/import-existing.js';
export { lint, type LintOptions } from './flows/lint.js';
export { lintEnvironments } from './flows/lint-environments.js';
export { loadEnvironments, loadProject, type LoadOptions } from './flows/load-project.js';
export {
  type DetailedPlan,
  plan,
  planInDetail,
  type PlanOptions,
  type PlanPorts,
  planRecorded,
  planRecordedInDetail,
} from './flows/plan.js';
export { rehearse, type RehearsedPlan } from './flows/rehearse.js';
export { parseSnapshot, recordedState, takeSnapshot } from './flows/snapshot.js';
export { observe } from './flows/observe.js';
export { status } from './flows/status.js';
export { promote, update, type UpdateOptions, type UpdatePorts } from './flows/update.js';

export type { ReadProject } from './manifest/read-project.js';

export { CloudError, type ErrorCode, type ExitCode, TallymanError } from './domain/errors.js';
export type { Desired } from './domain/desired.js';
export type { Diagnostic, Severity } from './domain/finding.js';
export type { DriftResult } from './domain/drift.js';
export type { ImportResult } from './domain/imported.js';
export type { ObservedState } from './domain/observed.js';
export type { Outcome } from './domain/outcome.js';
export type { Interrupt, ProgressEvent } from './domain/progress.js';
export type { ApplyResult, LintResult, PlanDocument, PlanResult, StatusResult, UpdateResult } from './domain/result.js';

/** Makes the ports real: files, clock, log, and the connection to a cloud or an emulator. */
export { nodeRuntime } from './node-runtime.js';
export type { CloudConnection, ConnectOptions, Runtime } from './cli/runtime.js';
export type { Audit, AuditEntry } from './ports/audit.js';
export type { Clock } from './ports/clock.js';
export type { CloudReader } from './ports/cloud-reader.js';
export type { CloudWriter } from './ports/cloud-writer.js';
export type { Files } from './ports/files.js';
export type { OpenRehearsal, RehearsalWorld } from './ports/rehearsal-world.js';
