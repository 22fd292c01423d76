import { aDocument } from './project.js';
import type { ApplyOrder, Deed, Edit, Step, Story } from './story.js';
import { aGolden, home } from './world.js';

/** A story that docs/ownership.md knows by name, and what its trace must show so that it has not lost its point. */
export interface NamedStory extends Story {
  readonly name: string;
  readonly shows: RegExp;
}

const uids = {
  images: '100000000000001',
  prod: '100000000000002',
  attacker: '100000000000666',
  stranger: '100000000000777',
};

const source = aDocument('ImageSource', 'golden', { region: home, owner: uids.images, family: 'golden' });

function aCopy(spec: Readonly<Record<string, unknown>> = {}) {
  const destinations = [{ region: home }];
  return aDocument('ImageCopy', 'base', { source: { imageSource: 'golden' }, encrypted: true, destinations, ...spec });
}

function aFleet(
  replicas: number,
  spec: Readonly<Record<string, unknown>> = {},
  update: Readonly<Record<string, unknown>> = {},
) {
  return aDocument('Instance', 'web', {
    region: home,
    placement: [{ zone: `${home}-h`, vSwitchId: 'vsw-web' }],
    replicas,
    image: { imageSource: 'golden' },
    instanceType: 'ecs.g7.large',
    securityGroupIds: ['sg-web'],
    systemDisk: { category: 'cloud_essd', sizeGiB: 40, encrypted: true },
    update: { snapshotBefore: false, minReadySeconds: 10, ...update },
    ...spec,
  });
}

const policies = [
  aDocument('Policy', 'baseline', {
    extends: ['recommended'],
    rules: {
      'trust/trusted-owner': { severity: 'error', owners: [{ uid: uids.images, reason: 'our image factory' }] },
      'encryption/required': { severity: 'error', kinds: ['ImageCopy', 'Instance'] },
    },
  }),
];

interface Setting extends Partial<Pick<Story, 'start' | 'lag' | 'badImages'>> {
  readonly manifests?: Story['files']['manifests'];
  readonly switches?: Readonly<Record<string, unknown>>;
}

function named(name: string, shows: RegExp, steps: readonly Step[], setting: Setting = {}): NamedStory {
  const { manifests = [source, aFleet(2)], switches = {}, ...more } = setting;
  return {
    name,
    shows,
    seed: 1,
    uids,
    start: '2026-01-01T00:05:00Z',
    cloud: {
      images: [aGolden(1)],
      kmsKeys: [],
      timings: { copyImage: { baseSeconds: 40, secondsPerGiB: 0 } },
      switches,
    },
    files: {
      project: {
        regions: [home, 'ap-southeast-1'],
        safety: { allow: ['delete', 'replace-system-disk', 'stop', 'unshare'] },
      },
      manifests,
      policies,
    },
    steps,
    ...more,
  };
}

const run = (order: Partial<ApplyOrder> = {}, after = 0): Step => ({ after, apply: { by: 'a', ...order } });
const rival = (order: Partial<ApplyOrder> = {}, after = 0): Step => ({ after, apply: { by: 'b', ...order } });
const finish: Step = { after: 0, finish: true };
const person = (deed: Deed, after = 0): Step => ({ after, deed, by: 'person' });
const sharer = (deed: Deed, after = 0): Step => ({ after, deed, by: 'sharer' });
const commit = (...edits: readonly Edit[]): Step => ({ after: 60, commit: edits });
const scaled = (replicas: number): Step => commit({ target: 'Instance/web', merge: { replicas } });
const newImage: readonly Step[] = [
  sharer({ op: 'change', change: { op: 'addImage', image: aGolden(3, { id: 'm-golden2' }) } }, 60),
  { after: 1, update: true },
];
const tenPasses: readonly Step[] = Array.from({ length: 10 }, () => [run({}, 120), finish]).flat();
const hopped = [source, aCopy({ destinations: [{ region: 'ap-southeast-1' }] })];
const rolling = [run(), finish, ...newImage];
const probed = aFleet(
  2,
  {},
  { health: { tcp: { port: 80, timeoutSeconds: 20, periodSeconds: 5 } }, onFailure: 'Halt' },
);
const rolledBack = aFleet(
  2,
  { image: { imageCopy: 'base' } },
  { health: { tcp: { port: 80, timeoutSeconds: 20, periodSeconds: 5 } }, onFailure: 'Rollback' },
);
const slowToShow = { launchVisibilityDelaySeconds: 55 };

