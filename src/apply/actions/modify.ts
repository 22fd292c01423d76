import {
  type DiskSetting,
  type InstanceChanges,
  type ModifyDiskAction,
  type ModifyImageAction,
  type ModifyInstanceAction,
  operationOf,
} from '../../domain/action.js';
import type { MetadataWish } from '../../domain/desired.js';
import { isCloudError } from '../../domain/errors.js';
import type { ObservedDisk, ObservedImage, ObservedInstance, Scope } from '../../domain/observed.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { isOurs, isOursNow, notOurs } from '../ours.js';
import { pollUntil, settledRead } from '../poll.js';
import { readDataDisk, readInstance, readOwnImage, readPresentDisk } from '../reads.js';
import { sendUntilSeen } from '../repeat.js';

/** Compare, set, read back: a run that dies here leaves what the next plan sets once more. */
export async function modifyInstance(context: ApplyContext, action: ModifyInstanceAction): Promise<ActionResult> {
  const { instanceId, setting, scope } = action;
  const before = await settledRead(
    context,
    action.address,
    () => readInstance(context, scope, instanceId),
    (read) => read === undefined || notStopped(action, read) === null,
  );
  if (before === undefined)
    return failed(`'${instanceId}' is gone`, 'Run apply again: it plans from what is there now.');
  const obstacle = notOurs(context, action, instanceId, before.tags) ?? notStopped(action, before);
  if (obstacle !== null) return obstacle;
  if (setting.type !== 'user-data' && (await isSet(context, action, before))) return ended('unchanged', instanceId);
  const isSeen = await sendUntilSeen(
    context,
    { operation: operationOf(action) ?? '', action, token: null, subject: instanceId },
    {
      call: () => context.writer.modifyInstance(scope, instanceId, setting),
      isSeen: async () => {
        const now = await readInstance(context, scope, instanceId);
        return now !== undefined && isSet(context, action, now);
      },
      isStillRight: async () => isOursNow(context, action, instanceId),
      // Still busy with what came before, though a read showed it Stopped: tried again once no read can be late any more.
      isAlready: (error) => setting.type === 'instance-type' && isCloudError(error, 'InvalidInstanceStatus.NotStopped'),
    },
  );
  return isSeen ? ended('done', instanceId) : notSeen(instanceId);
}

/** The type can be changed on a stopped instance only; a rollout has stopped it by then. */
function notStopped({ setting, instanceId }: ModifyInstanceAction, { status }: ObservedInstance): ActionResult | null {
  if (setting.type !== 'instance-type' || status === 'Stopped') return null;
  const message = `it is ${status}, and its type can be changed only while it is Stopped: a person, or another run, started it`;
  return ended('left-alone', instanceId, message);
}

/** Whether a read shows the setting. User data shows nowhere, so an answer without an error has to do. */
async function isSet(
  context: ApplyContext,
  { setting, scope, instanceId }: ModifyInstanceAction,
  instance: ObservedInstance,
): Promise<boolean> {
  switch (setting.type) {
    case 'attributes':
      return hasAttributes(instance, setting.changes);
    case 'user-data':
      return true;
    case 'instance-type':
      return instance.instanceType === setting.instanceType;
    case 'metadata-options':
      return hasMetadataOptions(instance, setting.options);
    case 'attach-role':
    case 'detach-role': {
      const roles = await context.cloud.describeInstanceRoles(scope, [instanceId]);
      return (roles.get(instanceId) === setting.ramRoleName) === (setting.type === 'attach-role');
    }
  }
}

function hasAttributes(instance: ObservedInstance, changes: InstanceChanges): boolean {
  const groups = [...instance.securityGroupIds].sort().join();
  return (
    (changes.instanceName === undefined || changes.instanceName === instance.name) &&
    (changes.description === undefined || changes.description === instance.description) &&
    (changes.deletionProtection === undefined || changes.deletionProtection === instance.deletionProtection) &&
    (changes.securityGroupIds === undefined || [...changes.securityGroupIds].sort().join() === groups)
  );
}

