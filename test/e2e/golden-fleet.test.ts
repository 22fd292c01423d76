import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import {
  type EmulatedState,
  type EmulatorProcess,
  type LoggedCall,
  startEmulatorProcess,
} from './support/emulator-process.js';
import { copyGoldenFleet, secondImage, type Workspace } from './support/golden-fleet.js';

/** The one API operation behind each kind of action, from the documentation of the plan file. */
const operationOf: Readonly<Record<string, string>> = {
  CopyImage: 'CopyImage',
  RunInstance: 'RunInstances',
  TagResource: 'TagResources',
  UntagResource: 'UntagResources',
  StopInstance: 'StopInstance',
  StartInstance: 'StartInstance',
  ReplaceSystemDisk: 'ReplaceSystemDisk',
  CreateSnapshot: 'CreateSnapshot',
  ModifyInstance: 'ModifyInstanceAttribute',
  ModifyImage: 'ModifyImageAttribute',
  DeleteInstance: 'DeleteInstance',
  DeleteImage: 'DeleteImage',
  DeleteSnapshot: 'DeleteSnapshot',
};

interface PlanFile {
  readonly applyable: boolean;
  readonly plan_digest: string;
  readonly actions: readonly { readonly kind: string; readonly address: string }[];
}

/** How often each operation is in a plan; waiting sends nothing that writes. */
function promised(plan: PlanFile): Readonly<Record<string, number>> {
  return count(
    plan.actions.filter(({ kind }) => kind !== 'Wait').map(({ kind }) => operationOf[kind] ?? `unknown ${kind}`),
  );
}

