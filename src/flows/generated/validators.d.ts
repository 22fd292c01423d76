// Generated from schemas/ by `npm run generate`.
import type { PlanDocument } from '../../domain/result.js';
import type { SnapshotDocument } from '../../domain/snapshot.js';

/** Whether the value is such a file; if not, `errors` says where it first is not, until the next call. */
export interface Validator<File> {
  (value: unknown): value is File;
  readonly errors?: readonly { readonly instancePath: string; readonly keyword: string }[] | null;
}

export const isPlanDocument: Validator<PlanDocument>;
export const isSnapshotDocument: Validator<SnapshotDocument>;
