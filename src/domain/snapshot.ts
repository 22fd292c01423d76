import type { ObservedState } from './observed.js';

/** What a project's accounts held at one time, as a file; schema: schemas/snapshot.schema.json. */
export interface SnapshotDocument {
  readonly apiVersion: 'tallyman.dev/v1';
  readonly kind: 'Snapshot';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly toolVersion: string;
    readonly projectId: string | null;
    readonly environment: string | null;
    readonly accounts: readonly { readonly name: string; readonly uid: string }[];
    /** What was asked for by ID: of anything else its absence says nothing. */
    readonly asked: AskedIds;
    readonly observed: ObservedState;
  };
}

/** Each as `ACCOUNT REGION ID`, sorted. */
export interface AskedIds {
  readonly images: readonly string[];
  readonly instances: readonly string[];
}
