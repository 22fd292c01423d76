import { expect } from 'vitest';
import type { Call, ConformanceCase, Outcome, Parameters, Stage } from './stage.js';

export type Row = Readonly<Record<string, unknown>>;

/** The rows of a list, as `Images.Image`. */
export function rowsOf({ code, body }: Outcome, list: string): readonly Row[] {
  expect(code).toBe('none');
  const [outer = '', inner = ''] = list.split('.');
  return (body[outer] as Readonly<Record<string, readonly Row[]>>)[inner] ?? [];
}

export async function done(outcome: Promise<Outcome>): Promise<Outcome> {
  const { status, code, body } = await outcome;
  expect({ code, message: body['Message'] }).toEqual({ code: 'none', message: undefined });
  return { status, code, body };
}

export async function refused(outcome: Promise<Outcome>, expected: string): Promise<void> {
  const { status, code } = await outcome;
  expect(code === 'none' ? code : `${status} ${code}`).toBe(expected);
}

/** A case of one call that is refused. */
export function refusal(
  title: string,
  rows: readonly string[],
  action: string,
  parameters: (stage: Stage) => Parameters,
  expected: string,
  caller: (stage: Stage) => Call = (stage) => stage.call,
): ConformanceCase {
  return {
    title,
    rows,
    // A refused call changes nothing; whether it is refused is what the case finds out.
    group: isRead(action) ? 'read-only' : 'destructive',
    run: async (stage) => refused(caller(stage)(action, parameters(stage)), expected),
  };
}

function isRead(action: string): boolean {
  return action.startsWith('Describe') || action.startsWith('List') || action.startsWith('Get');
}

export function reading(title: string, rows: readonly string[], run: ConformanceCase['run']): ConformanceCase {
  return { title, rows, group: 'read-only', run };
}

export function changing(title: string, rows: readonly string[], run: ConformanceCase['run']): ConformanceCase {
  return { title, rows, group: 'destructive', run };
}

export async function images(stage: Stage, parameters: Parameters, call = stage.call): Promise<readonly Row[]> {
  return rowsOf(
    await call('DescribeImages', { RegionId: stage.region, Status: 'ALL', PageSize: 100, ...parameters }),
    'Images.Image',
  );
}

export async function instances(stage: Stage, parameters: Parameters = {}): Promise<readonly Row[]> {
  return rowsOf(
    await stage.call('DescribeInstances', { RegionId: stage.region, PageSize: 100, ...parameters }),
    'Instances.Instance',
  );
}

export async function instance(stage: Stage, id: string): Promise<Row> {
  const [row = {}] = await instances(stage, { InstanceIds: JSON.stringify([id]) });
  return row;
}

export async function disks(stage: Stage, parameters: Parameters): Promise<readonly Row[]> {
  return rowsOf(
    await stage.call('DescribeDisks', { RegionId: stage.region, PageSize: 100, ...parameters }),
    'Disks.Disk',
  );
}

export const idsOf = (rows: readonly Row[], name = 'ImageId'): readonly string[] =>
  rows.map((row) => String(row[name]));

export function launchOf(stage: Stage): Parameters {
  return {
    RegionId: stage.region,
    ImageId: stage.images.own,
    InstanceType: stage.instanceType,
    SecurityGroupId: stage.securityGroupId,
    VSwitchId: stage.vSwitchId,
    'SystemDisk.Category': 'cloud_essd',
  };
}

export async function launch(stage: Stage, parameters: Parameters = {}): Promise<readonly string[]> {
  const { body } = await done(stage.call('RunInstances', { ...launchOf(stage), ...parameters }));
  return (body['InstanceIdSets'] as { readonly InstanceIdSet: readonly string[] }).InstanceIdSet;
}

export async function launchOne(stage: Stage, parameters: Parameters = {}): Promise<string> {
  const [id = ''] = await launch(stage, parameters);
  return id;
}

export async function copy(stage: Stage, parameters: Parameters = {}): Promise<string> {
  const { region, otherRegion, images: names } = stage;
  const wish = { RegionId: region, ImageId: names.own, DestinationRegionId: otherRegion, ...parameters };
  return String((await done(stage.call('CopyImage', wish))).body['ImageId']);
}

/** Looks every minute, for an hour. */
export async function until(stage: Stage, isSo: () => Promise<boolean>): Promise<void> {
  for (let minute = 0; minute < 60; minute += 1) {
    if (await isSo()) return;
    await stage.wait(60);
  }
  throw new Error('it did not come to pass within an hour');
}
