import { type ChangeKind, kindOf } from '../domain/change-kind.js';
import type { ResourceChange } from '../domain/plan.js';

/** The order in which they are counted. */
export const changeKinds: readonly ChangeKind[] = [
  'share',
  'unshare',
  'copy',
  'create',
  'update',
  'replace',
  'delete',
  'adopt',
  'forget',
];

/** The symbol of each, and what the legend calls it. */
export const changeSymbols: Readonly<Record<ChangeKind, { readonly symbol: string; readonly meaning: string }>> = {
  share: { symbol: '+', meaning: 'share' },
  unshare: { symbol: '-', meaning: 'unshare' },
  copy: { symbol: '+', meaning: 'create' },
  create: { symbol: '+', meaning: 'create' },
  update: { symbol: '~', meaning: 'update in-place' },
  replace: { symbol: '-/+', meaning: 'replace' },
  delete: { symbol: '-', meaning: 'delete' },
  adopt: { symbol: '>', meaning: 'adopt' },
  forget: { symbol: '.', meaning: 'forget' },
  read: { symbol: '<=', meaning: 'read' },
  'no-op': { symbol: '', meaning: 'unchanged' },
};

/** What comes behind the address: `Instance/web/0 will be created`. */
export function verbPhrase(change: ResourceChange): string {
  if (change.class === 'replace-system-disk') return 'must get a new system disk';
  return phrases[kindOf(change)];
}

const phrases: Readonly<Record<ChangeKind, string>> = {
  share: 'will be shared',
  unshare: 'will lose access',
  copy: 'will be created',
  create: 'will be created',
  update: 'will be updated in-place',
  replace: 'must be replaced',
  delete: 'will be deleted',
  adopt: 'will be adopted',
  forget: 'will be left as it is and no longer managed',
  read: 'will be read',
  'no-op': 'is unchanged',
};

/** `1 to share, 2 to copy`; '' where nothing changes. */
export function countKinds(changes: readonly ResourceChange[]): string {
  const kinds = changes.map(kindOf);
  return changeKinds
    .map((kind) => [kinds.filter((one) => one === kind).length, kind] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, kind]) => `${amount} to ${kind}`)
    .join(', ');
}
