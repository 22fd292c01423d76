import type { ReplaceSystemDiskAction, WaitAction, WaitGoal } from '../../domain/action.js';
import { TallymanError } from '../../domain/errors.js';
import type { ObservedDisk, ObservedInstance } from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, failed, instanceOf } from '../context.js';
import { isDown, runningAilment, servingAilment } from '../health.js';
import { assertReplaceable } from '../preflight.js';
import { isUncertain } from '../send.js';
import { lastingAilment } from './lasting-ailment.js';
import { modifyDisk } from './modify.js';
import { reject, type Rejection, tagInstance, unmark } from './reject.js';
import { replaceSystemDisk } from './replace-system-disk.js';
import { startInstance, stopInstance } from './stop-instance.js';
import { tagResource } from './tag-resource.js';

export interface FailedMember {
  readonly goal: Extract<WaitGoal, { kind: 'instance-healthy' }>;
  readonly instance: ObservedInstance;
  readonly disk: ObservedDisk;
  /** The image that failed. */
  readonly imageId: string;
  readonly ailment: string;
}

/**
 * Gives a member the image back that it had before, and remembers the one that failed: the image, never the data, which
 * went with the old disk. Where the old image is gone, is not ours any more or is forbidden by now, the rollout halts
 * and the member stays as it is.
 *
 * If the process dies after
 * - the first call: the member is marked for its old image and rejects the failed one; the next run's plan goes on from
 *   what it reads, by the same table as for any marked member.
 */
export async function rollBack(context: ApplyContext, action: WaitAction, member: FailedMember): Promise<ActionResult> {
  const { instance, disk, imageId, ailment } = member;
  const previous = instance.tags[tagKey.previous];
  const replacement = previous === undefined ? null : replacementOf(context, action, member, previous);
  const obstacle =
    replacement === null ? 'nothing says which image it had' : await obstacleOf(context, member, replacement);
  if (previous === undefined || replacement === null || obstacle !== null) {
    return halted(context, action, member, `and is not rolled back, since ${obstacle ?? 'that is not known'}, `);
  }
  const marks = {
    [tagKey.rejected]: imageId,
    [tagKey.updating]: `${disk.diskId}/${previous}`,
    [tagKey.updatingSince]: new Date(context.clock.now()).toISOString(),
  };
  if (!(await tagInstance(context, action, instance.instanceId, marks))) {
    return halted(context, action, member, 'and is not rolled back, since its mark does not show, ');
  }
  const left = await carriedOut(context, action, member, replacement);
  if (left !== null) return left;
  const { instanceId } = instance;
  const still = await lastingAilment(context, action, { instanceId, imageId: previous }, async () => {
    const down = await runningAilment(context, action, instanceId, member.goal.health.instanceStatus);
    const ailment = down ?? (await servingAilment(context, instance, member.goal.health.probes));
    await context.clock.sleep(context.times.settleMs, context.signal);
    if (ailment !== null) return ailment;
    return (await isDown(context, action, instanceId)) ? 'did not stay Running' : null;
  });
  await unmark(context, action, instanceId);
  const after = still === null ? '' : `, where it ${still} as well`;
  return failed(
    `'${instanceId}' ${ailment} on image '${imageId}': it was rolled back to image '${previous}'${after}, and the rollout is halted`,
    'Lock another image, or try this one again with: tallyman apply --retry-rejected. Data on the old disk is not brought back.',
    instanceId,
  );
}

function halted(
  context: ApplyContext,
  action: WaitAction,
  { instance, imageId, ailment }: FailedMember,
  why: string,
): Promise<ActionResult> {
  const rejection: Rejection = { imageId, ailment: `${ailment} ${why}`.trimEnd(), isRemembered: true };
  return reject(context, action, instance, rejection);
}

function replacementOf(
  context: ApplyContext,
  action: WaitAction,
  { instance, disk }: FailedMember,
  previous: string,
): ReplaceSystemDiskAction | null {
  const wanted = instanceOf(context, action.address);
  if (wanted === undefined) return null;
  const { address, scope, id } = action;
  return {
    id,
    address,
    scope,
    dependsOn: [],
    class: 'replace-system-disk',
    kind: 'ReplaceSystemDisk',
    reason: 'image_differs',
    instanceId: instance.instanceId,
    diskId: disk.diskId,
    image: { kind: 'id', imageId: previous },
    sizeGiB: disk.sizeGiB,
    encrypted: wanted.systemDisk.encrypted,
    kmsKeyId: wanted.systemDisk.kmsKeyId,
    keyPairName: instance.keyPairName === '' ? null : instance.keyPairName,
    passwordInherit: wanted.passwordInherit,
  };
}

/** Why the old image cannot come back, as the end of a sentence; null where it can. */
async function obstacleOf(
  context: ApplyContext,
  { imageId, instance }: FailedMember,
  replacement: ReplaceSystemDiskAction,
): Promise<string | null> {
  const { image, scope } = replacement;
  if (image.kind === 'id' && image.imageId === instance.tags[tagKey.rejected])
    return 'its old image failed on it as well';
  // Only its type was changed.
  if (image.kind === 'id' && image.imageId === imageId) return 'it had the same image before';
  if (image.kind === 'id' && context.forbiddenImages.has(image.imageId)) {
    return `policy does not allow its old image '${image.imageId}' any more`;
  }
  try {
    await assertReplaceable(context, scope, image, replacement);
    return null;
  } catch (error) {
    if (error instanceof TallymanError && !isUncertain(error)) return error.message;
    throw error;
  }
}

/** Null when the member starts on its old image; else how the step ended that did not come to its end. */
async function carriedOut(
  context: ApplyContext,
  action: WaitAction,
  member: FailedMember,
  replacement: ReplaceSystemDiskAction,
): Promise<ActionResult | null> {
  const { address, scope, instanceId, diskId, id } = replacement;
  const base = { id, address, scope, dependsOn: [], class: null, reason: 'image_differs' } as const;
  const tags = { ...member.disk.tags, [tagKey.project]: context.project, [tagKey.resource]: address };
  const policyId = instanceOf(context, action.address)?.systemDisk.autoSnapshotPolicyId ?? null;
  const steps: readonly (() => Promise<ActionResult>)[] = [
    () => stopInstance(context, { ...base, kind: 'StopInstance', instanceId, diskId }),
    () => replaceSystemDisk(context, replacement),
    () => {
      const target = { type: 'system-disk', instanceId } as const;
      return tagResource(context, { ...base, kind: 'TagResource', target, tags, mark: null });
    },
    ...(policyId === null
      ? []
      : [
          () => {
            const setting = { type: 'snapshot-policy', policyId } as const;
            return modifyDisk(context, { ...base, kind: 'ModifyDisk', instanceId, setting });
          },
        ]),
    () => startInstance(context, { ...base, kind: 'StartInstance', instanceId }),
  ];
  for (const step of steps) {
    const result = await step();
    if (result.status !== 'done' && result.status !== 'unchanged') return result;
  }
  return null;
}
