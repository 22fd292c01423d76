import type { WaitAction } from '../../domain/action.js';
import type { ObservedDisk, ObservedInstance } from '../../domain/observed.js';
import { parseUpdatingMark } from '../../domain/ownership.js';
import type { ApplyContext } from '../context.js';
import type { Ailment } from '../health.js';
import { readInstance, readSystemDisk } from '../reads.js';
import { startInstance } from './stop-instance.js';

/** A member that carries, or should carry, a mark for the image that it has. */
export interface UpdatedMember {
  readonly instanceId: string;
  readonly imageId: string;
}

/**
 * What ails a member. One that this run started and that is found down is started once more, and looked at anew, before
 * its image is blamed: a second run, whose read of the disk was late, may have stopped it and died.
 */
export async function lastingAilment(
  context: ApplyContext,
  action: WaitAction,
  member: UpdatedMember,
  look: () => Promise<Ailment>,
): Promise<Ailment> {
  const ailment = await look();
  const { instanceId } = member;
  if (ailment === null || !context.made.started.has(instanceId)) return ailment;
  const [instance, disk] = await Promise.all([
    readInstance(context, action.scope, instanceId),
    readSystemDisk(context, action.scope, instanceId),
  ]);
  if (!isDownUnderItsMark(instance, disk, member)) return ailment;
  const { id, address, scope, reason } = action;
  const message = `'${instanceId}' ${ailment}: it was stopped, and is started once more`;
  context.report({ kind: 'progress', action, message, outcome: null });
  const start = { id, address, scope, reason, dependsOn: [], class: null, kind: 'StartInstance', instanceId } as const;
  const { status } = await startInstance(context, start);
  return status === 'done' || status === 'unchanged' ? look() : ailment;
}

/** The mark says that the member is to come up: whoever applies next starts it. */
export function isDownUnderItsMark(
  instance: ObservedInstance | undefined,
  disk: ObservedDisk | undefined,
  { imageId }: UpdatedMember,
): boolean {
  if (instance?.status !== 'Stopping' && instance?.status !== 'Stopped') return false;
  return disk?.imageId === imageId && parseUpdatingMark(instance.tags)?.imageId === imageId;
}
