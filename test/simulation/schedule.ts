import { aDocument } from './project.js';
import { Random } from './random.js';
import {
  type Act,
  type ApplyOrder,
  type Deed,
  type Edit,
  type FaultKind,
  type FaultOrder,
  type Moment,
  type Period,
  type Step,
  type Story,
} from './story.js';
import { abroad, aGolden, type Beginning, generateBeginning, home } from './world.js';

/** The same seed gives the same story, on every machine. */
export function generateStory(seed: number): Story {
  const random = new Random(seed);
  const beginning = generateBeginning(random);
  return { seed, ...beginning, steps: new Scheduler(random, beginning).steps() };
}

/** How many chapters a story has at most: each changes something, and runs into trouble. */
const chaptersMax = 3;

class Scheduler {
  readonly #steps: Step[] = [];
  #versions = 1;

  constructor(
    private readonly random: Random,
    private readonly beginning: Beginning,
  ) {}

  steps(): readonly Step[] {
    const { random } = this;
    const isLate = !this.beginning.files.manifests.some(({ kind }) => kind === 'ImageCopy');
    if (!isLate && random.chance(0.6)) {
      this.#add(0, { apply: { by: 'a' } });
      this.#add(0, { finish: true });
      this.#add(random.int(1, 600), this.#novelty());
    }
    const chapters = random.int(1, chaptersMax);
    for (let chapter = 0; chapter < chapters; chapter += 1) {
      if (chapter > 0 && random.chance(0.7)) this.#add(random.int(0, 60), this.#novelty());
      this.#chapter();
    }
    if (!isLate && random.chance(0.06)) this.#supersession();
    return this.#steps;
  }

  #add(after: number, ...acts: readonly Act[]): void {
    acts.forEach((act, index) => this.#steps.push({ after: index === 0 ? after : 0, ...act }));
  }

