import { describe, expect, it } from 'vitest';
import { describeImageSharePermission } from '../../../src/emulator/operations/images/describe-image-share-permission.js';
import { modifyImageSharePermission } from '../../../src/emulator/operations/images/modify-image-share-permission.js';
import { BareNumber } from '../../../src/emulator/rpc/numbers.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { callOperation, imagesUid, openWorld, prodUid, type TestWorld } from '../support.js';
import { abroad, anImage, home, imageSeen, imageWorld, type Parameters, refusalOf, thirdUid } from './image-world.js';

const request = { RegionId: home, ImageId: 'm-golden' };

/** Sixty accounts beside the owner. */
const accounts = Array.from({ length: 60 }, (_, index) => ({ name: `a${index}`, uid: `17000000000000${10 + index}` }));
const uids = accounts.map(({ uid }) => uid);

function crowd(sharedWith: readonly string[] = []): TestWorld {
  return openWorld({
    accounts: [{ name: 'images', uid: imagesUid }, ...accounts],
    images: [anImage({ id: 'm-golden', sharedWith })],
  });
}

function listed(list: 'AddAccount' | 'RemoveAccount', members: readonly string[]): Parameters {
  return Object.fromEntries(members.map((uid, index) => [`${list}.${index + 1}`, uid]));
}

function sharees(world: TestWorld): readonly string[] {
  return world.change((rows) => Object.keys(rows.images.get('m-golden')?.sharedWith ?? {}).sort());
}

function modify(world: TestWorld, parameters: Parameters): void {
  callOperation(modifyImageSharePermission, { ...request, ...parameters }, { as: 'images', world });
}

function worldOf(facts: object = {}, switches: Partial<Switches> = {}): TestWorld {
  return imageWorld([anImage({ id: 'm-golden', ...facts })], { switches });
}

describe('sharing', () => {
  it('makes the image visible to the sharee at once, in its region, and unsharing takes it away', () => {
    const world = worldOf();
    modify(world, listed('AddAccount', [prodUid]));
    expect(imageSeen(world, 'prod', 'm-golden')).toMatchObject({ ImageOwnerAlias: 'others' });
    expect(imageSeen(world, 'prod', 'm-golden', abroad)).toBeUndefined();
    modify(world, { ...listed('RemoveAccount', [prodUid]), ...listed('AddAccount', [thirdUid]) });
    expect(imageSeen(world, 'prod', 'm-golden')).toBeUndefined();
    expect(sharees(world)).toEqual([thirdUid]);
  });

  it('[IMG-76] processes the first ten accounts of each list and drops the rest without an error', () => {
    const world = crowd();
    modify(world, listed('AddAccount', uids.slice(0, 12)));
    expect(sharees(world)).toEqual(uids.slice(0, 10));
    modify(world, listed('RemoveAccount', [...uids.slice(30, 40), ...uids.slice(0, 1)]));
    expect(sharees(world)).toEqual(uids.slice(0, 10));
  });

  it('does not even look at an account beyond the tenth', () => {
    const world = crowd();
    modify(world, listed('AddAccount', [...uids.slice(0, 10), 'nobody']));
    expect(sharees(world)).toHaveLength(10);
  });

  it('[IMG-77] stops at fifty sharees', () => {
    const world = crowd(uids.slice(0, 45));
    const add = (members: readonly string[]) =>
      refusalOf(modifyImageSharePermission, { ...request, ...listed('AddAccount', members) }, 'images', world);
    expect(add(uids.slice(45, 51))).toBe('403 QuotaExceed.ShareImageUser');
    expect(add(uids.slice(45, 50))).toBe('none');
    expect(sharees(world)).toHaveLength(50);
  });

  it('keeps the time of the first sharing', () => {
    const world = worldOf({ sharedWith: ['prod'] });
    world.advance(60);
    modify(world, listed('AddAccount', [prodUid, thirdUid]));
    const answer = callOperation(describeImageSharePermission, request, { as: 'images', world });
    expect(answer['Accounts']).toEqual({
      Account: [
        { AliyunId: prodUid, SharedTime: '2026-01-01T00:00:00Z' },
        { AliyunId: thirdUid, SharedTime: '2026-01-01T00:01:00Z' },
      ],
    });
  });
});

