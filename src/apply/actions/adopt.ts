import type { AdoptAction } from '../../domain/action.js';
import type { Tags } from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { readInstance, readOwnImage } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

/**
 * Takes over an instance or an own image by writing both tags and its own ID on it, in one call. It is the one write on a
 * thing that is not ours yet, so the fresh read must show that it belongs to nobody else. If the process dies after the
 * call, the next plan finds it as ours.
 */
export async function adopt(context: ApplyContext, action: AdoptAction): Promise<ActionResult> {
  const { target, scope, address } = action;
  const { type, id } = target;
  const present = await readTags(context, action);
  if (present === undefined) return failed(`'${id}' is gone`, 'Remove it from `adopt`.');
  const tags = { ...action.tags, [tagKey.project]: context.project, [tagKey.resource]: address, [tagKey.seal]: id };
  if (isTaken(context, action, present)) {
    const holder = present[tagKey.project] ?? '';
    return failed(
      `'${id}' carries the tags of '${holder}' for ${present[tagKey.resource] ?? 'nothing'}, and was not adopted`,
      'Run apply again: it plans from what is there now.',
      id,
    );
  }
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'TagResources', action, token: null, subject: id },
    {
      call: () => context.writer.tagResources(scope, type, [id], tags),
      isSeen: async () => {
        const now = await readTags(context, action);
        return now !== undefined && Object.entries(tags).every(([key, value]) => now[key] === value);
      },
      isStillRight: async () => {
        const now = await readTags(context, action);
        return now !== undefined && !isTaken(context, action, now);
      },
    },
  );
  if (isSeen) return ended('done', id);
  return failed(`the tags of '${id}' do not show what was written`, 'Run apply again.', id);
}

/** Whether it belongs to another project, or to another address of this one. */
function isTaken(context: ApplyContext, { address }: AdoptAction, tags: Tags): boolean {
  const holder = tags[tagKey.project];
  const other = tags[tagKey.resource];
  return holder !== undefined && (holder !== context.project || (other !== undefined && other !== address));
}

async function readTags(context: ApplyContext, { target, scope }: AdoptAction): Promise<Tags | undefined> {
  const thing =
    target.type === 'instance'
      ? await readInstance(context, scope, target.id)
      : await readOwnImage(context, scope, target.id);
  return thing?.tags;
}