function hasMetadataOptions({ metadataOptions }: ObservedInstance, wanted: MetadataWish): boolean {
  return (
    (wanted.httpEndpoint === null || wanted.httpEndpoint === metadataOptions?.httpEndpoint) &&
    (wanted.httpTokens === null || wanted.httpTokens === metadataOptions?.httpTokens) &&
    (wanted.httpPutResponseHopLimit === null ||
      wanted.httpPutResponseHopLimit === metadataOptions?.httpPutResponseHopLimit)
  );
}

/** The same for a disk that the instance has now. */
export async function modifyDisk(context: ApplyContext, action: ModifyDiskAction): Promise<ActionResult> {
  const { setting, scope } = action;
  const instanceId = action.instanceId ?? context.made.idByAddress.get(action.address);
  if (instanceId === undefined) throw new Error('a disk was to be changed before its instance was made');
  const read = () => readTheDisk(context, scope, instanceId, setting);
  const [instance, disk] = await Promise.all([
    readInstance(context, scope, instanceId),
    pollUntil(context, context.times.settleMs, read),
  ]);
  if (instance === undefined || disk === undefined)
    return failed(`'${instanceId}' or its disk is gone`, 'Run apply again: it plans from what is there now.');
  const obstacle = notOurs(context, action, instanceId, instance.tags);
  if (obstacle !== null) return obstacle;
  if (diskHolds(disk, setting)) return ended('unchanged', disk.diskId);
  const isSeen = await sendUntilSeen(
    context,
    { operation: operationOf(action) ?? '', action, token: null, subject: disk.diskId },
    {
      call: () => context.writer.modifyDisk(scope, disk.diskId, setting),
      isSeen: async () => {
        const now = await read();
        return now !== undefined && diskHolds(now, setting);
      },
      isStillRight: async () => isOursNow(context, action, instanceId),
    },
  );
  return isSeen ? ended('done', disk.diskId) : notSeen(disk.diskId);
}

function readTheDisk(
  context: ApplyContext,
  scope: Scope,
  instanceId: string,
  setting: DiskSetting,
): Promise<ObservedDisk | undefined> {
  return setting.type === 'snapshot-policy' && setting.dataDisk !== undefined
    ? readDataDisk(context, scope, instanceId, setting.dataDisk)
    : readPresentDisk(context, scope, instanceId);
}

function diskHolds(disk: ObservedDisk, setting: DiskSetting): boolean {
  switch (setting.type) {
    case 'size':
      return disk.sizeGiB >= setting.sizeGiB;
    case 'spec': {
      const { category, performanceLevel } = setting;
      return disk.category === category && (performanceLevel === null || disk.performanceLevel === performanceLevel);
    }
    case 'snapshot-policy':
      return disk.autoSnapshotPolicyId === setting.policyId;
  }
}

export async function modifyImage(context: ApplyContext, action: ModifyImageAction): Promise<ActionResult> {
  const { changes, scope } = action;
  const imageId = action.imageId ?? context.made.idByAddress.get(action.address);
  if (imageId === undefined) throw new Error('a copy was to be changed before it was made');
  const before = await pollUntil(context, context.times.settleMs, () => readOwnImage(context, scope, imageId));
  if (before === undefined) return failed(`'${imageId}' is gone`, 'Run apply again: it plans from what is there now.');
  if (imageHolds(before, action)) return ended('unchanged', imageId);
  const obstacle = notOurs(context, action, imageId, before.tags);
  if (obstacle !== null) return obstacle;
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'ModifyImageAttribute', action, token: null, subject: imageId },
    {
      call: () => context.writer.modifyImage(scope, imageId, changes),
      isSeen: async () => {
        const now = await readOwnImage(context, scope, imageId);
        return now !== undefined && imageHolds(now, action);
      },
      isStillRight: async () => {
        const now = await pollUntil(context, context.times.settleMs, () => readOwnImage(context, scope, imageId));
        return isOurs(context, action, now && { id: imageId, tags: now.tags });
      },
    },
  );
  return isSeen ? ended('done', imageId) : notSeen(imageId);
}

function imageHolds(image: ObservedImage, { changes }: ModifyImageAction): boolean {
  return (
    (changes.family === undefined || changes.family === image.family) &&
    (changes.description === undefined || changes.description === image.description)
  );
}

function notSeen(id: string): ActionResult {
  return failed(
    `'${id}' does not show what was set`,
    'Run apply again; if it happens again, look for somebody else who sets it.',
    id,
  );
}
