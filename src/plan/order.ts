import type { Action } from '../domain/action.js';
import { compareAddresses, compareText } from '../domain/address.js';
import type { Draft } from './context.js';

/**
 * Numbers the drafts: dependencies first, what takes away last, else by address and key, so that the order says nothing
 * about the order of files or answers. A dependency that is not in the plan has been dropped, as nothing is to be done
 * there.
 */
export function inOrder(drafts: readonly Draft[]): readonly Action[] {
  const draftByKey = new Map(drafts.map((draft) => [draft.id, draft]));
  if (draftByKey.size !== drafts.length) throw new Error('two actions of a plan have the same key');
  const numberByKey = new Map<string, string>();
  const ordered: Draft[] = [];
  const open = new Set<string>();
  const place = (draft: Draft): void => {
    if (numberByKey.has(draft.id)) return;
    if (open.has(draft.id)) throw new Error(`the actions of a plan depend on each other in a circle at ${draft.id}`);
    open.add(draft.id);
    const dependencies = draft.dependsOn.map((key) => draftByKey.get(key)).filter((one) => one !== undefined);
    for (const dependency of dependencies.sort(compareDrafts)) place(dependency);
    open.delete(draft.id);
    ordered.push(draft);
    numberByKey.set(draft.id, `a${ordered.length}`);
  };
  for (const draft of [...drafts].sort(compareDrafts)) place(draft);
  return ordered.map((draft) => ({
    ...draft,
    id: numberByKey.get(draft.id) ?? draft.id,
    dependsOn: draft.dependsOn
      .map((key) => numberByKey.get(key))
      .filter((id) => id !== undefined)
      .sort(comparePart),
  }));
}

function compareDrafts(a: Draft, b: Draft): number {
  return (
    Number(takesAway(a)) - Number(takesAway(b)) || compareAddresses(a.address, b.address) || compareText(a.id, b.id)
  );
}

/** Access and things are taken away after everything else, unless something else waits for that. */
function takesAway({ kind }: Draft): boolean {
  return kind === 'UnshareImage' || kind === 'DeleteInstance' || kind === 'DeleteImage' || kind === 'DeleteSnapshot';
}

/** `a9` before `a10`. */
function comparePart(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}
