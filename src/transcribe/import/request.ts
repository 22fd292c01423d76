import { matchesGlob } from '../../domain/glob.js';
import type { ObservedImage, ObservedInstance, Tags } from '../../domain/observed.js';

/** What can be asked for; shares are who own images are shared with. */
export const importKinds = ['instances', 'images', 'shares'] as const;

export type ImportKind = (typeof importKinds)[number];

/** Fields by which instances and images can be chosen; a thing that has no such field is not chosen. */
export const filterFields = [
  'name',
  'imageId',
  'family',
  'instanceType',
  'zone',
  'vSwitchId',
  'securityGroupId',
  'keyPairName',
  'status',
  'chargeType',
] as const;

export type FilterField = (typeof filterFields)[number];

/** Which of the things that exist are written down: those of a kind for which all of this holds. */
export interface ImportRequest {
  readonly kinds: ReadonlySet<ImportKind>;
  /** IDs of instances and images; empty: any. */
  readonly ids: readonly string[];
  /** Value null: any. */
  readonly tags: readonly { readonly key: string; readonly value: string | null }[];
  /** Globs with `*`, matched against the whole value. */
  readonly filters: readonly { readonly field: FilterField; readonly glob: string }[];
  /** Whether machines that are alike but for a number become one Instance. */
  readonly isGrouped: boolean;
}

type Chosen = Pick<ImportRequest, 'ids' | 'tags' | 'filters'>;

export function asksForInstance(request: ImportRequest, instance: ObservedInstance): boolean {
  if (!request.kinds.has('instances')) return false;
  return isChosen(request, instance.instanceId, instance.tags, {
    name: [instance.name],
    imageId: [instance.imageId],
    instanceType: [instance.instanceType],
    zone: [instance.zoneId],
    vSwitchId: [instance.vSwitchId],
    securityGroupId: instance.securityGroupIds,
    keyPairName: [instance.keyPairName],
    status: [instance.status],
    chargeType: [instance.chargeType],
  });
}

/** Of an image, or of the list of those that it is shared with. */
export function asksForImage(request: ImportRequest, kind: 'images' | 'shares', image: ObservedImage): boolean {
  if (!request.kinds.has(kind)) return false;
  return isChosen(request, image.imageId, image.tags, {
    name: [image.name],
    imageId: [image.imageId],
    family: [image.family],
    status: [image.status],
  });
}

function isChosen(
  { ids, tags, filters }: Chosen,
  id: string,
  own: Tags,
  fields: Partial<Record<FilterField, readonly string[]>>,
): boolean {
  const hasTag = (key: string, value: string | null): boolean => {
    return Object.hasOwn(own, key) && (value === null || own[key] === value);
  };
  return (
    (ids.length === 0 || ids.includes(id)) &&
    tags.every(({ key, value }) => hasTag(key, value)) &&
    filters.every(({ field, glob }) => fields[field]?.some((value) => matchesGlob(glob, value)) === true)
  );
}
