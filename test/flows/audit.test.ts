import { describe, expect, test } from 'vitest';
import { lintExit } from '../../src/cli/exit-code.js';
import { CloudError } from '../../src/domain/errors.js';
import type { ObservedState } from '../../src/domain/observed.js';
import { audit, type AuditSubject } from '../../src/flows/audit.js';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import {
  anObservedCopy,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedShare,
  anObservedState,
  aPolicy,
  aProject,
  aWaiver,
  nowMs,
  today,
  uidOfImages,
  uidOfStranger,
} from '../support/build.js';
import { stateReader } from './state-reader.js';

const project = aProject();
const trusting = aPolicy({
  'trust/trusted-owner': {
    owners: [{ uid: uidOfStranger, reason: 'a partner of ours', families: ['golden'] }],
  },
});
const machine = anObservedInstance({ tags: {} });
const strange = anObservedImage({ imageId: 'm-strange', owner: uidOfStranger, family: `acs:${uidOfStranger}:golden` });
const onStrange = {
  images: [strange],
  instances: [{ ...machine, imageId: 'm-strange' }],
  disks: [anObservedDisk({ imageId: 'm-strange' })],
};

function audited(
  state: Partial<ObservedState>,
  subject: Partial<AuditSubject> = {},
  around: (reader: CloudReader) => Partial<CloudReader> = () => ({}),
) {
  const reader = stateReader(project, anObservedState(state));
  const law = { project, accounts: ['images', 'prod'], policies: [], waivers: [], ...subject };
  return audit({ cloud: { ...reader, ...around(reader) }, clock: { now: () => nowMs } }, law, { today });
}

async function found(...words: Parameters<typeof audited>) {
  const { diagnostics } = await audited(...words);
  return diagnostics.map(({ severity, ruleId, address, message }) => `${severity} ${ruleId} ${address}: ${message}`);
}

