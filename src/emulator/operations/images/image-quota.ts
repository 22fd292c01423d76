import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import type { ImageRow } from '../../world/state.js';
import type { World } from '../../world/world.js';

/** Names of own images are unique per account and region, whatever the status of the image that has the name. */
export function assertNameFree(world: World, account: string, region: string, name: string, except?: ImageRow): void {
  const holder = world.images.list(account, region).find((image) => image.name === name);
  if (holder === undefined || holder.id === except?.id) return;
  refuse(400, 'InvalidImageName.Duplicated', `The image name ${name} is already used in ${region}.`);
}

export function assertRoomForImage(world: World, account: string, region: string): void {
  const { imagesPerRegion } = world.settings.quotas;
  if (world.images.list(account, region).length < imagesPerRegion) return;
  refuse(403, 'QuotaExceed.Image', `The account has reached its ${imagesPerRegion} images in ${region}.`);
}

export function assertRoomForSnapshots(world: World, account: string, region: string, count: number): void {
  const { snapshotsPerRegion } = world.settings.quotas;
  if (world.snapshots.list(account, region).length + count <= snapshotsPerRegion) return;
  refuse(403, 'QuotaExceed.Snapshot', `The account has reached its ${snapshotsPerRegion} snapshots in ${region}.`);
}

export interface FamilyErrors {
  readonly imagesOfFamily: ErrorSpec;
  readonly families: ErrorSpec;
}

/** Room for one more image in the family, and for the family itself where it is new. */
export function assertRoomInFamily(world: World, image: ImageRow, family: string, errors: FamilyErrors): void {
  if (family === '' || family === image.family) return;
  const { imagesPerFamily, familiesPerRegion } = world.settings.quotas;
  const countByFamily = new Map<string, number>();
  for (const other of world.images.list(image.account, image.region)) {
    if (other.family === '' || other.id === image.id) continue;
    countByFamily.set(other.family, (countByFamily.get(other.family) ?? 0) + 1);
  }
  if ((countByFamily.get(family) ?? 0) >= imagesPerFamily) {
    refuse(errors.imagesOfFamily.status, errors.imagesOfFamily.code, `The family ${family} is full.`);
  }
  if (!countByFamily.has(family) && countByFamily.size >= familiesPerRegion) {
    refuse(errors.families.status, errors.families.code, `The account has reached its ${familiesPerRegion} families.`);
  }
}
