import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { integer, withDefault } from '../../rpc/parameters.js';
import type { World } from '../../world/world.js';

const pageSizeMax = 100;
const pageSizeDefault = 10;

export interface Page<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
  readonly pageNumber: number;
  readonly pageSize: number;
}

/** `PageNumber` from 1 and `PageSize` from 1; the upper bound of 100 is checked by `pageOf`, as it is a switch. */
export function pageParameters(error: ErrorSpec) {
  return {
    PageNumber: withDefault(integer({ min: 1, error }), 1),
    PageSize: withDefault(integer({ min: 1, error }), pageSizeDefault),
  };
}

export interface PageRequest {
  readonly PageNumber: number;
  readonly PageSize: number;
}

/** One page of what `isWanted` lets through, in the order given; the source is walked, not copied. */
export function pageOf<T>(
  source: Iterable<T>,
  isWanted: (item: T) => boolean,
  { PageNumber: pageNumber, PageSize }: PageRequest,
  options: { readonly world: World; readonly error: ErrorSpec; readonly countMax?: number },
): Page<T> {
  const pageSize = boundedPageSize(PageSize, options.world, options.error);
  const countMax = options.countMax ?? Number.POSITIVE_INFINITY;
  const first = (pageNumber - 1) * pageSize;
  const items: T[] = [];
  let totalCount = 0;
  for (const item of source) {
    if (totalCount >= countMax) break;
    if (!isWanted(item)) continue;
    if (totalCount >= first && items.length < pageSize) items.push(item);
    totalCount += 1;
  }
  return { items, totalCount, pageNumber, pageSize };
}

function boundedPageSize(pageSize: number, world: World, error: ErrorSpec): number {
  if (pageSize <= pageSizeMax) return pageSize;
  if (world.settings.switch('imagePageSizeBeyondMax') === 'clamp') return pageSizeMax;
  return refuse(error.status, error.code, `PageSize must be at most ${pageSizeMax}.`);
}
