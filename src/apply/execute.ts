import pLimit from 'p-limit';
import type { Action } from '../domain/action.js';
import { TallymanError } from '../domain/errors.js';
import type { ActionOutcome, Outcome } from '../domain/outcome.js';
import type { Plan } from '../domain/plan.js';
import type { InterruptReason } from '../domain/progress.js';
import { adopt } from './actions/adopt.js';
import { copyImage } from './actions/copy-image.js';
import { createSnapshot } from './actions/create-snapshot.js';
import { cancelCopyImage, deleteImage, deleteInstance, deleteSnapshot } from './actions/delete.js';
import { markMember } from './actions/mark-member.js';
import { modifyDisk, modifyImage, modifyInstance } from './actions/modify.js';
import { replaceSystemDisk } from './actions/replace-system-disk.js';
import { runInstance } from './actions/run-instance.js';
import { shareImage, unshareImage } from './actions/share-image.js';
import { startInstance, stopInstance } from './actions/stop-instance.js';
import { tagResource, untagResource } from './actions/tag-resource.js';
import { unmarkMember } from './actions/unmark-member.js';
import { wait } from './actions/wait.js';
import { type ActionResult, type ApplyContext, ended, failed, failedBy } from './context.js';

/**
 * Carries out the actions of a plan, each after those that it depends on, so many at a time. An action that does not
 * come to its end holds up only what depends on it. After the wish to stop nothing new is begun. A defect of ours ends
 * its action as failed and begins nothing new either: what others have under way is finished, and what they did is told.
 */
export async function execute(
  context: ApplyContext,
  plan: Plan,
  parallelism: number,
  interruptedBy: () => InterruptReason | null,
): Promise<Outcome> {
  const limit = pLimit(parallelism);
  const halt: Halt = { isDefective: false };
  const running = new Map<string, Promise<ActionOutcome>>();
  for (const action of plan.actions) {
    running.set(action.id, afterDependencies(context, action, running, { limit, halt }));
  }
  const actions = await Promise.all(running.values());
  return { actions, writes: context.made.writes, interruptedBy: interruptedBy() };
}

/** Set once a defect of ours showed. */
interface Halt {
  isDefective: boolean;
}

interface Lanes {
  readonly limit: ReturnType<typeof pLimit>;
  readonly halt: Halt;
}

async function afterDependencies(
  context: ApplyContext,
  action: Action,
  running: ReadonlyMap<string, Promise<ActionOutcome>>,
  { limit, halt }: Lanes,
): Promise<ActionOutcome> {
  const dependencies = await Promise.all(action.dependsOn.map((id) => Promise.resolve(running.get(id))));
  const obstacle = dependencies.find((outcome) => outcome?.status !== 'done' && outcome?.status !== 'unchanged');
  if (obstacle !== undefined) return skip(context, action, obstacle);
  if (action.kind === 'Wait') return attempt(context, action, halt);
  return limit(() => attempt(context, action, halt));
}

function skip(context: ApplyContext, action: Action, obstacle: ActionOutcome): ActionOutcome {
  const isPassedOn = obstacle.status === 'in-progress' || obstacle.status === 'left-alone';
  const message = `waits for ${obstacle.action.kind} of ${obstacle.action.address}`;
  const outcome = { action, ...ended(isPassedOn ? obstacle.status : 'not-attempted', null, message) };
  context.report({ kind: 'skipped', action, message, outcome });
  return outcome;
}

async function attempt(context: ApplyContext, action: Action, halt: Halt): Promise<ActionOutcome> {
  if (context.signal.aborted) return { action, ...ended('not-attempted', null, 'the run was interrupted before') };
  if (halt.isDefective) return { action, ...ended('not-attempted', null, 'the run was halted by a defect before') };
  context.report({ kind: 'start', action, message: '', outcome: null });
  const result = await perform(context, action).catch((error: unknown) => resultOf(context, error, halt));
  const outcome = { action, ...result };
  const kind = result.status === 'failed' ? 'failed' : 'done';
  context.report({ kind, action, message: result.message ?? '', outcome });
  return outcome;
}

function resultOf(context: ApplyContext, error: unknown, halt: Halt): ActionResult {
  if (context.signal.aborted && error === context.signal.reason) {
    return ended('interrupted', null, 'the run was interrupted; run apply again to go on');
  }
  if (error instanceof TallymanError) return failedBy(error);
  halt.isDefective = true;
  return defect(error);
}

/** Where it happened stands in the hint, as the stack is all that helps to mend it. */
function defect(error: unknown): ActionResult {
  const [first = String(error), place = ''] = (error instanceof Error ? (error.stack ?? '') : '').split('\n');
  const message = error instanceof Error ? error.message : first;
  return failed(
    `a defect of tallyman: ${message}`,
    `Report it${place === '' ? '' : ` with its place: ${place.trim()}`}. Running apply again is safe.`,
  );
}

async function perform(context: ApplyContext, action: Action): Promise<ActionResult> {
  switch (action.kind) {
    case 'CopyImage':
      return copyImage(context, action);
    case 'RunInstance':
      return runInstance(context, action);
    case 'TagResource':
      return action.mark === null ? tagResource(context, action) : markMember(context, action, action.mark);
    case 'UntagResource':
      return action.reason === 'rollout_done' ? unmarkMember(context, action) : untagResource(context, action);
    case 'StopInstance':
      return stopInstance(context, action);
    case 'StartInstance':
      return startInstance(context, action);
    case 'ReplaceSystemDisk':
      return replaceSystemDisk(context, action);
    case 'CreateSnapshot':
      return createSnapshot(context, action);
    case 'ModifyInstance':
      return modifyInstance(context, action);
    case 'ModifyDisk':
      return modifyDisk(context, action);
    case 'Adopt':
      return adopt(context, action);
    case 'ModifyImage':
      return modifyImage(context, action);
    case 'ShareImage':
      return shareImage(context, action);
    case 'UnshareImage':
      return unshareImage(context, action);
    case 'DeleteInstance':
      return deleteInstance(context, action);
    case 'DeleteImage':
      return deleteImage(context, action);
    case 'CancelCopyImage':
      return cancelCopyImage(context, action);
    case 'DeleteSnapshot':
      return deleteSnapshot(context, action);
    case 'Wait':
      return wait(context, action);
  }
}
