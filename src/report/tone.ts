import type { ChangeKind } from '../domain/change-kind.js';

/** What a colour means, the same in a terminal, on a page and in a picture. `none`: nothing to point at. */
export type Tone = 'added' | 'removed' | 'changed' | 'info' | 'none';

export function toneOf(kind: ChangeKind): Tone {
  switch (kind) {
    case 'share':
    case 'copy':
    case 'create':
      return 'added';
    case 'unshare':
    case 'delete':
      return 'removed';
    case 'update':
    case 'replace':
      return 'changed';
    case 'adopt':
      return 'info';
    case 'forget':
    case 'read':
    case 'no-op':
      return 'none';
  }
}
