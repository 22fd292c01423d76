import { describe, expect, it } from 'vitest';
import type { ResourceChange } from '../../src/domain/plan.js';
import { renderPlanText } from '../../src/report/plan-text.js';
import { aChange, aPlanResult, aSealAction } from './build.js';

const share = 'ImageShare/golden-to-prod/cn-hangzhou';

function account(uid: string, given: Partial<ResourceChange> = {}): ResourceChange {
  const fields = { image_id: 'm-1', account_id: uid, region: 'cn-hangzhou' };
  return {
    ...aChange({
      address: `${share}/${uid}`,
      type: 'image_share',
      id: 'm-1',
      verb: 'no-op',
      afterUnknown: [],
      reason: null,
    }),
    before: fields,
    after: fields,
    ...given,
  };
}

const granted = (uid: string) => account(uid, { verb: 'create', before: null, reason: 'not_shared' });
const revoked = (uid: string) => account(uid, { verb: 'delete', after: null, reason: 'not_listed', class: 'unshare' });

function render(changes: readonly ResourceChange[], showsUnchanged = false): string {
  const target = (name: string, accountId: string) => ({ account: name, accountId, regions: ['cn-hangzhou'] });
  const result = aPlanResult({
    targets: [target('prod', '1600000000000002'), target('legacy-batch', '1600000000000009')],
    plan: { actions: [aSealAction({ address: share })], changes },
  });
  return renderPlanText(result, { isColored: false, showsUnchanged, next: null });
}

describe('an ImageShare in a plan as text', () => {
  it('is one block: who gets the image, who loses it and why, and how many keep it', () => {
    const changes = [
      granted('1600000000000002'),
      account('1600000000000004'),
      account('1600000000000005'),
      revoked('1600000000000009'),
    ];
    expect(render(changes)).toBe(`\
tallyman will perform the following actions:

    + share
    - unshare
    ~ update in-place

  # ImageShare/golden-to-prod/cn-hangzhou will be updated in-place
  ~ m-1
      + 1600000000000002   prod
      - 1600000000000009   legacy-batch   (class unshare)
        # (because \`with\` does not list it and \`unlisted\` is Remove)
        # (instances there can no longer re-initialise disks made from this image)
        (2 unchanged accounts hidden)

Plan: 1 to share, 1 to unshare. 2 unchanged.
Destroys: ImageShare/golden-to-prod/cn-hangzhou/1600000000000009 (unshare).
Policy: 0 errors, 0 warnings, 0 waived.
Looked with 3 API calls.
`);
  });

  it('is a block of its own for each image, with the name of a copy', () => {
    const copy = aChange({ id: 'm-1', verb: 'no-op', before: { image_name: 'web-base-ab12' }, afterUnknown: [] });
    const older = { ...granted('1600000000000002'), id: 'm-0' };
    const text = render([copy, granted('1600000000000002'), older]);
    expect(text).toContain(`\
  # ${share} will be created
  + m-1  "web-base-ab12"
      + 1600000000000002   prod

  # ${share} will be created
  + m-0
      + 1600000000000002   prod
`);
  });

  it('lists the accounts that keep it when unchanged things are asked for', () => {
    expect(render([granted('1600000000000002'), account('1600000000000777')], true)).toContain(`\
  ~ m-1
      + 1600000000000002   prod
        1600000000000777

`);
  });

  it('is not shown where nothing about it changes', () => {
    const other = aChange({ verb: 'create' });
    expect(render([other, account('1600000000000004')])).not.toContain(share + ' ');
  });
});
