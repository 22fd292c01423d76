import { accountOf, type Project, type SourceOwner } from './desired.js';
import type { ObservedImage } from './observed.js';

/** UID, `system`, or '' where the answer says nothing. An own image may come without its owner's UID. */
export function liveOwnerOf(project: Project, image: ObservedImage): string {
  if (image.owner !== '') return image.owner;
  if (image.ownerAlias === 'self') return accountOf(project, image.account).uid;
  return image.ownerAlias === 'system' ? 'system' : '';
}

/** A declared owner as the lock writes it. */
export function ownerText(owner: SourceOwner): string {
  return owner.kind === 'system' ? 'system' : owner.uid;
}
