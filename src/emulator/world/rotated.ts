import type { Row } from './state.js';
import type { Table, World } from './world.js';

/** The same world with its lists turned by `by` rows: the last ones come first, as if rows had moved between two pages. */
export function withRotatedRows(world: World, by: number): World {
  return {
    ...world,
    images: rotatedTable(world.images, by),
    snapshots: rotatedTable(world.snapshots, by),
    instances: {
      ...rotatedTable(world.instances, by),
      addressesIn: (account, region, vSwitchId) => world.instances.addressesIn(account, region, vSwitchId),
    },
    disks: { ...rotatedTable(world.disks, by), ofInstance: (instanceId) => world.disks.ofInstance(instanceId) },
  };
}

function rotatedTable<T extends Row>(table: Table<T>, by: number): Table<T> {
  return {
    get: (id) => table.get(id),
    put: (row) => table.put(row),
    remove: (id) => table.remove(id),
    list: (account, region) => rotated(table.list(account, region), by),
    listRegion: (region) => rotated(table.listRegion(region), by),
  };
}

function rotated<T>(rows: readonly T[], by: number): readonly T[] {
  const cut = rows.length === 0 ? 0 : rows.length - (by % rows.length);
  return [...rows.slice(cut), ...rows.slice(0, cut)];
}
