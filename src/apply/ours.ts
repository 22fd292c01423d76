import type { Action } from '../domain/action.js';
import type { Tags } from '../domain/observed.js';
import { isOwned, ownershipOf, tagKey } from '../domain/ownership.js';
import { type ActionResult, type ApplyContext, failed } from './context.js';
import { pollUntil } from './poll.js';
import { readInstance } from './reads.js';

/**
 * Nothing is written on what is not ours at that moment. A plan is as old as its reads: since then somebody may have
 * taken our tags off, which is how a thing is given up, or moved them onto another thing.
 */

/** Null where a fresh read shows the thing as ours at the action's address; else how the action ends. */
export function notOurs(context: ApplyContext, action: Action, id: string, tags: Tags): ActionResult | null {
  const isNamed = addressesOf(action).includes(tags[tagKey.resource]);
  const isHeld = isOwned({ id, tags }, context.project) && isNamed;
  return isHeld ? null : refusal(action, id, 'our tags', 'nothing was written on it');
}

/** The same of what a read showed: nothing is not ours. */
export function isOurs(
  context: ApplyContext,
  action: Action,
  thing: { readonly id: string; readonly tags: Tags } | undefined,
): boolean {
  return thing !== undefined && notOurs(context, action, thing.id, thing.tags) === null;
}

/** The same of an instance, by a fresh read; a late one may not show yet what was just made. */
export async function isOursNow(context: ApplyContext, action: Action, instanceId: string): Promise<boolean> {
  const now = await pollUntil(context, context.times.settleMs, () => readInstance(context, action.scope, instanceId));
  return isOurs(context, action, now && { id: instanceId, tags: now.tags });
}

/** A renamed thing may carry its old address until the new one is written. */
function addressesOf(action: Action): readonly (string | undefined)[] {
  if (action.kind !== 'TagResource' || action.movedFrom === undefined) return [action.address];
  return [action.address, action.movedFrom];
}

/** The same before something is deleted: then the seal must be there too. */
export function notSealed(context: ApplyContext, action: Action, id: string, tags: Tags): ActionResult | null {
  const isSealed = ownershipOf({ id, tags }, context.project) === 'sealed' && tags[tagKey.resource] === action.address;
  return isSealed ? null : refusal(action, id, 'our tags and its own ID', 'it was left as it is');
}

function refusal(action: Action, id: string, what: string, done: string): ActionResult {
  return failed(
    `'${id}' does not carry ${what} for ${action.address} any more: ${done}`,
    'Run apply again: it plans from what is there now.',
    id,
  );
}
