import { copyAddress, shareAddress } from '../../../domain/address.js';
import type { ImageShare, Project } from '../../../domain/desired.js';
import type { ObservedImage, ObservedShare, ObservedState } from '../../../domain/observed.js';
import { child } from '../../../domain/origin.js';
import { tagKey } from '../../../domain/ownership.js';
import type { Violation } from '../../../domain/policy.js';
import { day, list, object, optional, uid, withDefault, word } from '../../parameters.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';

const targetShape = object({ uid, reason: word, until: optional(day) });

export interface ShareTargets {
  readonly accounts: readonly NonNullable<ReturnType<typeof targetShape.read>>[];
}

/** Whoever receives an image can copy it, and then it is his for good: sharing is disclosure that cannot be undone. */
export const shareTarget: Rule<ShareTargets> = {
  id: 'trust/share-target',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageShare'],
  summary: 'an image is shared with an account that no Policy lists',
  description:
    "Images go to the project's own accounts and to those that a Policy lists with a reason, on the day of the check. " +
    'Groups, everybody, and accounts that `unlisted: Report` leaves in place are found where the cloud is looked at.',
  parameters: object({ accounts: withDefault(list(targetShape), []) }),
  check: ({ desired, observed, references, judged, parameters, today }) => {
    const isAllowed = (account: string) => isTarget(desired.project, parameters, today, account);
    return judged.imageShares.flatMap((share) => [
      ...share.with.filter((sharee) => !isAllowed(sharee.uid)).map((sharee) => wanted(share, sharee)),
      ...(observed === null
        ? []
        : sharedImagesOf(references, observed, share).flatMap((seen) => exposureOf(share, seen, isAllowed))),
    ]);
  },
};

function isTarget(project: Project, { accounts }: ShareTargets, today: string, account: string): boolean {
  const isOwn = project.accounts.some((candidate) => candidate.uid === account);
  return isOwn || accounts.some((target) => target.uid === account && (target.until === null || target.until >= today));
}

function wanted(share: ImageShare, sharee: ImageShare['with'][number]): Violation {
  return {
    at: sharee.origin,
    address: share.address,
    message: `\`with\` must name accounts of the project or of a Policy, and '${sharee.uid}' is neither`,
    hint: `Remove it, or add '${sharee.uid}' with a reason to \`accounts\` of trust/share-target.`,
    value: sharee.uid,
  };
}

interface SeenImage {
  readonly share: ObservedShare;
  /** Undefined where the list of accounts was read but not the image. */
  readonly image: ObservedImage | undefined;
}

function sharedImagesOf(references: References, observed: ObservedState, share: ImageShare): readonly SeenImage[] {
  return observed.shares
    .filter(({ account, region }) => account === share.account && share.regions.includes(region))
    .map((seen) => ({
      share: seen,
      image: observed.images.find(({ account, imageId }) => account === seen.account && imageId === seen.imageId),
    }))
    .filter(({ share: { imageId, region }, image }) =>
      share.image.kind === 'imageSource'
        ? references.entryFor(share.image.name, region)?.imageId === imageId
        : image?.tags[tagKey.resource] === copyAddress(share.image.name, region),
    );
}

function exposureOf(
  share: ImageShare,
  { share: { imageId, region, accounts, groups }, image }: SeenImage,
  isAllowed: (account: string) => boolean,
): readonly Violation[] {
  const at = child(share.origin, 'spec', 'image', share.image.kind);
  const hint = 'Take it back in the console, or with `aliyun ecs ModifyImageSharePermission`; tallyman never does.';
  const wide = [...groups.map((group) => `group '${group}'`), ...(image?.isPublic === true ? ['everybody'] : [])];
  const listed = new Set(share.with.map((sharee) => sharee.uid));
  const left = share.unlisted === 'Report' ? accounts.filter((account) => !listed.has(account)) : [];
  return [
    ...wide.map((who) => ({
      at,
      address: `${share.address}/${region}`,
      message: `image '${imageId}' in '${region}' must not be open to ${who}`,
      hint,
      value: who,
    })),
    ...left
      .filter((account) => !isAllowed(account))
      .map((account) => ({
        at: child(share.origin, 'spec', 'unlisted'),
        address: shareAddress(share.name, region, account),
        message: `image '${imageId}' in '${region}' is shared with account '${account}', which no Policy lists`,
        hint: 'Set `unlisted: Remove`, or list the account in `with` and in trust/share-target.',
        value: account,
      })),
  ];
}