function count(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe('the story of the golden fleet', () => {
  let space: Workspace;
  let emulator: EmulatorProcess;
  const run = (...words: readonly string[]) => tallyman(space.root, [...words, '--endpoint', emulator.endpoint]);
  const writes = async (): Promise<readonly string[]> => {
    const { calls } = await emulator.get<{ calls: readonly LoggedCall[] }>('calls');
    return calls.filter(({ access }) => access === 'write').map(({ action }) => action);
  };
  const state = (): Promise<EmulatedState> => emulator.get('state');

  beforeAll(async () => {
    space = await copyGoldenFleet();
    emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml', '--speed', '600']);
  });
  afterAll(async () => {
    await emulator.stop();
    await space.remove();
  });

  it('lints cleanly with the lock that is committed beside it', async () => {
    const lint = await tallyman(space.root, ['lint', '--as-of', '2026-01-01']);
    expect(lint).toMatchObject({ code: 0, stderr: '' });
    expect(lint.stdout).toContain('0 errors, 0 warnings');
  });

  it('resolves the source to the image of the declared owner, not to the look-alike that is newer', async () => {
    const update = await run('update');
    expect(update.code).toBe(0);
    const lock = await space.read('tallyman.lock.yaml');
    expect(lock).toContain('imageId: m-golden1');
    expect(lock).toContain('owner: "1600000000000001"');
    expect(lock).not.toContain('m-lookalike');
  });

  it('plans changes, applies exactly the calls of the plan, and then has no changes left', async () => {
    const plan = await run('plan', '--detailed-exitcode', '--out', 'first.json');
    expect(plan.code).toBe(2);
    const before = await writes();
    expect(before).toEqual([]);
    const file = JSON.parse(await space.read('first.json')) as PlanFile;
    const apply = await run('apply', 'first.json');
    expect(apply).toMatchObject({ code: 0 });
    expect(count(await writes())).toEqual(promised(file));
    expect(await run('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
  });

  it('made two encrypted copies with own keys and five running instances on them, and nothing else', async () => {
    const { images, instances, disks, snapshots } = await state();
    const copies = images.filter(({ account }) => account === '1600000000000002');
    expect(copies.map(({ region, status }) => `${region} ${String(status)}`).sort()).toEqual([
      'ap-southeast-1 Available',
      'cn-hangzhou Available',
    ]);
    const keys = copies.flatMap((copy) =>
      (copy['disks'] as readonly { kmsKeyId: string }[]).map((disk) => disk.kmsKeyId),
    );
    expect(keys.sort()).toEqual(['key-prod-hangzhou', 'key-prod-singapore']);
    expect(instances.map(({ region, status }) => `${region} ${String(status)}`).sort()).toEqual([
      'ap-southeast-1 Running',
      'ap-southeast-1 Running',
      'cn-hangzhou Running',
      'cn-hangzhou Running',
      'cn-hangzhou Running',
    ]);
    expect(disks.every((disk) => disk['encrypted'] === true)).toBe(true);
    expect(snapshots.filter(({ account }) => account === '1600000000000002')).toHaveLength(2);
    for (const thing of [...copies, ...instances]) expect(thing.tags['tallyman:id']).toBe(thing.id);
  });

  it('does nothing more when the same plan is applied again', async () => {
    const before = await writes();
    expect(await run('apply', 'first.json')).toMatchObject({ code: 0 });
    expect(await writes()).toEqual(before);
  });

  it('moves the fleet onto the second golden image, one member of an Instance after the other', async () => {
    await emulator.post('changes', { op: 'addImage', image: await secondImage() });
    expect(await run('update', '--check')).toMatchObject({ code: 2 });
    expect(await run('update')).toMatchObject({ code: 0 });
    expect(await space.read('tallyman.lock.yaml')).toContain('imageId: m-golden2');
    const plan = await run('plan', '--detailed-exitcode', '--out', 'second.json');
    expect(plan.code).toBe(2);
    const file = JSON.parse(await space.read('second.json')) as PlanFile;
    const before = (await writes()).length;
    expect(await run('apply', 'second.json')).toMatchObject({ code: 0 });
    expect(count((await writes()).slice(before))).toEqual(promised(file));
    expect(await run('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
    const { images, instances } = await state();
    const copies = images.filter(({ account }) => account === '1600000000000002');
    const current = copies.filter(({ tags }) => tags['tallyman:source-image'] === 'm-golden2').map(({ id }) => id);
    expect(copies).toHaveLength(4);
    expect(current).toHaveLength(2);
    expect(instances).toHaveLength(5);
    for (const instance of instances) {
      expect(instance['status']).toBe('Running');
      expect(current).toContain(instance['imageId']);
      expect(Object.keys(instance.tags).sort()).toEqual([
        'tallyman:id',
        'tallyman:project',
        'tallyman:resource',
        'team',
      ]);
    }
  });

  it('refuses the plan that was made before the lock changed, without a call that writes', async () => {
    const before = await writes();
    const stale = await run('apply', 'first.json');
    expect(stale.code).toBe(5);
    expect(stale.stderr).toContain('tallyman.lock.yaml');
    expect(await writes()).toEqual(before);
  });

  it('shows every member as ready, and the two superseded copies beside them', async () => {
    const status = await run('status', '-o', 'json');
    expect(status.code).toBe(0);
    const result = JSON.parse(status.stdout) as {
      members: readonly { condition: string }[];
      others: readonly { kind: string }[];
    };
    expect(result.members.map(({ condition }) => condition)).toEqual(Array.from({ length: 7 }, () => 'Ready'));
    expect(result.others.map(({ kind }) => kind)).toEqual(['superseded', 'superseded']);
  });

  it('deletes the highest ordinals on scale-down, when the class is allowed', async () => {
    await space.edit('manifests/fleet.yaml', 'replicas: 3', 'replicas: 1');
    const refused = await run('apply', '--auto-approve');
    expect(refused.code).toBe(8);
    expect(await run('apply', '--auto-approve', '--allow', 'delete')).toMatchObject({ code: 0 });
    const { instances } = await state();
    const left = instances.map(({ tags }) => tags['tallyman:resource']).sort();
    expect(left).toEqual(['Instance/web-hangzhou/0', 'Instance/web-singapore/0', 'Instance/web-singapore/1']);
  });
});
