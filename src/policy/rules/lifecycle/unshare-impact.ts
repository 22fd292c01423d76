import type { UnshareImageAction } from '../../../domain/action.js';
import { resourceOf, shareAddress } from '../../../domain/address.js';
import type { Project } from '../../../domain/desired.js';
import type { ObservedState } from '../../../domain/observed.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { object, wholeNumber, withDefault } from '../../parameters.js';
import type { Rule } from '../../rule.js';
import { runningImages } from '../../running-images.js';

/** Whoever loses an image keeps its machines running, and can neither start further ones nor re-initialise their disks. */
export const unshareImpact: Rule<{ readonly maxInstances: number }> = {
  id: 'lifecycle/unshare-impact',
  stage: 'plan',
  severity: { recommended: 'off', strict: 'warning' },
  isWaivable: true,
  judges: ['ImageShare'],
  summary: 'a plan takes an image away from those who run it',
  description:
    'Off until a Policy gives parameters. An account loses access to an image from which at most so many instances of ' +
    'the project run there. Of an account outside the project nobody knows, and that counts as too many.',
  parameters: object({ maxInstances: withDefault(wholeNumber(0, 100_000), 0) }),
  tighter: (a, b) => (a.maxInstances < b.maxInstances ? a : b),
  check: ({ desired, plan, observed, judged, parameters }) =>
    judged.imageShares.flatMap((share) =>
      (plan?.actions ?? [])
        .filter((action) => action.kind === 'UnshareImage')
        .filter((action) => resourceOf(action.address) === share.address)
        .flatMap((action) =>
          action.accounts.flatMap((uid): readonly Violation[] => {
            const impact = impactOn(desired.project, observed, action, uid);
            if (impact !== null && impact <= parameters.maxInstances) return [];
            const what = impact === null ? 'what runs it there is unknown' : `${impact} instances there run it`;
            return [
              {
                at: child(share.origin, 'spec', 'with'),
                address: shareAddress(share.name, action.scope.region, uid),
                message: `account '${uid}' would lose image '${action.imageId}', and ${what}`,
                hint: 'Move those instances first, keep the account in `with`, or set `unlisted: Report`.',
                value: uid,
              },
            ];
          }),
        ),
    ),
};

/** How many of the project's instances in the account run the image; null for an account that nobody looks at. */
function impactOn(
  project: Project,
  observed: ObservedState,
  { imageId, scope }: UnshareImageAction,
  uid: string,
): number | null {
  const account = project.accounts.find((candidate) => candidate.uid === uid);
  if (account === undefined) return null;
  const imageOf = runningImages(observed);
  return observed.instances.filter(
    (instance) =>
      instance.account === account.name && instance.region === scope.region && imageOf(instance) === imageId,
  ).length;
}