/** In the order of section 7 of that page. */
export const namedStories: readonly NamedStory[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((write) =>
    (['before', 'after'] as const).map((when) =>
      named(`crash ${when} write ${write}`, /a\d+ died/, [...rolling, run({ kill: { write, when } }), finish, run()]),
    ),
  ),
  named('answer lost, effect kept', /RunInstances \(lost-after\)/, [
    run({
      faults: [
        { kind: 'lost-after', write: 1 },
        { kind: 'lost-after', write: 2 },
      ],
    }),
  ]),
  named('call delayed past a new run', /RunInstances \(late\).* 200/, [
    run({ faults: [{ kind: 'late', seconds: 28, write: 1 }], kill: { write: 3, when: 'before' } }),
    rival({}, 12),
  ]),
  named(
    'deletion by hand just before an epoch ends',
    /person instances \S+ gone/,
    [run(), finish, person({ op: 'delete', member: 'Instance/web/0' }, 1), run({}, 1)],
    { start: '2026-01-01T00:28:20Z', switches: slowToShow },
  ),
  named(
    'two appliers across an epoch boundary with skewed clocks',
    /b\d+ begins/,
    [run(), rival({ skewSeconds: 9 }, 2)],
    { start: '2026-01-01T00:29:40Z', switches: slowToShow },
  ),
  named(
    'token forgotten after its life',
    /a\d+ begins/,
    [run({ faults: [{ kind: 'lost-after', write: 1 }], kill: { write: 2, when: 'before' } }), run({}, 1_900)],
    { switches: { clientTokenLifetimeSeconds: 1_830 } },
  ),
  named(
    'specification changed between crash and rerun',
    /IdempotentParameterMismatch|did all/,
    [
      run({ kill: { write: 1, when: 'after' } }),
      { after: 1, commit: [{ target: 'Instance/web', merge: { instanceType: 'ecs.g7.xlarge' } }] },
      run(),
    ],
    { switches: slowToShow },
  ),
  ...(['stored', 'silently', 'no'] as const).map((failedCallsOccupyToken) =>
    named(
      `out of stock with failures kept: ${failedCallsOccupyToken}`,
      /OperationDenied\.NoStock/,
      [{ after: 0, period: { kind: 'no-stock' }, seconds: 300 }, run(), finish, run({}, 400)],
      { switches: { failedCallsOccupyToken } },
    ),
  ),
  named('clone with tags', /i-clone/, [run(), finish, person({ op: 'clone', member: 'Instance/web/0' }), run({}, 60)]),
  named('tags stripped', /"strip-tags"/, [
    run(),
    finish,
    person({ op: 'strip-tags', member: 'Instance/web/0' }),
    run({}, 60),
  ]),
  named('foreign thing tagged by hand', /i-foreign/, [
    run(),
    finish,
    person({ op: 'tag-foreign', member: 'Instance/web/0' }),
    run({}, 60),
  ]),
  named('scale down and up within an epoch', /DeleteInstance/, [
    run(),
    finish,
    scaled(1),
    run(),
    finish,
    scaled(2),
    run(),
  ]),
  named('copy fails and its token replays', /CreateFailed/, [run(), finish, run({}, 60)], {
    manifests: [source, aCopy()],
    switches: { copyImageFailures: 1, createFailedImages: 'vanish' },
  }),
  named(
    'foreign image takes the name',
    /is taken by/,
    [person({ op: 'take-name', copy: `ImageCopy/base/${home}` }), run()],
    { manifests: [source, aCopy()] },
  ),
  ...[10, 45, 60].map((seconds, index) =>
    named(
      `source changes ${['during hop one', 'between hops', 'during hop two'][index]}`,
      /m-golden2/,
      [
        run({ kill: { call: 400, when: 'before' } }),
        sharer({ op: 'change', change: { op: 'addImage', image: aGolden(3, { id: 'm-golden2' }) } }, seconds),
        { after: 0, update: true },
        rival(),
      ],
      { manifests: hopped },
    ),
  ),
  named(
    'unshared during a copy',
    /"unshare"/,
    [run(), sharer({ op: 'change', change: { op: 'unshare', imageId: 'm-golden1', account: 'prod' } }, 20)],
    { manifests: [source, aCopy()] },
  ),
  named(
    'hop removed while a second copy from it runs',
    /ImageCopy\/base\/hop/,
    [run(), person({ op: 'delete', copy: `ImageCopy/base/hop/${home}` }, 60)],
    { manifests: hopped },
  ),
  named('stop lost', /StopInstance \(lost-before\)/, [
    ...rolling,
    run({ faults: [{ kind: 'lost-before', write: 2 }] }),
  ]),
  named('start lost', /StartInstance \(lost-before\)/, [
    ...rolling,
    run({ faults: [{ kind: 'lost-before', write: 5 }] }),
  ]),
  named('person stops during a wave', /person instances \S+ Stopped/, [
    ...rolling,
    run(),
    person({ op: 'stop', member: 'Instance/web/1' }, 15),
  ]),
  named('person starts during a wave', /person instances \S+ Running/, [
    ...rolling,
    run(),
    person({ op: 'start', member: 'Instance/web/0' }, 15),
  ]),
  named('Halt, then ten passes', /the rollout is halted/, [...rolling, run(), finish, ...tenPasses], {
    manifests: [source, probed],
    badImages: ['m-golden2'],
  }),
  named('Rollback, then ten passes', /rolled back/, [...rolling, run(), finish, ...tenPasses], {
    manifests: [source, aCopy(), rolledBack],
    badImages: ['m-golden2'],
  }),
  named('two appliers, two locks', /b\d+ begins/, [
    run(),
    finish,
    rival(),
    ...newImage.map((step) => ({ ...step, after: 0 })),
    run(),
  ]),
];