  #chapter(): void {
    const { random } = this;
    this.#add(0, { apply: this.#order('a') });
    const meanwhile = random.weighted([
      [3, 0],
      [3, 1],
      [2, 2],
      [1, 3],
    ]);
    for (let count = 0; count < meanwhile; count += 1) this.#meanwhile();
    if (random.chance(0.7)) this.#add(random.int(0, 120), { finish: true });
  }

  /** A copy on its way of which no manifest wants to know any more, and trouble with the first calls after. */
  #supersession(): void {
    const { random } = this;
    this.#add(0, { commit: [{ target: 'ImageCopy/base', merge: { history: 0 } }] });
    this.#add(0, this.#newImage());
    this.#add(0, { apply: { by: 'a', noWait: true } });
    this.#add(0, { finish: true });
    this.#add(random.int(0, 8), this.#newImage());
    const faults = Array.from({ length: random.int(1, 3) }, () => this.#writeFault(4));
    this.#add(0, { apply: { by: 'a', faults } });
  }

  #meanwhile(): void {
    const { random } = this;
    const after = random.weighted([
      [2, random.int(0, 20)],
      [3, random.int(20, 160)],
    ]);
    const kind = random.weighted([
      [4, 'deed'],
      [3, 'rival'],
      [2, 'period'],
      [2, 'novelty'],
      [1, 'revert'],
    ] as const);
    if (kind === 'deed') this.#add(after, this.#deed());
    if (kind === 'rival') this.#add(after, { apply: this.#order('b') });
    if (kind === 'period') this.#add(after, { period: this.#period(), seconds: random.int(10, 400) });
    if (kind === 'novelty') this.#add(after, this.#novelty());
    if (kind === 'revert') this.#add(after, { revert: true });
  }

  #order(by: ApplyOrder['by']): ApplyOrder {
    const { random } = this;
    const faults = this.#faults();
    return {
      by,
      ...(faults.length > 0 ? { faults } : {}),
      ...(random.chance(0.35) ? { kill: { ...this.#moment(), when: random.pick(['before', 'after'] as const) } } : {}),
      ...(random.chance(0.08) ? { interrupt: this.#moment() } : {}),
      ...(random.chance(0.2) ? { skewSeconds: random.int(1, 9) } : {}),
      ...(random.chance(0.15) ? { prune: true } : {}),
      ...(random.chance(0.05) ? { noWait: true } : {}),
    };
  }

  #moment(): Moment {
    return this.random.chance(0.7) ? { write: this.random.int(1, 14) } : { call: this.random.int(1, 80) };
  }

  #faults(): readonly FaultOrder[] {
    const { random } = this;
    const count = random.weighted([
      [3, 0],
      [3, 1],
      [3, 3],
      [1, 8],
    ]);
    return Array.from({ length: count }, () => this.#fault());
  }

  #fault(): FaultOrder {
    return this.random.chance(0.6) ? this.#writeFault(14) : this.#readFault();
  }

  /** At one of so many first writes. */
  #writeFault(writes: number): FaultOrder {
    const { random } = this;
    const kind = random.pick(writeFaults);
    const seconds = kind === 'late' ? random.int(12, 29) : kind === 'slow' ? random.int(2, 9) : null;
    return { kind, ...(seconds === null ? {} : { seconds }), write: random.int(1, writes) };
  }

  #readFault(): FaultOrder {
    const { random } = this;
    const kind = random.pick(readFaults);
    return { kind, ...(kind === 'stale' ? { seconds: random.int(5, 58) } : {}), call: random.int(1, 90) };
  }

  #period(): Period {
    return this.random.pick<Period>([
      { kind: 'no-stock' },
      { kind: 'key-disabled', keyId: 'key-hangzhou' },
      { kind: 'denied', calls: 'all' },
      { kind: 'denied', calls: 'writes' },
      { kind: 'expired' },
    ]);
  }

  /** A new golden image, or a commit. */
  #novelty(): Act {
    return this.random.chance(0.45) ? this.#newImage() : { commit: this.#edits() };
  }

  /** Shared, and then taken into the lock: the second comes as a step of its own. */
  #newImage(): Act {
    const { random } = this;
    this.#versions += 1;
    const encrypted = this.beginning.cloud.images?.[0]?.encrypted === true;
    const encryption = encrypted ? { encrypted: true, kmsKeyId: 'key-images' } : {};
    const sharedWith = this.beginning.cloud.images?.[0]?.sharedWith ?? [];
    const image = aGolden(this.#versions + 1, { ...encryption, sharedWith, id: `m-golden${this.#versions}` });
    this.#add(random.int(0, 30), { deed: { op: 'change', change: { op: 'addImage', image } }, by: 'sharer' });
    return { update: true };
  }

  #edits(): readonly Edit[] {
    const { random } = this;
    const replicas = random.int(0, 4);
    return random.weighted<() => readonly Edit[]>([
      [5, () => [{ target: 'Instance/web', merge: { replicas } }]],
      [2, () => [{ target: 'Instance/web', merge: { instanceType: 'ecs.g7.xlarge' } }]],
      [1, () => [{ target: 'Instance/web', merge: { systemDisk: { sizeGiB: 60 } } }]],
      [1, () => [{ target: 'Instance/web', merge: { systemDisk: { sizeGiB: 60 }, instanceType: 'ecs.g7.xlarge' } }]],
      [2, () => [{ target: 'Instance/web', merge: { tags: { tier: random.pick(['a', 'b', null]) } } }]],
      [1, () => [{ target: 'Instance/web', merge: { description: 'web', instanceName: 'web-{ordinal}-b' } }]],
      [1, () => [{ target: 'Instance/web', merge: { update: { maxUnavailable: random.int(1, 3) } } }]],
      [1, () => [{ target: 'Instance/web', merge: { power: 'Running' } }]],
      [1, () => [{ target: 'ImageCopy/base', merge: { history: random.int(0, 1) } }]],
      [1, () => [{ target: 'ImageCopy/base', merge: { family: random.pick(['web', 'web-b']), description: 'base' } }]],
      [1, () => [{ target: 'ImageCopy/base', merge: { destinations: [{ region: home }, { region: abroad }] } }]],
      [1, () => [{ target: 'ImageShare/golden-to-prod', merge: { with: ['prod', this.beginning.uids.stranger] } }]],
      [1, () => [{ target: 'Instance/web', merge: null }]],
      [1, () => [{ add: secondFleet(random) }]],
      [2, () => [this.#policyEdit()]],
      [1, () => this.#waivedEdits()],
    ])();
  }

  #policyEdit(): Edit {
    const { random } = this;
    const target = 'Policy/baseline';
    return random.pick<Edit>([
      {
        target,
        merge: {
          rules: {
            'trust/trusted-owner': { owners: [{ uid: this.beginning.uids.stranger, reason: 'another image factory' }] },
          },
        },
      },
      { target, merge: { rules: { 'trust/image-age': { severity: 'error', maxDays: 1 } } } },
      { target, merge: { rules: { 'region/allowed': { severity: 'error', regions: [home] } } } },
      { target, merge: { rules: { 'trust/copy-before-use': { severity: 'error' } } } },
      { target, merge: { rules: { 'lifecycle/system-disk-replaced': { severity: 'error' } } } },
    ]);
  }

  /** A rule becomes an error, and what it would find is let pass for a while. */
  #waivedEdits(): readonly Edit[] {
    const rule = this.random.pick(['trust/image-age', 'trust/copy-before-use']);
    const parameters = rule === 'trust/image-age' ? { maxDays: 1 } : {};
    return [
      { target: 'Policy/baseline', merge: { rules: { [rule]: { severity: 'error', ...parameters } } } },
      {
        add: aDocument('Waiver', 'exception', {
          rule,
          resources: ['ImageSource/golden', 'Instance/web', 'Instance/api'],
          reason: 'the image is replaced in the window of March',
          approvedBy: 'security-team',
          expires: '2026-01-30',
        }),
      },
    ];
  }

  #deed(): Act {
    const { random } = this;
    const member = `Instance/web/${random.int(0, 2)}`;
    const copy = `ImageCopy/base/${random.pick([home, abroad])}`;
    const golden = `m-golden${random.int(1, this.#versions)}`;
    const person = (deed: Deed): Act => ({ deed, by: 'person' });
    const sharer = (deed: Deed): Act => ({ deed, by: 'sharer' });
    return random.weighted<() => Act>([
      [3, () => person({ op: 'stop', member })],
      [2, () => person({ op: 'start', member })],
      [3, () => person({ op: 'delete', member })],
      [1, () => person({ op: 'strip-tags', member })],
      [1, () => person({ op: 'clone', member })],
      [1, () => person({ op: 'replace-disk', member, imageId: golden })],
      [1, () => person({ op: 'tag-foreign', member })],
      [1, () => person({ op: 'delete', copy })],
      [1, () => person({ op: 'deprecate', copy })],
      [1, () => person({ op: 'strip-tags', copy })],
      [1, () => person({ op: 'take-name', copy })],
      [2, () => sharer({ op: 'change', change: { op: 'unshare', imageId: golden, account: 'prod' } })],
      [1, () => sharer({ op: 'change', change: { op: 'deleteImage', imageId: golden } })],
      [1, () => sharer({ op: 'change', change: { op: 'deprecate', imageId: golden } })],
      [1, () => sharer({ op: 'swap', imageId: golden })],
      [2, () => this.#lookalike()],
    ])();
  }

  /** Newer, of the same family and name, and shared with everybody who may look. */
  #lookalike(): Act {
    const { random } = this;
    const image = aGolden(28, {
      id: `m-lookalike${random.int(1, 9)}`,
      account: 'attacker',
      name: `golden-v${this.#versions}`,
      ...(random.chance(0.3) ? { community: true } : {}),
    });
    return { deed: { op: 'change', change: { op: 'addImage', image } }, by: 'attacker' };
  }
}

const writeFaults: readonly FaultKind[] = [
  'throttle',
  'server-error',
  'server-error-after',
  'lost-before',
  'lost-after',
  'lost-after',
  'late',
  'late',
  'slow',
  'denied',
  'expired',
  'no-stock',
];

const readFaults: readonly FaultKind[] = [
  'throttle',
  'server-error',
  'lost-before',
  'lost-after',
  'stale',
  'stale',
  'stale',
  'page-shift',
  'denied',
  'expired',
];

function secondFleet(random: Random) {
  return aDocument('Instance', 'api', {
    region: home,
    placement: [{ zone: `${home}-h`, vSwitchId: 'vsw-web' }],
    replicas: random.int(1, 2),
    image: { imageSource: 'golden' },
    instanceType: 'ecs.g7.large',
    securityGroupIds: ['sg-web'],
    systemDisk: { category: 'cloud_essd', sizeGiB: 40, encrypted: true },
    update: { snapshotBefore: false, minReadySeconds: 10 },
  });
}
