import type { ScenarioImage } from '../scenario/scenario.js';
import { putImage } from '../scenario/seed-world.js';
import { imageProblems } from '../scenario/validate-scenario.js';
import type { DiskRow, ImageRow, InstanceRow, Row, Tags } from '../world/state.js';
import type { Table, World } from '../world/world.js';

export const changeOps = [
  'addImage',
  'share',
  'unshare',
  'deprecate',
  'deleteImage',
  'stop',
  'start',
  'deleteInstance',
  'tag',
  'untag',
] as const;

export type ChangeOp = (typeof changeOps)[number];

/**
 * What somebody else does to the emulated cloud, without an API call: the owner of an image, a person in the console.
 * It takes effect at once and asks nobody's permission.
 */
export interface WorldChange {
  readonly op: ChangeOp;
  /** addImage: as in a scenario. */
  readonly image?: ScenarioImage;
  /** tag, untag: any image, instance, disk or snapshot. Also accepted by the others. */
  readonly id?: string;
  readonly imageId?: string;
  readonly instanceId?: string;
  /** share, unshare: names or UIDs. */
  readonly account?: string;
  readonly accounts?: readonly string[];
  readonly tags?: Tags;
  /** untag: these keys. */
  readonly keys?: readonly string[];
}

/** The change cannot be made. The message is a sentence for whoever asked. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
}

/** Checks what came in from outside. */
export function parseChange(value: unknown): WorldChange {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ChangeRefused('a change must be an object');
  const change = value as Partial<WorldChange>;
  if (!changeOps.some((op) => op === change.op)) {
    throw new ChangeRefused(`\`op\` must be one of ${changeOps.join(', ')}, not '${String(change.op)}'`);
  }
  for (const name of ['id', 'imageId', 'instanceId', 'account'] as const) {
    if (change[name] !== undefined && typeof change[name] !== 'string')
      throw new ChangeRefused(`\`${name}\` must be a string`);
  }
  for (const name of ['accounts', 'keys'] as const) {
    if (change[name] !== undefined && !isTexts(change[name]))
      throw new ChangeRefused(`\`${name}\` must be a list of strings`);
  }
  if (change.tags !== undefined && !isTags(change.tags)) throw new ChangeRefused('`tags` must be an object of strings');
  return change as WorldChange;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isTags(value: unknown): boolean {
  return typeof value === 'object' && value !== null && isTexts(Object.values(value));
}

/** Inside a transaction. Answers the row as it is afterwards, or null where it is gone. */
export function applyChange(world: World, change: WorldChange): Row | null {
  switch (change.op) {
    case 'addImage':
      return addImage(world, change);
    case 'share':
      return share(world, change);
    case 'unshare':
      return unshare(world, change);
    case 'deprecate':
      return put(world.images, { ...imageOf(world, change), status: 'Deprecated' });
    case 'deleteImage':
      return remove(world.images, imageOf(world, change));
    case 'stop':
      return put(world.instances, { ...instanceOf(world, change), status: 'Stopped', stoppedMode: 'KeepCharging' });
    case 'start':
      return start(world, instanceOf(world, change));
    case 'deleteInstance':
      return deleteInstance(world, instanceOf(world, change));
    case 'tag':
      return tag(world, change);
    case 'untag':
      return untag(world, change);
  }
}

function put<T extends Row>(table: Table<T>, row: T): T {
  table.put(row);
  return row;
}

function remove<T extends Row>(table: Table<T>, row: T): null {
  table.remove(row.id);
  return null;
}

function addImage(world: World, { image }: WorldChange): ImageRow {
  const checked = imageProblems(image ?? {});
  if (checked.value === undefined) {
    throw new ChangeRefused(`\`image\`: ${checked.problems.map(({ message }) => message).join('; ')}`);
  }
  const { id, account } = checked.value;
  if (id !== undefined && world.images.get(id) !== undefined)
    throw new ChangeRefused(`the image '${id}' is already there`);
  if (account !== undefined && world.accountUid(account) === undefined)
    throw new ChangeRefused(`no account '${account}'`);
  return putImage(world, checked.value);
}

function imageOf(world: World, { imageId, id }: WorldChange): ImageRow {
  const row = world.images.get(imageId ?? id ?? '');
  if (row === undefined) throw new ChangeRefused(`no image '${imageId ?? id ?? ''}': give \`imageId\``);
  return row;
}

function instanceOf(world: World, { instanceId, id }: WorldChange): InstanceRow {
  const row = world.instances.get(instanceId ?? id ?? '');
  if (row === undefined) throw new ChangeRefused(`no instance '${instanceId ?? id ?? ''}': give \`instanceId\``);
  return row;
}

function shareesOf(world: World, { account, accounts }: WorldChange): readonly string[] {
  const named = [...(accounts ?? []), ...(account === undefined ? [] : [account])];
  if (named.length === 0) throw new ChangeRefused('`accounts` must name at least one account');
  return named.map((name) => {
    const uid = world.accountUid(name) ?? name;
    if (!/^\d+$/.test(uid)) throw new ChangeRefused(`no account '${name}'`);
    return uid;
  });
}

function share(world: World, change: WorldChange): ImageRow {
  const image = imageOf(world, change);
  const added = shareesOf(world, change).map((uid) => [uid, image.sharedWith[uid] ?? world.now] as const);
  return put(world.images, { ...image, sharedWith: { ...image.sharedWith, ...Object.fromEntries(added) } });
}

function unshare(world: World, change: WorldChange): ImageRow {
  const image = imageOf(world, change);
  const gone = shareesOf(world, change);
  const left = Object.entries(image.sharedWith).filter(([uid]) => !gone.includes(uid));
  return put(world.images, { ...image, sharedWith: Object.fromEntries(left) });
}

function start(world: World, instance: InstanceRow): InstanceRow {
  return put(world.instances, { ...instance, status: 'Running', stoppedMode: 'Not-applicable', startedAt: world.now });
}

function deleteInstance(world: World, instance: InstanceRow): null {
  for (const disk of world.disks.list(instance.account, instance.region)) {
    if (disk.instanceId !== instance.id) continue;
    if (disk.deleteWithInstance) world.disks.remove(disk.id);
    else world.disks.put({ ...disk, instanceId: '', device: '', status: 'Available', attachedAt: null });
  }
  return remove(world.instances, instance);
}

type TaggedRow = ImageRow | InstanceRow | DiskRow;

function withTags(world: World, change: WorldChange, edit: (tags: Tags) => Tags): Row {
  const id = change.id ?? change.instanceId ?? change.imageId ?? '';
  const tables: readonly Table<TaggedRow>[] = [world.images, world.instances, world.disks, world.snapshots] as never;
  for (const table of tables) {
    const row = table.get(id);
    if (row !== undefined) return put(table, { ...row, tags: edit(row.tags) });
  }
  throw new ChangeRefused(`no image, instance, disk or snapshot '${id}': give \`id\``);
}

function tag(world: World, change: WorldChange): Row {
  const { tags } = change;
  if (tags === undefined) throw new ChangeRefused('`tags` must say which tags to set');
  return withTags(world, change, (before) => ({ ...before, ...tags }));
}

function untag(world: World, change: WorldChange): Row {
  const keys = [...(change.keys ?? []), ...Object.keys(change.tags ?? {})];
  if (keys.length === 0) throw new ChangeRefused('`keys` must say which tags to remove');
  const isLeft = ([key]: readonly [string, string]): boolean => !keys.includes(key);
  return withTags(world, change, (before) => Object.fromEntries(Object.entries(before).filter(isLeft)));
}
