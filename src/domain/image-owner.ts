import { accountOf, type Project, type PublicSort, type SourceOwner } from './desired.js';
import type { ObservedImage, OwnerAlias } from './observed.js';

/** UID, `system`, `marketplace`, or '' where the answer says nothing. An own image may come without its owner's UID. */
export function liveOwnerOf(project: Project, image: ObservedImage): string {
  if (image.owner !== '') return image.owner;
  if (image.ownerAlias === 'self') return accountOf(project, image.account).uid;
  return image.ownerAlias === 'system' ? 'system' : '';
}

/** A declared owner as the lock writes it. */
export function ownerText(owner: SourceOwner): string {
  return owner.kind === 'account' ? owner.uid : owner.kind;
}

/** One of the lists that the cloud keeps of images: what is in one is in no other. */
export interface ImageList {
  readonly ownerAlias: OwnerAlias;
  /** True: published by anybody. */
  readonly isPublic: boolean;
}

/**
 * Where an image of this owner is to be looked for by an account with that UID; what nobody shared only where it is
 * allowed. The list of what was shared comes last: an image may be published as well.
 */
export function listsOf(owner: string, uid: string, allow: readonly PublicSort[]): readonly ImageList[] {
  if (owner === 'system' || owner === 'marketplace') return [{ ownerAlias: owner, isPublic: false }];
  return [
    ...(allow.includes('community') ? [{ ownerAlias: 'others', isPublic: true } as const] : []),
    ...(allow.includes('marketplace') ? [{ ownerAlias: 'marketplace', isPublic: false } as const] : []),
    { ownerAlias: owner === uid ? 'self' : 'others', isPublic: false },
  ];
}
