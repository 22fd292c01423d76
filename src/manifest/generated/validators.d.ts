// Generated from schemas/ by `npm run generate`.
import type { ProjectDocument, ImageSourceDocument, ImageCopyDocument, ImageShareDocument, InstanceDocument, PolicyDocument, WaiverDocument, LockDocument, PolicyTestDocument } from '../../domain/generated/documents.js';
import type { SchemaError } from '../schema-error.js';

/** Whether the value is such a document; if not, `errors` says why until the next call. */
export interface Validator<Document> {
  (value: unknown): value is Document;
  readonly errors?: readonly SchemaError[] | null;
}

export const isProject: Validator<ProjectDocument>;
export const isImageSource: Validator<ImageSourceDocument>;
export const isImageCopy: Validator<ImageCopyDocument>;
export const isImageShare: Validator<ImageShareDocument>;
export const isInstance: Validator<InstanceDocument>;
export const isPolicy: Validator<PolicyDocument>;
export const isWaiver: Validator<WaiverDocument>;
export const isLock: Validator<LockDocument>;
export const isPolicyTest: Validator<PolicyTestDocument>;
