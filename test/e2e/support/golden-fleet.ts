import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EmulatedRow, EmulatedState } from './emulator-process.js';

export const goldenFleet = fileURLToPath(new URL('../../../examples/golden-fleet', import.meta.url));

export interface Workspace {
  readonly root: string;
  path(name: string): string;
  read(name: string): Promise<string>;
  write(name: string, text: string): Promise<void>;
  /** Replaces text in a file; throws where it is not there. */
  edit(name: string, from: string | RegExp, to: string): Promise<void>;
  remove(): Promise<void>;
}

/** A copy of the example in a folder of its own. */
export async function copyGoldenFleet(): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'golden-fleet-'));
  await cp(goldenFleet, root, { recursive: true, filter: (path) => !path.includes('.tallyman') });
  const path = (name: string): string => join(root, name);
  const read = (name: string): Promise<string> => readFile(path(name), 'utf8');
  return {
    root,
    path,
    read,
    write: (name, text) => writeFile(path(name), text),
    edit: async (name, from, to) => {
      const before = await read(name);
      const after = before.replace(from, to);
      if (after === before) throw new Error(`'${String(from)}' is not in ${name}`);
      await writeFile(path(name), after);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** The newer image that the image account shares later in the story. */
export async function secondImage(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(goldenFleet, 'second-image.json'), 'utf8')) as Record<string, unknown>;
}

/**
 * A state as it is whatever IDs and times it came to: things are named by what they are, and refer to each other by
 * those names. Two runs of one story must be equal in this form.
 */
export function comparable(state: EmulatedState): unknown {
  const names = new Map<string, string>();
  for (const image of state.images) names.set(image.id, `image ${String(image['name'])} of ${image.account}`);
  for (const instance of state.instances) names.set(instance.id, `instance ${instance.tags['tallyman:resource']}`);
  for (const disk of state.disks) names.set(disk.id, `disk of ${names.get(String(disk['instanceId']))}`);
  for (const image of state.images) {
    const disks = image['disks'] as readonly { snapshotId: string }[];
    disks.forEach((disk, index) => names.set(disk.snapshotId, `snapshot ${index} of ${names.get(image.id)}`));
  }
  const named = (rows: readonly EmulatedRow[], fields: readonly string[]): unknown =>
    rows
      .map((row) => [
        names.get(row.id) ?? 'an unknown thing',
        row.account,
        row.region,
        ...fields.map((field) => rename(names, row[field])),
        rename(names, row.tags),
      ])
      .map((row) => JSON.stringify(row))
      .sort();
  return {
    images: named(state.images, ['status', 'family', 'sharedWith', 'isCopied']),
    instances: named(state.instances, [
      'name',
      'status',
      'imageId',
      'instanceType',
      'vSwitchId',
      'securityGroupIds',
      'keyPairName',
    ]),
    disks: named(state.disks, ['status', 'type', 'sizeGiB', 'imageId', 'encrypted', 'kmsKeyId', 'instanceId']),
    snapshots: named(state.snapshots, ['status', 'encrypted', 'kmsKeyId']),
  };
}

function rename(names: ReadonlyMap<string, string>, value: unknown): unknown {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => rename(names, item));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]): [string, unknown] => [
    key,
    key === 'sharedWith' ? Object.keys(member as object) : rename(names, member),
  ]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
