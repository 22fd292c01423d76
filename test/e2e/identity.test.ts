import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';
import { expectTold } from './support/told.js';

/** Two accounts that are one number to JavaScript: 2^53 and its neighbour. */
const declared = '9007199254740993';
const neighbour = '9007199254740992';

const state = '.tallyman/emulator';
const asOf = ['--as-of', '2026-01-02'] as const;

/** Both share an image of one name and one family; the neighbour's is newer. */
const scenario = `apiVersion: tallyman.dev/v1
kind: Scenario
metadata: {name: neighbours}
spec:
  clock: {start: "2026-01-01T00:10:00Z", speed: 1200}
  accounts:
    - {name: images, uid: "${declared}", accessKeys: [{id: EMULATORIMAGES, secret: emulator}]}
    - {name: neighbour, uid: "${neighbour}", accessKeys: [{id: EMULATORNEIGHBOUR, secret: emulator}]}
    - {name: prod, uid: "1600000000000002", accessKeys: [{id: EMULATORPROD, secret: emulator}]}
  images:
    - {id: m-declared, account: images, region: cn-hangzhou, name: golden-v1, family: golden, sizeGiB: 40,
       encrypted: true, kmsKeyId: key-images, sharedWith: [prod], createdAt: "2025-12-01T00:00:00Z"}
    - {id: m-neighbour, account: neighbour, region: cn-hangzhou, name: golden-v1, family: golden, sizeGiB: 40,
       sharedWith: [prod], createdAt: "2025-12-24T00:00:00Z"}
  kmsKeys:
    - {id: key-images, account: images, region: cn-hangzhou}
    - {id: key-prod-hangzhou, account: prod, region: cn-hangzhou}
    - {id: key-prod-singapore, account: prod, region: ap-southeast-1}
`;

describe('accounts whose UIDs differ only beyond 2^53', () => {
  let space: Workspace;
  const run = (...words: readonly string[]) => tallyman(space.root, [...words, '--emulator']);
  const lock = (): Promise<string> => space.read('tallyman.lock.yaml');

  beforeEach(async () => {
    space = await copyGoldenFleet();
    await space.write('scenario.yaml', scenario);
    await space.edit('manifests/images.yaml', '1600000000000001', declared);
    await space.edit('policies/baseline.yaml', '1600000000000001', declared);
  });
  afterEach(() => space.remove());

  it('are told apart when an image is chosen, locked and planned', async () => {
    expect(await run('update')).toMatchObject({ code: 0 });
    expect(await lock()).toContain('imageId: m-declared');
    expect(await lock()).toContain(`owner: "${declared}"`);
    const plan = await run('plan', '-o', 'json', ...asOf);
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.stdout).toContain('"m-declared"');
    expect(plan.stdout).toContain(`"${declared}"`);
    expect(plan.stdout).not.toMatch(new RegExp(`m-neighbour|${neighbour}|${declared}[^"]`));
  });

  it('are told apart when the lock was edited: the plan is forbidden', async () => {
    await run('update');
    await space.edit('tallyman.lock.yaml', declared, neighbour);
    const says = [
      'trust/owner-mismatch',
      `'${declared}'`,
      `locked with owner '${neighbour}'`,
      'manifests/images.yaml:7:36',
    ];
    for (const command of [['plan'], ['apply', '--auto-approve']]) {
      expectTold(await run(...command, ...asOf), { code: 3, says, hint: 'Find out who changed' });
    }
  });

  it('are told apart when the lock names the image of the neighbour', async () => {
    await run('update');
    await space.edit('tallyman.lock.yaml', 'imageId: m-declared', 'imageId: m-neighbour');
    const plan = await run('plan', ...asOf);
    expectTold(plan, {
      code: 3,
      says: ['trust/owner-mismatch', 'm-neighbour', `owned by '${neighbour}'`],
      hint: 'Find out',
    });
  });

  it('are told apart by a Policy that trusts the neighbour alone', async () => {
    await run('update');
    await space.edit('policies/baseline.yaml', declared, neighbour);
    const lint = await tallyman(space.root, ['lint', ...asOf]);
    expectTold(lint, { code: 3, says: ['trust/trusted-owner', `'${declared}'`], hint: `Add '${declared}'` });
  });

  it('are told apart when only the image of the neighbour is there: nothing is chosen', async () => {
    await run('update');
    const before = await lock();
    const change = JSON.stringify({ op: 'deleteImage', imageId: 'm-declared' });
    expect(await tallyman(space.root, ['emulator', 'change', change, '--state', state])).toMatchObject({ code: 0 });
    const update = await run('update');
    const told = {
      code: 3,
      says: [`matches no image of '${declared}'`, `'m-neighbour' of '${neighbour}'`],
      hint: 'Compare `owner`',
    };
    expectTold(update, told);
    expect(update.stdout).not.toContain('up to date');
    expect(await lock()).toBe(before);
    expectTold(await run('plan', ...asOf), {
      code: 3,
      says: ['trust/image-unavailable', "'m-declared'"],
      hint: 'Ask its owner',
    });
  });

  it('are told apart when they are who the credentials belong to', async () => {
    await space.edit('tallyman.yaml', '1600000000000002', declared);
    const env = {
      TALLYMAN_EMULATOR_USE_ENV: '1',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'EMULATORNEIGHBOUR',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'emulator',
    };
    const plan = await tallyman(space.root, ['plan', '--emulator'], { env });
    expectTold(plan, {
      code: 1,
      says: [`belong to account '${neighbour}'`, `\`uid\` '${declared}'`],
      hint: 'tallyman.yaml',
    });
  });

  it.each([
    ['manifests/images.yaml', `owner: "${declared}"`, `owner: ${declared}`],
    ['policies/baseline.yaml', `uid: "${declared}"`, `uid: ${declared}`],
    ['tallyman.yaml', 'uid: "1600000000000002"', `uid: ${declared}`],
    ['tallyman.lock.yaml', 'owner: "1600000000000001"', `owner: ${declared}`],
  ])('are never read from a number: %s', async (file, from, to) => {
    await space.edit(file, from, to);
    const lint = await tallyman(space.root, ['lint', ...asOf]);
    expectTold(lint, { code: 4, says: [new RegExp(`${file}:\\d+:\\d+ error`), declared], hint: `"${declared}"` });
    expect(lint.stdout).not.toContain(neighbour);
  });
});
