import type { CreateSnapshotAction } from '../../domain/action.js';
import { CloudError, isCloudError } from '../../domain/errors.js';
import type { DiskSnapshot } from '../../domain/observed.js';
import { snapshotToken, tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, knownImageId } from '../context.js';
import { isOursNow, notOurs } from '../ours.js';
import { pollInterval, pollUntil } from '../poll.js';
import { readInstance, readSnapshot } from '../reads.js';
import { isUncertain, send } from '../send.js';
import { TokenCount } from '../token-count.js';

/** How often the call is sent when its answers stay uncertain. */
const attemptsMax = 32;

/** A snapshot may take as long as the disk is large. */
const snapshotBoundMs = 6 * 60 * 60_000;

/**
 * Keeps what is on the disk before it is replaced. The same disk and image give the same snapshot, however often it is
 * asked for; one that failed or is gone is made again with the next token. A second snapshot costs a little money and
 * does no harm, so other settings than those of an earlier call (a mismatch) lead to the next token at once.
 *
 * If the process dies after
 * - the call: the machine runs as before; the next run gets the same snapshot and waits for it.
 */
export async function createSnapshot(context: ApplyContext, action: CreateSnapshotAction): Promise<ActionResult> {
  const instance = await readInstance(context, action.scope, action.instanceId);
  if (instance === undefined)
    return failed(`'${action.instanceId}' is gone`, 'Run apply again: it plans from what is there now.');
  const stranger = notOurs(context, action, action.instanceId, instance.tags);
  if (stranger !== null) return stranger;
  const count = new TokenCount(context);
  for (let attempt = 0; attempt < attemptsMax && !count.isUsedUp; attempt += 1) {
    const answer = await sendSnapshot(context, action, count.n);
    if (answer.kind === 'never-used')
      return ended('unchanged', null, 'its disk was never used: it holds the image alone');
    if (answer.kind === 'refused') count.afterRefusal(answer.error);
    if (answer.kind === 'again') await context.clock.sleep(pollInterval(context), context.signal);
    if (answer.kind === 'next-token') count.next();
    if (answer.kind === 'made') {
      const status = await finalStatus(context, action, answer.snapshotId);
      if (status === 'accomplished') return ended('done', answer.snapshotId);
      if (status === undefined) return unfinished(action, answer.snapshotId);
      count.next();
    }
  }
  return failed(
    `no snapshot of '${action.diskId}' came to be`,
    'Run apply again; the machine was not stopped.',
    action.instanceId,
  );
}

type Answer =
  | { readonly kind: 'made'; readonly snapshotId: string }
  | { readonly kind: 'again' }
  | { readonly kind: 'next-token' }
  /** The machine was never started: nothing would be lost. */
  | { readonly kind: 'never-used' }
  /** Perhaps only as the service answered a call with this token before. */
  | { readonly kind: 'refused'; readonly error: CloudError };

async function sendSnapshot(context: ApplyContext, action: CreateSnapshotAction, n: number): Promise<Answer> {
  const clientToken = snapshotToken(context.project, action.diskId, knownImageId(context, action.image), n);
  const tags = { [tagKey.project]: context.project, [tagKey.resource]: action.address };
  const { diskId, retentionDays } = action;
  const sending = { operation: 'CreateSnapshot', action, token: clientToken, subject: diskId };
  try {
    const made = await send(context, sending, {
      call: () => context.writer.createSnapshot(action.scope, { diskId, retentionDays, tags, clientToken }),
      isStillRight: () => isOursNow(context, action, action.instanceId),
    });
    return { kind: 'made', snapshotId: made.snapshotId };
  } catch (error) {
    if (isUncertain(error)) return { kind: 'again' };
    if (error instanceof CloudError && error.failure === 'token-mismatch') return { kind: 'next-token' };
    if (isCloudError(error, 'IncorrectDiskStatus.NeverUsed')) return { kind: 'never-used' };
    if (error instanceof CloudError && error.failure === 'refused') return { kind: 'refused', error };
    throw error;
  }
}

/** Undefined where it still progresses at the bound. */
function finalStatus(
  context: ApplyContext,
  action: CreateSnapshotAction,
  snapshotId: string,
): Promise<'accomplished' | 'failed' | 'gone' | undefined> {
  let seenMs = context.clock.now();
  return pollUntil(context, snapshotBoundMs, async () => {
    const snapshot: DiskSnapshot | undefined = await readSnapshot(context, action.scope, snapshotId);
    const nowMs = context.clock.now();
    if (snapshot === undefined) return nowMs - seenMs >= context.times.settleMs ? 'gone' : undefined;
    seenMs = nowMs;
    if (snapshot.status === 'progressing') return undefined;
    return snapshot.status === 'accomplished' ? 'accomplished' : 'failed';
  });
}

function unfinished(action: CreateSnapshotAction, snapshotId: string): ActionResult {
  return failed(
    `the snapshot '${snapshotId}' of '${action.diskId}' is still progressing after six hours`,
    'Run apply again; the machine was not stopped.',
    snapshotId,
  );
}
