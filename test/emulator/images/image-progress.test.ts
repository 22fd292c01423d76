import { expect, it } from 'vitest';
import { progressOf } from '../../../src/emulator/operations/images/image-progress.js';
import { imagesUid } from '../support.js';
import { abroad, anImage, copy, imageWorld } from './image-world.js';

it('never reaches a hundred percent before the image is finished, not even in a stale read', () => {
  const world = imageWorld([anImage({ id: 'm-golden' })], {
    timings: { copyImage: { baseSeconds: 60, secondsPerGiB: 0 } },
  });
  copy(world, 'images', {});
  const images = world.change((rows) => rows.images.list(imagesUid, abroad));
  const progressAfter = (seconds: number) => images.map((image) => progressOf(image, world.now + seconds * 1000));
  expect(progressAfter(30)).toEqual([{ percent: 50, remainingSeconds: 30 }]);
  expect(progressAfter(90)).toEqual([{ percent: 99, remainingSeconds: 0 }]);
});