describe('ModifyImageSharePermission refuses', () => {
  const add = listed('AddAccount', [prodUid]);

  it.each<[string, Parameters, object]>([
    ['400 MissingParameter', {}, {}],
    ['404 InvalidAccount.Forbbiden', listed('AddAccount', [imagesUid]), {}],
    ['404 InvalidAccount.Forbbiden', listed('RemoveAccount', [imagesUid]), {}],
    ['404 InvalidAccount.NotFound', listed('AddAccount', [prodUid, '1699999999999999']), {}],
    ['404 InvalidAccount.NotFound', listed('AddAccount', ['prod']), {}],
    ['404 InvalidAccount.NotFound', listed('RemoveAccount', ['1699999999999999']), {}],
    ['403 OperationDenied.InvalidImageStatus', add, { status: 'Deprecated' }],
    ['403 OperationDenied.InvalidImageStatus', add, { status: 'Creating' }],
    ['403 InvalidOperation.ServiceKeyEncryptedImageUnsupported', add, { encrypted: true }],
    ['403 OperationDeined.FullImage', add, { encrypted: true, kmsKeyId: 'key-x', disks: [{}, {}] }],
    ['none', add, { encrypted: true, kmsKeyId: 'key-x' }],
    ['none', add, { disks: [{}, {}] }],
    ['403 Image.Public', add, { community: true }],
    ['403 InvalidParameter.IsPublic', { ...add, IsPublic: false }, {}],
    ['403 InvalidParameter.IsPublic', { IsPublic: 'maybe' }, {}],
    ['400 UnnecessaryParameter.LaunchPermission', { ...add, LaunchPermission: 'HIDDEN' }, {}],
    ['400 InvalidParameter.LaunchPermission', { LaunchPermission: 'OPEN' }, {}],
    ['400 ForbiddenParameter.LaunchPermission', { LaunchPermission: 'HIDDEN' }, {}],
  ])('with %s: %j on %j', (expected, parameters, facts) => {
    expect(refusalOf(modifyImageSharePermission, { ...request, ...parameters }, 'images', worldOf(facts))).toBe(
      expected,
    );
  });

  it('a sharee that wants to share on', () => {
    const world = worldOf({ sharedWith: ['prod'] });
    const onward = { ...request, ...listed('AddAccount', [thirdUid]) };
    expect(refusalOf(modifyImageSharePermission, onward, 'prod', world)).toBe('404 InvalidImageId.NotFound');
  });

  it('an image whose key is disabled', () => {
    const world = imageWorld([anImage({ id: 'm-golden', encrypted: true, kmsKeyId: 'key-x' })], {
      kmsKeys: [{ id: 'key-x', account: 'images', region: home, state: 'Disabled' }],
    });
    expect(refusalOf(modifyImageSharePermission, { ...request, ...add }, 'images', world)).toBe(
      '403 InvalidParameter.KMSKeyId.CMKNotEnabled',
    );
  });
});

