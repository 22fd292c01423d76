import { expect } from 'vitest';
import { copyImage } from '../../../src/emulator/operations/images/copy-image.js';
import { describeImages } from '../../../src/emulator/operations/images/describe-images.js';
import type { AnyOperation } from '../../../src/emulator/operations/operation.js';
import { ApiError } from '../../../src/emulator/rpc/api-error.js';
import type { ScenarioImage, ScenarioSpec } from '../../../src/emulator/scenario/scenario.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { callOperation, openWorld, type TestWorld, twoAccounts } from '../support.js';

export const home = 'cn-hangzhou';
export const abroad = 'ap-southeast-1';
export const thirdUid = '1600000000000003';

export type Parameters = Readonly<Record<string, string | number | boolean>>;
export type Answer = Readonly<Record<string, unknown>>;

/** An image of account `images` in cn-hangzhou. */
export function anImage(facts: Partial<ScenarioImage> & { readonly id: string }): ScenarioImage {
  return { account: 'images', region: home, name: facts.id.replace('m-', ''), ...facts };
}

/** Three accounts: `images`, `prod` and `third`. */
export function imageWorld(
  images: readonly ScenarioImage[],
  spec: Partial<Omit<ScenarioSpec, 'switches'>> & { readonly switches?: Partial<Switches> } = {},
): TestWorld {
  return openWorld({ accounts: [...twoAccounts, { name: 'third', uid: thirdUid }], images, ...spec });
}

/** Status and code of the refusal, or 'none'. Fails the test where a refused call has changed anything. */
export function refusalOf(operation: AnyOperation, parameters: Parameters, as: string, world: TestWorld): string {
  const before = everythingIn(world);
  try {
    callOperation(operation, parameters, { as, world });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(everythingIn(world)).toBe(before);
    return `${error.status} ${error.code}`;
  }
  return 'none';
}

function everythingIn({ store }: TestWorld): string {
  return JSON.stringify([store.counters, ...store.collections.map((collection) => collection.values())]);
}

export function listImages(world: TestWorld, as: string, parameters: Parameters = {}): readonly Answer[] {
  const answer = callOperation(
    describeImages,
    { RegionId: home, PageSize: 100, Status: 'ALL', ...parameters },
    { as, world },
  );
  return (answer['Images'] as { readonly Image: readonly Answer[] }).Image;
}

export function idsOf(images: readonly Answer[]): readonly unknown[] {
  return images.map((image) => image['ImageId']);
}

/** The image as its viewer sees it; undefined where it is not listed. */
export function imageSeen(world: TestWorld, as: string, id: string, region = home): Answer | undefined {
  return listImages(world, as, { RegionId: region, ImageId: id })[0];
}

/** The first disk of an image as it was answered. */
export function firstDiskOf(image: Answer | undefined): Answer {
  const { DiskDeviceMapping } = (image ?? {})['DiskDeviceMappings'] as {
    readonly DiskDeviceMapping: readonly Answer[];
  };
  return DiskDeviceMapping[0] ?? {};
}

/** Orders a copy and tells its ID. */
export function copy(world: TestWorld, as: string, parameters: Parameters): string {
  return String(
    callOperation(
      copyImage,
      { RegionId: home, ImageId: 'm-golden', DestinationRegionId: abroad, ...parameters },
      { as, world },
    )['ImageId'],
  );
}
