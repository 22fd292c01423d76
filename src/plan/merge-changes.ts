import type { ChangeVerb, ResourceChange } from '../domain/plan.js';

const rank: Readonly<Record<ChangeVerb, number>> = {
  'no-op': 0,
  read: 1,
  forget: 2,
  update: 3,
  create: 4,
  replace: 5,
  delete: 6,
};

/** One change a thing: what changes in place and what a rollout changes are shown together, under the stronger verb. */
export function mergeChanges(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  const merged = new Map<string, ResourceChange>();
  for (const change of changes) {
    const key = `${change.address} ${change.id ?? ''}`;
    const other = merged.get(key);
    merged.set(key, other === undefined ? change : merge(other, change));
  }
  return [...merged.values()];
}

function merge(a: ResourceChange, b: ResourceChange): ResourceChange {
  const [weak, strong] = rank[a.verb] > rank[b.verb] ? [b, a] : [a, b];
  if (weak.verb === 'no-op' || strong.after === null) return strong;
  return {
    ...strong,
    before: { ...weak.before, ...strong.before },
    after: { ...weak.after, ...strong.after },
    afterUnknown: [...new Set([...weak.afterUnknown, ...strong.afterUnknown])],
  };
}
