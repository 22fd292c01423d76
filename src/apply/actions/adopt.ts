import type { AdoptAction } from '../../domain/action.js';
import { tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { readInstance } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

/**
 * Takes over an instance by writing both tags and its own ID on it, in one call. It is the one write on a thing that is
 * not ours yet, so the fresh read must show that it belongs to nobody else. If the process dies after the call, the
 * next plan finds it as ours.
 */
export async function adopt(context: ApplyContext, action: AdoptAction): Promise<ActionResult> {
  const { instanceId, scope, address } = action;
  const instance = await readInstance(context, scope, instanceId);
  if (instance === undefined) return failed(`'${instanceId}' is gone`, 'Remove it from `adopt`.');
  const tags = { [tagKey.project]: context.project, [tagKey.resource]: address, [tagKey.seal]: instanceId };
  const holder = instance.tags[tagKey.project];
  const other = instance.tags[tagKey.resource];
  const isTaken = holder !== undefined && (holder !== context.project || (other !== undefined && other !== address));
  if (isTaken) {
    return failed(
      `'${instanceId}' carries the tags of '${holder}' for ${other ?? 'nothing'}, and was not adopted`,
      'Run apply again: it plans from what is there now.',
      instanceId,
    );
  }
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'TagResources', action, token: null, subject: instanceId },
    () => context.writer.tagResources(scope, 'instance', [instanceId], tags),
    async () => {
      const now = await readInstance(context, scope, instanceId);
      return now !== undefined && Object.entries(tags).every(([key, value]) => now.tags[key] === value);
    },
  );
  if (isSeen) return ended('done', instanceId);
  return failed(`the tags of '${instanceId}' do not show what was written`, 'Run apply again.', instanceId);
}
