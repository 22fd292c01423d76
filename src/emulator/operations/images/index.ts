import type { AnyOperation, Transition } from '../operation.js';
import { createSnapshot, snapshotTransitions } from '../snapshots/create-snapshot.js';
import { deleteSnapshot } from '../snapshots/delete-snapshot.js';
import { describeSnapshots } from '../snapshots/describe-snapshots.js';
import { listTagResources } from '../tags/list-tag-resources.js';
import { tagResources } from '../tags/tag-resources.js';
import { untagResources } from '../tags/untag-resources.js';
import { cancelCopyImage } from './cancel-copy-image.js';
import { copyImage } from './copy-image.js';
import { createImage } from './create-image.js';
import { deleteImage } from './delete-image.js';
import { describeImageFromFamily } from './describe-image-from-family.js';
import { describeImageSharePermission } from './describe-image-share-permission.js';
import { describeImages } from './describe-images.js';
import { imageTaskTransitions } from './image-task.js';
import { modifyImageAttribute } from './modify-image-attribute.js';
import { modifyImageSharePermission } from './modify-image-share-permission.js';

export const imageOperations: readonly AnyOperation[] = [
  describeImages,
  describeImageFromFamily,
  copyImage,
  cancelCopyImage,
  createImage,
  deleteImage,
  modifyImageAttribute,
  modifyImageSharePermission,
  describeImageSharePermission,
  tagResources,
  untagResources,
  listTagResources,
  describeSnapshots,
  createSnapshot,
  deleteSnapshot,
];

export const imageTransitions: readonly Transition[] = [...imageTaskTransitions, ...snapshotTransitions];
