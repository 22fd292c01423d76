import { describe, expect, it } from 'vitest';
import type { ImageRef } from '../../src/domain/action.js';
import { tagKey } from '../../src/domain/ownership.js';
import { needOf } from '../../src/plan/rollout.js';
import { anInstance, anObservedDisk, anObservedInstance, anUpdateStrategy, nowMs } from '../support/build.js';

const wanted: ImageRef = { kind: 'id', imageId: 'm-new' };
const instance = anInstance({ update: anUpdateStrategy({ snapshotBefore: false }) });
const finish = ['replace', 'disk-tags', 'start', 'healthy', 'unmark'];

interface Situation {
  readonly status?: 'Running' | 'Stopped' | 'Stopping' | 'Starting';
  /** Image of the present system disk, whose ID is d-now. */
  readonly image: 'm-old' | 'm-new';
  readonly mark?: { readonly disk: 'd-now' | 'd-before'; readonly image: string; readonly minutesAgo: number };
  readonly power?: 'Running';
}

function needIn(situation: Situation): unknown {
  const { mark, status = 'Running' } = situation;
  const tags =
    mark === undefined
      ? {}
      : {
          [tagKey.updating]: `${mark.disk}/${mark.image}`,
          [tagKey.updatingSince]: new Date(nowMs - mark.minutesAgo * 60_000).toISOString(),
        };
  const present = anObservedInstance({ status, tags });
  const disk = anObservedDisk({
    diskId: 'd-now',
    imageId: situation.image,
    tags: { [tagKey.resource]: 'Instance/web/0' },
  });
  const parsed =
    mark === undefined ? null : { diskId: mark.disk, imageId: mark.image, sinceMs: nowMs - mark.minutesAgo * 60_000 };
  const member = { ordinal: 0, address: 'Instance/web/0', present, disk, dataDisks: [], mark: parsed };
  const power = situation.power ?? 'Unmanaged';
  const need = needOf({ ...instance, power }, member, wanted, nowMs);
  return need.kind === 'steps' ? need.steps : need.kind;
}

const ours = (disk: 'd-now' | 'd-before') => ({ disk, image: 'm-new', minutesAgo: 1 });

describe('what a member needs, by what is read of it', () => {
  const table: readonly (readonly [string, Situation, unknown])[] = [
    ['running on the wanted image: nothing', { image: 'm-new' }, 'nothing'],
    ['running on another image: all steps', { image: 'm-old' }, ['mark', 'stop', ...finish]],
    ['stopped by a person: left alone', { image: 'm-old', status: 'Stopped' }, 'down'],
    ['stopped by a person on the wanted image: left alone', { image: 'm-new', status: 'Stopped' }, 'down'],
    [
      'stopped by a person, power Running: replaced without a stop',
      { image: 'm-old', status: 'Stopped', power: 'Running' },
      ['mark', ...finish],
    ],
    [
      'stopped, marked for the present disk: goes on with the replacement',
      { image: 'm-old', status: 'Stopped', mark: ours('d-now') },
      finish,
    ],
    [
      'stopping, marked for the present disk: goes on with the replacement',
      { image: 'm-old', status: 'Stopping', mark: ours('d-now') },
      finish,
    ],
    [
      'stopped, disk replaced: goes on with the start',
      { image: 'm-new', status: 'Stopped', mark: ours('d-before') },
      ['start', 'healthy', 'unmark'],
    ],
    [
      'running, marked for the present disk: the stop was lost, starts over',
      { image: 'm-old', mark: ours('d-now') },
      ['mark', 'stop', ...finish],
    ],
    [
      'running, disk replaced: health, then the marks go',
      { image: 'm-new', mark: ours('d-before') },
      ['healthy', 'unmark'],
    ],
    [
      'starting, disk replaced: health, then the marks go',
      { image: 'm-new', status: 'Starting', mark: ours('d-before') },
      ['healthy', 'unmark'],
    ],
    [
      'marked for another image a minute ago: left alone',
      { image: 'm-old', mark: { disk: 'd-now', image: 'm-other', minutesAgo: 1 } },
      'busy',
    ],
    [
      'marked for another image an hour ago: taken over',
      { image: 'm-old', mark: { disk: 'd-now', image: 'm-other', minutesAgo: 60 } },
      ['mark', 'stop', ...finish],
    ],
    [
      'stopped for another image an hour ago: taken over and started',
      { image: 'm-old', status: 'Stopped', mark: { disk: 'd-now', image: 'm-other', minutesAgo: 60 } },
      ['mark', ...finish],
    ],
    [
      'back to the image that it has, stopped an hour ago: started',
      { image: 'm-new', status: 'Stopped', mark: { disk: 'd-now', image: 'm-other', minutesAgo: 60 } },
      ['start', 'healthy', 'unmark'],
    ],
  ];
  it.each(table)('%s', (_title, situation, expected) => {
    expect(needIn(situation)).toEqual(expected);
  });
});
