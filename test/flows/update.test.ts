import { describe, expect, test } from 'vitest';
import type { ObservedImage } from '../../src/domain/observed.js';
import { update, type UpdateOptions } from '../../src/flows/update.js';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import { anObservedImage, nowMs, uidOfImages, uidOfProd, uidOfStranger } from '../support/build.js';
import { aReadProject } from './project-texts.js';

/** A cloud of these images, and files that keep what is written. */
function aWorld(...images: readonly ObservedImage[]) {
  const written: Record<string, string> = {};
  const unexpected = () => Promise.reject(new Error('only images are asked for'));
  const calls: string[] = [];
  const cloud: CloudReader = {
    getCallerIdentity: ({ account }) => {
      calls.push('GetCallerIdentity');
      return Promise.resolve({ accountId: account === 'prod' ? uidOfProd : uidOfImages, arn: '' });
    },
    describeImages: () => {
      calls.push('DescribeImages');
      return Promise.resolve({ items: images, totalCount: images.length });
    },
    assertMayDescribeInstances: unexpected,
    describeInstances: unexpected,
    describeDisks: unexpected,
    describeSnapshots: unexpected,
    describeImageShares: unexpected,
    describeInstanceRoles: unexpected,
    describeRegions: unexpected,
    describeLaunchTemplates: unexpected,
    describeLaunchTemplateImages: unexpected,
    describeKey: unexpected,
  };
  const files = {
    write: (path: string, text: string) => {
      written[path] = text;
      return Promise.resolve();
    },
  };
  return { ports: { cloud, files, clock: { now: () => nowMs } }, written, calls };
}

const all: UpdateOptions = { checkOnly: false, source: null };
const lockFile = 'tallyman.lock.yaml';

describe('update', () => {
  test('pins a new source and writes the lock', async () => {
    const { ports, written } = aWorld(anObservedImage());
    const result = await update(ports, aReadProject(), all);
    expect(result).toMatchObject({ lockFile, isWritten: true, isCheckOnly: false, diagnostics: [] });
    expect(result.changes.map(({ kind, after }) => [kind, after?.imageId])).toEqual([['added', 'm-golden1']]);
    expect(Object.keys(written)).toEqual([lockFile]);
    const again = aReadProject({ lock: written[lockFile] ?? '' });
    expect(again.findings).toEqual([]);
    expect(again.lock.entries).toEqual([result.changes[0]?.after]);
  });

  test('writes nothing where nothing changed', async () => {
    const first = aWorld(anObservedImage());
    await update(first.ports, aReadProject(), all);
    const second = aWorld(anObservedImage());
    const result = await update(second.ports, aReadProject({ lock: first.written[lockFile] ?? '' }), all);
    expect(result).toMatchObject({ isWritten: false, changes: [{ kind: 'unchanged' }] });
    expect(second.written).toEqual({});
  });

  test('only looks where it is told to', async () => {
    const { ports, written } = aWorld(anObservedImage());
    const result = await update(ports, aReadProject(), { ...all, checkOnly: true });
    expect(result).toMatchObject({ isWritten: false, isCheckOnly: true, changes: [{ kind: 'added' }] });
    expect(written).toEqual({});
  });

  test('writes nothing where a source cannot be resolved, and names the look-alike', async () => {
    const lookalike = anObservedImage({ owner: uidOfStranger, family: `acs:${uidOfStranger}:golden` });
    const { ports, written } = aWorld(lookalike);
    const result = await update(ports, aReadProject(), all);
    expect(result.isWritten).toBe(false);
    expect(result.diagnostics.map(({ ruleId, range, message }) => [ruleId, range?.start.line, message])).toEqual([
      [
        'trust/unlocked-source',
        4,
        "'golden' in 'cn-hangzhou' matches no image of '1600000000000001': account 'prod' sees 1 image, " +
          "1 of another owner ('m-golden1' of '1600000000000009')",
      ],
    ]);
    expect(written).toEqual({});
  });

  test('makes no call for manifests that cannot be used', async () => {
    const { ports, calls } = aWorld();
    await expect(update(ports, aReadProject({ manifest: 'kind: Nothing\n' }), all)).rejects.toMatchObject({
      code: 'input/invalid',
    });
    expect(calls).toEqual([]);
  });

  test('makes no call for a source that does not exist', async () => {
    const { ports, calls } = aWorld();
    await expect(update(ports, aReadProject(), { ...all, source: 'gold' })).rejects.toMatchObject({
      code: 'input/flag',
      message: "`--source` names 'gold', and there is no such ImageSource",
      hint: "Name one of 'golden'.",
    });
    expect(calls).toEqual([]);
  });
});
