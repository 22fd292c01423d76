import { describe, expect, it } from 'vitest';
import type { Desired } from '../../src/domain/desired.js';
import { permissionsOf } from '../../src/flows/permissions.js';
import {
  aDesired,
  anAccount,
  anImageCopy,
  anImageShare,
  anInstance,
  anUpdateStrategy,
  aProject,
  uidOfImages,
  uidOfProd,
} from '../support/build.js';

/** Actions that apply needs and plan does not. */
function writesOf(desired: Desired, name = 'prod'): readonly string[] {
  const found = permissionsOf(desired).accounts.find(({ account }) => account === name);
  const reads = new Set(found?.plan.Statement.flatMap(({ Action }) => Action));
  return (found?.apply.Statement ?? []).flatMap(({ Action }) => Action).filter((action) => !reads.has(action));
}

const nothing = { imageCopies: [], imageShares: [], instances: [] };

describe('the permissions that manifests need', () => {
  it('are to look alone where an account manages nothing', () => {
    expect(writesOf(aDesired(nothing))).toStrictEqual([]);
  });

  it('are those of copies for copies, and of shares for shares, each in its account', () => {
    const desired = aDesired({
      ...nothing,
      imageCopies: [anImageCopy({ family: null, description: null, history: null })],
    });
    expect(writesOf(desired)).not.toContain('ecs:RunInstances');
    expect(writesOf(desired)).not.toContain('ecs:ModifyImageAttribute');
    expect(writesOf(desired)).not.toContain('ecs:CancelCopyImage');
    expect(writesOf(aDesired({ ...nothing, imageCopies: [anImageCopy({ family: 'web', history: 1 })] }))).toEqual(
      expect.arrayContaining(['ecs:ModifyImageAttribute', 'ecs:CancelCopyImage']),
    );
    const share = anImageShare({ account: 'images' });
    const project = aProject({ accounts: [anAccount(), anAccount({ name: 'images', uid: uidOfImages })] });
    const sharing = aDesired({ ...nothing, project, imageShares: [share] });
    expect(writesOf(sharing)).toStrictEqual([]);
    expect(writesOf(sharing, 'images')).toStrictEqual(['ecs:ModifyImageSharePermission']);
  });

  it.each([
    ['delete', 'ecs:DeleteInstance'],
    ['stop', 'ecs:ModifyInstanceSpec'],
    ['replace-system-disk', 'ecs:ReplaceSystemDisk'],
  ] as const)('hold what class %s needs only where the project allows it', (one, action) => {
    const fleet = { ...nothing, instances: [anInstance()] };
    const safety = { prune: false, allow: [], maxRemovals: 10 };
    expect(writesOf(aDesired({ ...fleet, project: aProject({ safety }) }))).not.toContain(action);
    expect(writesOf(aDesired({ ...fleet, project: aProject({ safety: { ...safety, allow: [one] } }) }))).toContain(
      action,
    );
  });

  it('hold snapshots only where a replacement makes some', () => {
    const project = aProject({ safety: { prune: false, allow: ['replace-system-disk'], maxRemovals: 10 } });
    const withSnapshots = (snapshotBefore: boolean): readonly string[] =>
      writesOf(
        aDesired({ ...nothing, project, instances: [anInstance({ update: anUpdateStrategy({ snapshotBefore }) })] }),
      );
    expect(withSnapshots(true)).toEqual(expect.arrayContaining(['ecs:CreateSnapshot', 'ecs:DeleteSnapshot']));
    expect(withSnapshots(false)).not.toContain('ecs:CreateSnapshot');
  });

  it('let a role be passed on that an instance has, and no other', () => {
    const desired = aDesired({ ...nothing, instances: [anInstance({ ramRoleName: 'WebRole' })] });
    const found = permissionsOf(desired).accounts.find(({ account }) => account === 'prod');
    expect(found?.apply.Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['ram:PassRole'],
      Resource: [`acs:ram::${uidOfProd}:role/webrole`],
    });
    expect(found?.plan.Statement.flatMap(({ Action }) => Action)).toContain('ecs:DescribeInstanceRamRole');
  });

  it('reach no further than the regions of the project', () => {
    const { accounts } = permissionsOf(aDesired({ project: aProject({ regions: ['cn-hangzhou'] }) }));
    const resources = accounts.flatMap(({ apply }) => apply.Statement.flatMap(({ Resource }) => Resource));
    expect(
      resources.filter((name) => !/^acs:(?:ecs:cn-hangzhou|kms:\*|ram:):\d+:(?:\*|key\/[\w-]+|role\/.+)$/.test(name)),
    ).toStrictEqual([]);
  });
});
