import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/emulator/rpc/api-error.js';
import type { ScenarioImage } from '../../../src/emulator/scenario/scenario.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { launchableImage } from '../../../src/emulator/world/image-visibility.js';
import { prodUid } from '../support.js';
import { abroad, anImage, home, imageWorld } from './image-world.js';

/** Whether `prod` may launch from the image: 'yes', or status and code of the refusal. */
function launch(
  facts: Partial<ScenarioImage>,
  options: { region?: string; switches?: Partial<Switches> } = {},
): string {
  const world = imageWorld([anImage({ id: 'm-x', ...facts })], { switches: options.switches ?? {} });
  try {
    return world.change((rows) => launchableImage(rows, prodUid, options.region ?? home, 'm-x').id === 'm-x')
      ? 'yes'
      : 'no';
  } catch (error) {
    if (error instanceof ApiError) return `${error.status} ${error.code}`;
    throw error;
  }
}

describe('an image launches', () => {
  it.each<[string, Partial<ScenarioImage>, string]>([
    ['for its owner', { account: 'prod' }, 'yes'],
    ['for a sharee', { sharedWith: ['prod'] }, 'yes'],
    ['for everybody while it is a community image', { community: true }, 'yes'],
    ['for everybody where it is shared with the group of all', { shareGroups: ['all'] }, 'yes'],
    ['for nobody else', { sharedWith: ['third'] }, '404 InvalidImageId.NotFound'],
    ['while deprecated', { account: 'prod', status: 'Deprecated' }, 'yes'],
    ['not while it is created', { account: 'prod', status: 'Creating' }, '403 OperationDenied.ImageNotValid'],
    ['not after it failed', { account: 'prod', status: 'CreateFailed' }, '403 OperationDenied.ImageNotValid'],
    ['not while unavailable', { account: 'prod', status: 'UnAvailable' }, '403 OperationDenied.ImageNotValid'],
    ['not before it is usable', { account: 'prod', usable: false }, '403 OperationDenied.ImageNotValid'],
  ])('%s', (_title, facts, expected) => {
    expect(launch(facts)).toBe(expected);
  });

  it('only in its region', () => {
    expect(launch({ account: 'prod' }, { region: abroad })).toBe('404 InvalidImageId.NotFound');
  });

  it('not when unshared, with the code of the switch', () => {
    const unsharedImageLaunchCode = 'OperationDenied.ImageNotValid';
    expect(launch({}, { switches: { unsharedImageLaunchCode } })).toBe('403 OperationDenied.ImageNotValid');
    expect(launch({}, { region: abroad, switches: { unsharedImageLaunchCode } })).toBe('404 InvalidImageId.NotFound');
  });
});
