import type { ShareImageAction, UnshareImageAction } from '../../domain/action.js';
import type { Scope } from '../../domain/observed.js';
import { type ActionResult, type ApplyContext, ended, failed, knownImageId } from '../context.js';
import { sendUntilSeen } from '../repeat.js';

/**
 * Gives accounts access to an image, or takes it away, and reads the whole list back: the service passes over what it
 * does not like without an error. The call can be repeated, so a run that dies here leaves what the next plan does.
 */
export function shareImage(context: ApplyContext, action: ShareImageAction): Promise<ActionResult> {
  const imageId = knownImageId(context, action.image);
  return change(context, action, imageId, { add: action.accounts, remove: [] });
}

export function unshareImage(context: ApplyContext, action: UnshareImageAction): Promise<ActionResult> {
  return change(context, action, action.imageId, { add: [], remove: action.accounts });
}

interface ShareChanges {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

async function change(
  context: ApplyContext,
  action: ShareImageAction | UnshareImageAction,
  imageId: string,
  wanted: ShareChanges,
): Promise<ActionResult> {
  const before = await missingOf(context, action.scope, imageId, wanted);
  if (before.add.length + before.remove.length === 0) return ended('unchanged', imageId);
  let left = before;
  const isSeen = await sendUntilSeen(
    context,
    { operation: 'ModifyImageSharePermission', action, token: null, subject: imageId },
    {
      call: () => context.writer.modifyImageShares(action.scope, imageId, left),
      isSeen: async () => {
        left = await missingOf(context, action.scope, imageId, wanted);
        return left.add.length + left.remove.length === 0;
      },
      // What is shared need not carry our tags: an ImageShare names any image of the account.
      isStillRight: () => Promise.resolve(true),
    },
  );
  if (isSeen) return ended('done', imageId);
  const accounts = [...left.add, ...left.remove].map((uid) => `'${uid}'`).join(', ');
  return failed(
    `the accounts of '${imageId}' do not show what was set: ${accounts}`,
    'Check that these accounts exist and may be shared with; then run apply again.',
    imageId,
  );
}

/** What of the wished changes is not there yet, by the list read to its last page. */
async function missingOf(
  context: ApplyContext,
  scope: Scope,
  imageId: string,
  wanted: ShareChanges,
): Promise<ShareChanges> {
  const present = await readAccounts(context, scope, imageId);
  return {
    add: wanted.add.filter((uid) => !present.has(uid)),
    remove: wanted.remove.filter((uid) => present.has(uid)),
  };
}

/** More pages than any image has accounts. */
const pagesMax = 100;

async function readAccounts(context: ApplyContext, scope: Scope, imageId: string): Promise<ReadonlySet<string>> {
  const accounts = new Set<string>();
  for (let pageNumber = 1; pageNumber <= pagesMax; pageNumber += 1) {
    const page = await context.cloud.describeImageShares(scope, { imageId, pageNumber });
    for (const uid of page.items) accounts.add(uid);
    if (page.items.length === 0 || accounts.size >= page.totalCount) break;
  }
  return accounts;
}
