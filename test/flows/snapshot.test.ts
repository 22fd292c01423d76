import { describe, expect, it } from 'vitest';
import { TallymanError } from '../../src/domain/errors.js';
import type { SnapshotDocument } from '../../src/domain/snapshot.js';
import { planRecorded } from '../../src/flows/plan.js';
import { parseSnapshot, recordedState } from '../../src/flows/snapshot.js';
import { usableProject } from '../../src/flows/usable-project.js';
import { aCopy, aFleet, golden1, golden2, planDefaults, projectOf, source, World } from '../apply/support.js';

const ports = { commit: null, toolVersion: '0' };

/** What the file holds when it is read again. */
const reread = (document: SnapshotDocument) => parseSnapshot(JSON.stringify(document), 'snapshot.json');

function planFrom(document: SnapshotDocument, project: ReturnType<World['project']>) {
  const desired = usableProject(project);
  return planRecorded(
    ports,
    project,
    planDefaults,
    recordedState(reread(document), desired, project.lock, 'snapshot.json'),
  );
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof TallymanError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'none';
}

async function aRunningFleet(): Promise<World> {
  const world = await World.open([source, aCopy(), aFleet(2, { userData: '#!/bin/sh\ncanary-4711\n' })], {
    images: [golden1, golden2],
  });
  await world.converge();
  world.documents = [source, aCopy(), aFleet(3, { description: 'canary' })];
  return world;
}

describe('a plan from a snapshot', () => {
  it('is the live plan, byte for byte, the calls apart', async () => {
    const world = await aRunningFleet();
    const live = (await world.plan()).document;
    const recorded = planFrom(await world.record(), world.project()).document;
    expect(live.actions.length).toBeGreaterThan(2);
    expect(recorded).toEqual({ ...live, timestamp: recorded.timestamp, api_calls: {} });
    expect(recorded.plan_digest).toBe(live.plan_digest);
  });

  it('can be applied while the world is as it was, and not once it has changed', async () => {
    const world = await aRunningFleet();
    const savedPlan = planFrom(await world.record(), world.project()).document;
    const [first] = world.members();
    world.emulator.change({ op: 'tag', id: first?.id ?? '', tags: { team: 'ops' } });
    await expect(world.apply({ plan: { savedPlan } })).rejects.toMatchObject({ code: 'plan/stale' });
    world.emulator.change({ op: 'tag', id: first?.id ?? '', tags: { team: 'web' } });
    expect((await world.apply({ plan: { savedPlan } })).outcome).not.toBeNull();
  });

  it('holds nothing secret', async () => {
    const world = await aRunningFleet();
    expect(JSON.stringify(await world.record())).not.toContain('canary-4711');
  });
});

describe('a snapshot is refused', () => {
  it('of another project, environment, or account', async () => {
    const world = await aRunningFleet();
    const taken = await world.record();
    const change = (spec: Partial<SnapshotDocument['spec']>, name = 'fleet') =>
      refusal(() => planFrom({ ...taken, metadata: { name }, spec: { ...taken.spec, ...spec } }, world.project()));
    expect(change({}, 'other')).toBe(
      "4 the snapshot 'snapshot.json' cannot be used: it is of project 'other' with ID 'k3v9x2ab', and this is project 'fleet' with ID 'k3v9x2ab'",
    );
    expect(change({ projectId: 'aaaaaaaa' })).toMatch(/^4 .*with ID 'aaaaaaaa'/);
    expect(change({ environment: 'dev' })).toMatch(/^4 .*in environment 'dev'/);
    expect(change({ accounts: [{ name: 'prod', uid: '1600000000000009' }] })).toMatch(
      /account 'prod' had another UID$/,
    );
  });

  it('where it does not say what the manifests ask for', async () => {
    const world = await aRunningFleet();
    const taken = await world.record();
    const { observed } = taken.spec;
    const without = (scopes: typeof observed.scopes) => ({
      ...taken,
      spec: { ...taken.spec, observed: { ...observed, scopes } },
    });
    const half = without(observed.scopes.filter(({ region }) => region !== 'ap-southeast-1'));
    expect(refusal(() => planFrom(half, world.project()))).toMatch(
      /it does not say anything of account 'prod' in ap-southeast-1$/,
    );
    const lock = (world.lock ?? '').replaceAll('m-golden2', 'm-golden9');
    const locked = projectOf({ documents: world.documents, lock });
    expect(refusal(() => planFrom(taken, locked))).toMatch(/it does not say anything of image 'm-golden9'$/);
    const adopting = projectOf({ documents: [source, aCopy(), aFleet(3, { adopt: ['i-x'] })], lock: world.lock });
    expect(refusal(() => planFrom(taken, adopting))).toMatch(/it does not say anything of instance 'i-x'$/);
    const keyed = projectOf({
      documents: [source, aCopy({ destinations: [{ region: 'cn-hangzhou', kmsKeyId: 'key-1' }] })],
      lock: world.lock,
    });
    expect(refusal(() => planFrom(taken, keyed))).toMatch(/it does not say anything of key 'key-1' in cn-hangzhou$/);
  });

  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['a plan', '{"format_version":"1.0"}', 'it is no snapshot of this version: / is wrong (required)'],
  ])('that is %s', (_, text, why) => {
    expect(refusal(() => parseSnapshot(text, 'snapshot.json'))).toBe(
      `4 the snapshot 'snapshot.json' cannot be used: ${why}`,
    );
  });
});
