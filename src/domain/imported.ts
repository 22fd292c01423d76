import type {
  ImageCopyDocument,
  ImageShareDocument,
  ImageSourceDocument,
  InstanceDocument,
} from './generated/documents.js';
import type { Diagnostic } from './finding.js';
import type { LockEntry } from './lock.js';
import type { Scope } from './observed.js';
import type { PlanResult } from './result.js';

/** A document that import writes. */
export type ImportedDocument = ImageSourceDocument | ImageCopyDocument | ImageShareDocument | InstanceDocument;

/** Why a thing that was asked for is not written down; permanent, as the words are not. */
export type SkipReason =
  /** It carries the tags of this project. */
  | 'managed-here'
  /** A manifest of this project names it already. */
  | 'declared-here'
  | 'other-project'
  /** A scaling group, a node pool or a stack makes and deletes it. */
  | 'other-service'
  /** A clone that somebody made of a thing of ours, tags and all. */
  | 'clone'
  | 'being-released'
  /** Its image is not visible any more: an Instance must name one, and its owner. */
  | 'image-gone'
  | 'image-owner-unknown'
  | 'no-vswitch'
  | 'system-disk-unseen'
  /** There is no room for our tags. */
  | 'too-many-tags'
  /** A newer image of the same source is in its place. */
  | 'superseded'
  | 'not-available'
  /** A required field has a value that a manifest cannot say. */
  | 'not-expressible'
  /** It was asked for by its ID, and is nowhere. */
  | 'not-found'
  /** It was asked for by its ID, and another selection leaves it out. */
  | 'not-selected';

export interface Skipped {
  readonly kind: 'instance' | 'image' | 'share';
  readonly id: string;
  /** Null where nobody knows. */
  readonly scope: Scope | null;
  readonly reason: SkipReason;
  /** One line, lower case, no full stop. */
  readonly message: string;
}

/** A field that was left out, so that it is not managed, or something that a reader has to know. */
export interface ImportNote {
  readonly id: string;
  readonly message: string;
}

/** A file of manifests, as it is or would be. */
export interface ImportedFile {
  /** Relative to the project root; null: printed, not written. */
  readonly path: string | null;
  readonly text: string;
  readonly documents: readonly ImportedDocument[];
}

export interface ImportResult {
  readonly project: PlanResult['project'];
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly files: readonly ImportedFile[];
  /** How many instances the manifests adopt. */
  readonly instances: number;
  /** With the pins of the new sources; `isWritten`: false also where it had them already. */
  readonly lock: { readonly path: string; readonly added: readonly LockEntry[]; readonly isWritten: boolean };
  /** By kind and ID. */
  readonly skipped: readonly Skipped[];
  readonly notes: readonly ImportNote[];
  /** What lint says about the new manifests. */
  readonly diagnostics: readonly Diagnostic[];
  /** The project file that is needed, where there is no project; null where there is one. */
  readonly projectText: string | null;
  readonly apiCalls: PlanResult['apiCalls'];
}