describe('an audit', () => {
  test('finds nothing where machines run own copies of images of the project', async () => {
    const result = await audited({
      images: [anObservedImage(), anObservedCopy()],
      instances: [machine],
      disks: [anObservedDisk()],
    });
    expect(result.diagnostics).toEqual([]);
    expect(result.summary).toMatchObject({ errors: 0, skipped: 0, files: 0 });
    expect([result.instances, result.images]).toEqual([1, 2]);
  });

  test('tells which machine runs the image of a stranger, whoever made the machine', async () => {
    expect(await found(onStrange)).toEqual([
      "error trust/trusted-owner ImageSource/m-strange: `owner` must be a trusted owner: no Policy lists '1600000000000009'; run by Instance/i-web0",
      "warning trust/copy-before-use Instance/i-web0: `image` must name an ImageCopy: 'm-strange' belongs to account '1600000000000009'",
    ]);
  });

  test('is exit 3 for it', async () => {
    expect(lintExit(await audited(onStrange), { failOn: 'error', maxWarnings: null })).toBe(3);
  });

  test('sees through a copy to the owner of what was copied', async () => {
    const tags = { 'tallyman:source-image': 'm-strange', 'tallyman:source-owner': uidOfStranger };
    const state = { images: [anObservedCopy({ tags })], instances: [machine], disks: [anObservedDisk()] };
    expect(await found(state)).toEqual([
      "error trust/trusted-owner ImageSource/m-strange: `owner` must be a trusted owner: no Policy lists '1600000000000009'; run by Instance/i-web0",
    ]);
  });

  test('finds an image that a stranger shares with the account, though nothing runs it yet', async () => {
    expect(await found({ images: [strange] })).toEqual([
      "error trust/trusted-owner ImageSource/m-strange: `owner` must be a trusted owner: no Policy lists '1600000000000009'",
    ]);
  });

  test('trusts whom a Policy trusts, by the family that the cloud reports', async () => {
    expect(await found({ images: [strange] }, { policies: [trusting] })).toEqual([]);
    const other = { ...strange, family: `acs:${uidOfStranger}:other` };
    expect((await found({ images: [other] }, { policies: [trusting] })).join()).toContain(
      "not trusted for family 'other'",
    );
  });

  test('finds disks that are not encrypted, each once', async () => {
    const disks = [
      anObservedDisk({ encrypted: false }),
      anObservedDisk({ diskId: 'd-2', type: 'data', encrypted: false }),
      anObservedDisk({ diskId: 'd-3', type: 'data', encrypted: false }),
    ];
    const state = { images: [anObservedImage(), anObservedCopy()], instances: [machine], disks };
    expect(await found(state)).toEqual([
      "warning encryption/required Instance/i-web0: `encrypted` of the system disk must be 'true', not 'false'",
      "warning encryption/required Instance/i-web0: `encrypted` of data disk 0 must be 'true', not 'false'",
      "warning encryption/required Instance/i-web0: `encrypted` of data disk 1 must be 'true', not 'false'",
    ]);
  });

  test('finds a machine whose image nobody sees any more', async () => {
    expect(await found({ ...onStrange, images: [] })).toEqual([
      "error trust/share-source-disappeared Instance/i-web0: image 'm-strange' is gone or no longer shared: nobody can tell whose it was",
    ]);
  });

  test('finds an image that is given to a stranger', async () => {
    const image = anObservedImage({ account: 'images', ownerAlias: 'self', family: 'golden' });
    const shares = [anObservedShare({ account: 'images', accounts: [uidOfStranger] })];
    expect((await found({ images: [image], shares })).join()).toContain("'1600000000000009' is neither");
  });

  test('is waived by the ID of the thing', async () => {
    const waivers = [aWaiver({ rule: 'trust/trusted-owner', resources: ['ImageSource/m-strange'] })];
    const { diagnostics, summary } = await audited({ images: [strange] }, { waivers });
    expect(diagnostics.map(({ waiver }) => waiver?.name)).toEqual([waivers[0]?.name]);
    expect(summary).toMatchObject({ errors: 0, waived: 1 });
  });

  test('says nothing of Waivers that are for manifests', async () => {
    expect(await found({ images: [] }, { waivers: [aWaiver({ resources: ['Instance/web'] })] })).toEqual([]);
  });

  test('looks only where it is told to, and trusts the accounts of the project all the same', async () => {
    const calls: string[] = [];
    const state = { images: [anObservedImage()] };
    const result = await audited(state, { accounts: ['prod'] }, (reader) => ({
      describeDisks: (scope, query) => {
        calls.push(`${scope.account} ${scope.region}`);
        return reader.describeDisks(scope, query);
      },
    }));
    expect(calls.toSorted()).toEqual(['prod ap-southeast-1', 'prod cn-hangzhou']);
    expect(result.diagnostics).toEqual([]);
  });

  test.each(['assertMayDescribeInstances', 'describeImages', 'describeDisks'] as const)(
    'is never empty because %s was denied: it ends with the error',
    async (method) => {
      const call = { operation: 'Describe', account: 'prod', region: 'cn-hangzhou' };
      const denied = new CloudError('cloud/denied', 'denied', 'Grant it.', call, 'refused', '', null, null, null);
      await expect(audited({ images: [] }, {}, () => ({ [method]: () => Promise.reject(denied) }))).rejects.toBe(
        denied,
      );
    },
  );

  test('reads a list again whose pages shift, and keeps what came on a later page', async () => {
    let reads = 0;
    const instances = [{ ...machine, imageId: 'm-strange' }];
    const result = await audited({ ...onStrange, instances: [] }, { accounts: ['prod'] }, () => ({
      describeInstances: ({ region }, { nextToken }) => {
        if (region !== 'cn-hangzhou') return Promise.resolve({ items: [], nextToken: '' });
        if (nextToken === undefined) reads += 1;
        const first = { ...machine, instanceId: 'i-first', imageId: 'm-strange' };
        if (nextToken === undefined) return Promise.resolve({ items: [first], nextToken: '2' });
        return Promise.resolve({ items: reads === 1 ? [first] : instances, nextToken: '' });
      },
    }));
    expect(reads).toBe(2);
    expect(result.diagnostics[0]?.message).toContain('run by Instance/i-first, Instance/i-web0');
  });

  test('does not depend on who is asked first', async () => {
    const state = { ...onStrange, images: [strange, anObservedImage({ owner: uidOfImages })] };
    const reversed = { ...state, images: [...state.images].reverse() };
    expect(await audited(reversed)).toEqual(await audited(state));
  });
});