describe('switches of sharing', () => {
  const refusal = (parameters: Parameters, switches: Partial<Switches>, facts: object = {}) =>
    refusalOf(modifyImageSharePermission, { ...request, ...parameters }, 'images', worldOf(facts, switches));

  it('shareListFailure: one bad account undoes the call, or is passed over', () => {
    const parameters = listed('AddAccount', ['nobody', prodUid]);
    expect(refusal(parameters, {})).toBe('404 InvalidAccount.NotFound');
    const world = worldOf({}, { shareListFailure: 'skip' });
    modify(world, parameters);
    expect(sharees(world)).toEqual([prodUid]);
  });

  it('sharedInBothLists', () => {
    const both = { ...listed('AddAccount', [prodUid]), ...listed('RemoveAccount', [prodUid]) };
    const left = (switches: Partial<Switches>) => {
      const world = worldOf({ sharedWith: ['prod'] }, switches);
      modify(world, both);
      return sharees(world);
    };
    expect(left({})).toEqual([]);
    expect(left({ sharedInBothLists: 'added' })).toEqual([prodUid]);
  });

  it('shareWithoutEffect', () => {
    const again = listed('AddAccount', [prodUid]);
    const absent = listed('RemoveAccount', [thirdUid]);
    const facts = { sharedWith: ['prod'] };
    expect([refusal(again, {}, facts), refusal(absent, {}, facts)]).toEqual(['none', 'none']);
    const strict = { shareWithoutEffect: 'refuse' } as const;
    expect(refusal(again, strict, facts)).toBe('400 InvalidParameter');
    expect(refusal(absent, strict, facts)).toBe('400 InvalidParameter');
  });

  it('shareRole: without the role encrypted images cannot be shared, and plain ones can', () => {
    const add = listed('AddAccount', [prodUid]);
    const missing = { shareRole: 'missing' } as const;
    expect(refusal(add, missing, { encrypted: true, kmsKeyId: 'key-x' })).toBe('403 AssumeRoleError');
    expect(refusal(add, missing)).toBe('none');
  });

  it('unpublishPlainImage', () => {
    expect(refusal({ IsPublic: false }, {})).toBe('none');
    expect(refusal({ IsPublic: false }, { unpublishPlainImage: 'refuse' })).toBe('403 Image.NotPublic');
  });

  it('communityAgreement', () => {
    expect(refusal({ IsPublic: true }, {})).toBe('none');
    expect(refusal({ IsPublic: true }, { communityAgreement: 'not-signed' })).toBe(
      '403 PublicImageAgreement.NotSigned',
    );
  });

  it('shareeIdForm', () => {
    const world = worldOf({ sharedWith: ['prod'] }, { shareeIdForm: 'number' });
    const answer = callOperation(describeImageSharePermission, request, { as: 'images', world });
    expect(answer['Accounts']).toMatchObject({ Account: [{ AliyunId: new BareNumber(prodUid) }] });
  });
});

describe('publishing', () => {
  it('opens an image to everybody and unpublishing keeps the earlier shares', () => {
    const world = worldOf({ sharedWith: ['prod'] });
    modify(world, { IsPublic: true });
    world.change((rows) => expect(rows.images.get('m-golden')?.isPublic).toBe(true));
    modify(world, { IsPublic: false });
    world.change((rows) => expect(rows.images.get('m-golden')?.isPublic).toBe(false));
    expect(sharees(world)).toEqual([prodUid]);
  });

  it.each<[string, object]>([
    ['403 Image.Public', { community: true }],
    ['403 OperationDenied.InvalidImageStatus', { status: 'Deprecated' }],
    ['403 OperationDeined.EncryptedSnapshot', { encrypted: true, kmsKeyId: 'key-x' }],
  ])('is refused with %s for %j', (expected, facts) => {
    const world = worldOf(facts);
    expect(refusalOf(modifyImageSharePermission, { ...request, IsPublic: true }, 'images', world)).toBe(expected);
  });
});

describe('DescribeImageSharePermission', () => {
  it('answers ten sharees a page unless said otherwise', () => {
    const world = crowd(uids.slice(0, 25));
    const page = (parameters: Parameters) => {
      const answer = callOperation(
        describeImageSharePermission,
        { ...request, ...parameters },
        { as: 'images', world },
      );
      const { Account } = answer['Accounts'] as { Account: readonly { AliyunId: string }[] };
      return [answer['TotalCount'], answer['PageSize'], Account.map(({ AliyunId }) => AliyunId)];
    };
    expect(page({})).toEqual([25, 10, uids.slice(0, 10)]);
    expect(page({ PageNumber: 3 })).toEqual([25, 10, uids.slice(20, 25)]);
    expect(page({ PageSize: 100 })).toEqual([25, 100, uids.slice(0, 25)]);
  });

  it('[IMG-89] lists groups beside accounts', () => {
    const world = worldOf({ shareGroups: ['all'] });
    const answer = callOperation(describeImageSharePermission, request, { as: 'images', world });
    expect(answer['ShareGroups']).toEqual({ ShareGroup: [{ Group: 'all' }] });
  });

  it('is for the owner alone, and refuses larger pages', () => {
    const world = worldOf({ sharedWith: ['prod'] });
    expect(refusalOf(describeImageSharePermission, request, 'prod', world)).toBe('404 InvalidImageId.NotFound');
    expect(refusalOf(describeImageSharePermission, { ...request, PageSize: 101 }, 'images', world)).toBe(
      '400 InvalidParameter',
    );
  });
});
