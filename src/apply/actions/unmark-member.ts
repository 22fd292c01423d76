import type { UntagResourceAction } from '../../domain/action.js';
import { foreignMarkMs, parseUpdatingMark } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended } from '../context.js';
import { readInstance, readSystemDisk } from '../reads.js';
import { untagResource } from './tag-resource.js';

/**
 * Takes the marks of a finished member off. A mark that names the present disk and another image belongs to work that
 * is not done, perhaps another run's: it stays while it is young. An old one was left by a run that died before the
 * lock went back to the present image.
 */
export async function unmarkMember(context: ApplyContext, action: UntagResourceAction): Promise<ActionResult> {
  const id = action.target.type === 'instance' ? action.target.id : null;
  if (id === null) throw new Error('only an instance that is there carries marks');
  const [instance, disk] = await Promise.all([
    readInstance(context, action.scope, id),
    readSystemDisk(context, action.scope, id),
  ]);
  const mark = instance === undefined ? null : parseUpdatingMark(instance.tags);
  const isYoung = mark?.sinceMs != null && context.clock.now() - mark.sinceMs < foreignMarkMs;
  if (mark !== null && isYoung && mark.diskId === disk?.diskId && mark.imageId !== disk.imageId) {
    return ended('left-alone', id, `it is marked for image '${mark.imageId}' by another run`);
  }
  return untagResource(context, action);
}
