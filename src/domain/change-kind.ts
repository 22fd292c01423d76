import type { ResourceChange } from './plan.js';

/** What happens to a thing, as a reader tells it apart: an account is shared with, a copy copied, an instance created. */
export type ChangeKind =
  | 'share'
  | 'unshare'
  | 'copy'
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  | 'adopt'
  | 'forget'
  | 'read'
  | 'no-op';

export function kindOf({ verb, type, importing }: Pick<ResourceChange, 'verb' | 'type' | 'importing'>): ChangeKind {
  if (importing !== undefined) return 'adopt';
  if (type === 'image_share' && verb === 'create') return 'share';
  if (type === 'image_share' && verb === 'delete') return 'unshare';
  return type === 'image_copy' && verb === 'create' ? 'copy' : verb;
}
