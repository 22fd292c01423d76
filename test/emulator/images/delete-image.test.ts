import { describe, expect, it } from 'vitest';
import { deleteImage } from '../../../src/emulator/operations/images/delete-image.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { callOperation, imagesUid, type TestWorld } from '../support.js';
import { abroad, anImage, copy, home, imageSeen, imageWorld, type Parameters, refusalOf } from './image-world.js';

function refusal(world: TestWorld, parameters: Parameters = {}, as = 'images'): string {
  return refusalOf(deleteImage, { RegionId: home, ImageId: 'm-golden', ...parameters }, as, world);
}

function worldOf(facts: object = {}, switches: Partial<Switches> = {}): TestWorld {
  return imageWorld([anImage({ id: 'm-golden', ...facts })], {
    switches,
    instances: [{ id: 'i-1', account: 'images', region: home, imageId: 'm-used' }],
  });
}

describe('DeleteImage', () => {
  it('removes the image and leaves its snapshots', () => {
    const world = worldOf();
    callOperation(deleteImage, { RegionId: home, ImageId: 'm-golden' }, { as: 'images', world });
    expect(imageSeen(world, 'images', 'm-golden')).toBeUndefined();
    world.change((rows) => expect(rows.snapshots.list(imagesUid, home).map(({ id }) => id)).toEqual(['s-golden']));
  });

  it('ignores an ID that the region does not have, and refuses that of another account', () => {
    const world = worldOf({ sharedWith: ['prod'] });
    expect(refusal(world, { ImageId: 'm-never' })).toBe('none');
    expect(refusal(world, { RegionId: abroad })).toBe('none');
    expect(imageSeen(world, 'images', 'm-golden')).toBeDefined();
    expect(refusal(world, {}, 'prod')).toBe('404 InvalidImageId.NotFound');
    expect(refusal(world, {}, 'third')).toBe('404 InvalidImageId.NotFound');
    expect(refusal(worldOf({}, { deleteMissingImage: 'not-found' }), { ImageId: 'm-never' })).toBe(
      '404 InvalidImageId.NotFound',
    );
  });

  it('refuses a shared and a published image, with Force as well unless the switch allows it', () => {
    for (const Force of [false, true]) {
      expect(refusal(worldOf({ sharedWith: ['prod'] }), { Force })).toBe('403 ImageUseShared');
      expect(refusal(worldOf({ shareGroups: ['all'] }), { Force })).toBe('403 ImageUseShared');
      expect(refusal(worldOf({ community: true }), { Force })).toBe('403 ImageIsPublic');
    }
    const allowing = worldOf({ sharedWith: ['prod'], community: true }, { forceDeletesShared: 'yes' });
    expect(refusal(allowing)).toBe('403 ImageIsPublic');
    expect(refusal(allowing, { Force: true })).toBe('none');
  });

  it('refuses an image that instances were created from, unless forced', () => {
    const used = { id: 'm-used' };
    expect(refusal(worldOf(used), { ImageId: 'm-used' })).toBe('403 ImageUsingByInstance');
    const world = worldOf(used);
    expect(refusal(world, { ImageId: 'm-used', Force: true })).toBe('none');
    world.change((rows) => expect(rows.instances.get('i-1')?.imageId).toBe('m-used'));
  });

  it('refuses source and target of a running copy, wherever it goes', () => {
    const world = worldOf();
    const id = copy(world, 'images', {});
    expect(refusal(world, { Force: true })).toBe('403 OperationDenied.ImageCopying');
    expect(refusal(world, { RegionId: abroad, ImageId: id })).toBe('403 OperationDenied.ImageCopying');
    world.advance(86_400);
    expect(refusal(world)).toBe('none');
  });

  it('refuses an image that is still being created', () => {
    expect(refusal(worldOf({ status: 'Creating' }))).toBe('403 ImageIsCreating');
  });
});
