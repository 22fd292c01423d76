import { describe, expect, it } from 'vitest';
import { modifyImageAttribute } from '../../../src/emulator/operations/images/modify-image-attribute.js';
import { callOperation } from '../support.js';
import { anImage, home, imageSeen, imageWorld, type Parameters, refusalOf } from './image-world.js';

const golden = anImage({ id: 'm-golden', name: 'golden', description: 'first', family: 'golden' });
const request = { RegionId: home, ImageId: 'm-golden' };

function after(parameters: Parameters, facts: object = {}) {
  const world = imageWorld([{ ...golden, ...facts }]);
  callOperation(modifyImageAttribute, { ...request, ...parameters }, { as: 'images', world });
  return imageSeen(world, 'images', 'm-golden');
}

describe('ModifyImageAttribute', () => {
  it('changes what is given and keeps the rest', () => {
    expect(after({ ImageName: 'golden-2', 'Features.NvmeSupport': 'unsupported' })).toMatchObject({
      ImageName: 'golden-2',
      Description: 'first',
      ImageFamily: 'golden',
      Features: { NvmeSupport: 'unsupported', ImdsSupport: 'v2' },
    });
    expect(after({ ImageFamily: 'base', Description: 'second', LicenseType: 'BYOL' })).toMatchObject({
      ImageName: 'golden',
      Description: 'second',
      ImageFamily: 'base',
      LicenseType: 'BYOL',
    });
  });

  it('keeps what is given as empty', () => {
    expect(after({ Description: '', ImageFamily: '' })).toMatchObject({ Description: 'first', ImageFamily: 'golden' });
  });

  it('deprecates and restores', () => {
    expect(after({ Status: 'Deprecated' })?.['Status']).toBe('Deprecated');
    expect(after({ Status: 'Available' }, { status: 'Deprecated' })?.['Status']).toBe('Available');
  });

  it('keeps its own name without calling it a duplicate', () => {
    expect(after({ ImageName: 'golden' })?.['ImageName']).toBe('golden');
  });

  it.each<[string, Parameters, object]>([
    ['400 InvalidImageName.Malformed', { ImageName: '-golden' }, {}],
    ['400 InvalidImageName.Duplicated', { ImageName: 'taken' }, {}],
    ['400 InvalidDescription.Malformed', { Description: 'x' }, {}],
    ['400 InvalidImageFamily.Malformed', { ImageFamily: 'acs:golden' }, {}],
    ['400 ImageQuotaFull.ImageFamily', { ImageFamily: 'full' }, {}],
    ['400 ImageFamilyQuotaFull', { ImageFamily: 'new' }, {}],
    ['400 InvalidParameter', { Status: 'Creating' }, {}],
    ['400 InvalidBootMode.NotSupport', { BootMode: 'bios' }, {}],
    ['400 InvalidLicenseType.NotSupported', { LicenseType: 'Aliyun' }, {}],
    ['400 InvalidParameter.FeaturesImdsSupport', { 'Features.ImdsSupport': 'v3' }, {}],
    ['403 InvalidOperation.FeaturesImdsSupportNotMatch', { 'Features.ImdsSupport': 'v1' }, {}],
    ['403 ImageStatus.NotAvailable', { Status: 'Deprecated' }, { status: 'Deprecated' }],
    ['403 ImageStatus.NotDeprecated', { Status: 'Available' }, {}],
    ['403 ImageUseShared', { Status: 'Deprecated' }, { sharedWith: ['prod'] }],
    ['403 InvalidStatus.ImageIsCreating', { ImageName: 'golden-2' }, { status: 'Creating' }],
    ['403 OperationDeined.ImageUsingByInstance', { BootMode: 'BIOS' }, {}],
    ['none', { BootMode: 'UEFI-Preferred' }, {}],
    ['none', { 'Features.ImdsSupport': 'v2' }, { features: { nvmeSupport: 'supported', imdsSupport: 'v1' } }],
  ])('%s: %j on %j', (expected, parameters, facts) => {
    const others = [anImage({ id: 'm-taken', name: 'taken' }), anImage({ id: 'm-full', family: 'full' })];
    const world = imageWorld([...others, { ...golden, ...facts }], {
      quotas: { imagesPerFamily: 1, familiesPerRegion: 1 },
      instances: [{ id: 'i-1', account: 'images', region: home, imageId: 'm-golden' }],
    });
    expect(refusalOf(modifyImageAttribute, { ...request, ...parameters }, 'images', world)).toBe(expected);
  });

  it('is for the owner alone', () => {
    const world = imageWorld([{ ...golden, sharedWith: ['prod'], community: true }]);
    for (const as of ['prod', 'third']) {
      expect(refusalOf(modifyImageAttribute, { ...request, Description: 'mine now' }, as, world)).toBe(
        '404 InvalidImageId.NotFound',
      );
    }
  });
});
