import {
  aDestination,
  aLock,
  aLockEntry,
  anEmptyLock,
  anImageCopy,
  anImageSource,
  aPolicy,
  aProject,
  uidOfProd,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const abroad = { imageCopies: [anImageCopy({ destinations: [aDestination({ region: 'ap-southeast-1' })] })] };
const finding = {
  at: 'manifests/web-base.yaml: spec.destinations.0.region',
  address: 'ImageCopy/web-base/ap-southeast-1',
};
const onlySingapore = aPolicy({ 'region/allowed': { regions: ['ap-southeast-1'] } });

describeRule('region/shared-copy-region', [
  { title: 'passes a copy beside the image' },
  { title: 'passes a copy that takes a hop in an allowed region', desired: abroad },
  {
    title: 'finds a hop in a region that a Policy forbids',
    desired: abroad,
    policies: [onlySingapore],
    finds: [
      {
        ...finding,
        severity: 'error',
        message:
          "'golden' cannot be copied to 'ap-southeast-1': its hop would be in 'cn-hangzhou', which region/allowed forbids",
      },
    ],
  },
  {
    title: 'needs no hop where the image is shared in the region itself',
    desired: { ...abroad, imageSources: [anImageSource({ regions: ['cn-hangzhou', 'ap-southeast-1'] })] },
    lock: aLock(aLockEntry(), aLockEntry({ region: 'ap-southeast-1', imageId: 'm-golden2' })),
    policies: [onlySingapore],
  },
  {
    title: 'finds a hop outside the regions of the project',
    desired: { ...abroad, project: aProject({ regions: ['ap-southeast-1'] }) },
    finds: [
      {
        ...finding,
        message:
          "'golden' cannot be copied to 'ap-southeast-1': its hop would be in 'cn-hangzhou', which is not a region of the project",
      },
    ],
  },
  {
    title: 'finds a lock that names no region from which to start',
    desired: abroad,
    lock: aLock(aLockEntry({ region: 'cn-beijing' })),
    finds: [
      {
        ...finding,
        message:
          "'golden' cannot be copied to 'ap-southeast-1': it is locked in no region from which a copy could start",
      },
    ],
  },
  { title: 'leaves a source without any entry to trust/unlocked-source', desired: abroad, lock: anEmptyLock() },
  {
    title: 'does not ask it of an own image, which is copied in one hop',
    desired: { ...abroad, imageSources: [anImageSource({ owner: { kind: 'account', uid: uidOfProd } })] },
    policies: [onlySingapore],
  },
]);
