import type { ActionReason } from '../domain/action.js';

/** What the codes of `action_reason` mean, in the words of the manifests. */
const phrases: Readonly<Record<ActionReason, string>> = {
  not_found: 'it does not exist yet',
  copy_failed: 'an earlier copy failed and holds the name',
  superseded: 'a newer copy took its place and `history` does not keep it',
  hop_done: 'the hop is not needed any more',
  seal: 'it is not marked with its own ID yet',
  moved: '`spec.moved` of the project says that it was renamed',
  until_available: 'the copy must be Available first',
  until_running: 'the instance must be Running first',
  until_healthy: 'the member must be healthy before the next one is touched',
  siblings_healthy: 'members that run the image already must be healthy before more of them get it',
  tags_differ: 'its tags differ',
  attributes_differ: 'its attributes differ',
  family_differs: 'its image family differs',
  image_differs: 'it runs another image',
  rollout_mark: 'a member is marked before it is stopped',
  rollout_snapshot: '`snapshotBefore` asks for a snapshot of the old disk',
  rollout_disk_tags: 'tags do not survive a replacement of the disk',
  rollout_done: 'the marks of the rollout are not needed any more',
  power_differs: '`power` asks for Running',
  scaled_down: '`replicas` is smaller than its ordinal',
  type_differs: '`instanceType` differs: a stop is needed to change it',
  disk_differs: 'its system disk differs',
  user_data_differs: 'other user data is wanted, which the next start brings',
  snapshot_policy_lost: 'a snapshot policy does not survive a replacement of the disk',
  adopt: '`adopt` names it: it is taken over by its tags, and nothing else changes',
  not_shared: '`with` lists it and it has no access yet',
  recreated: '`onImageChange: Recreate` makes it anew: its image, or a field that is fixed at creation, differs',
  not_listed: '`with` does not list it and `unlisted` is Remove',
  not_wanted: 'no manifest wants it any more',
};

const phraseByCode: ReadonlyMap<string, string> = new Map(Object.entries(phrases));

/** A reason that is not known here is shown as its code. */
export function reasonText(reason: string): string {
  return phraseByCode.get(reason) ?? reason;
}
