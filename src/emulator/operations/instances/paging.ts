/**
 * Lists are answered in pages, in one of two forms: MaxResults with NextToken, or the retiring PageNumber with
 * PageSize, which is ignored as soon as the other is used. A page of an unfiltered list touches only its own rows.
 */

import { refuse } from '../../rpc/api-error.js';
import { integer, text } from '../../rpc/parameters.js';
import type { Row } from '../../world/state.js';
import type { World } from '../../world/world.js';

/** MaxResults outside 10 to `max` moves to the border. Source: ECS API reference, DescribeInstances and DescribeDisks. */
export function pagingParameters(max: number) {
  return {
    MaxResults: integer({ min: 10, max, isClamped: true }),
    NextToken: text(),
    PageNumber: integer({ min: 1 }),
    PageSize: integer({ min: 1, max: 100 }),
  };
}

export interface PageRequest {
  readonly MaxResults: number | undefined;
  readonly NextToken: string | undefined;
  readonly PageNumber: number | undefined;
  readonly PageSize: number | undefined;
}

export interface PageMembers {
  readonly TotalCount: number;
  readonly PageNumber: number;
  readonly PageSize: number;
  readonly NextToken?: string;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly members: PageMembers;
}

export interface Listing<T> {
  /** Newest first. */
  readonly rows: readonly T[];
  /** Absent where no filter needs a look at each row. */
  readonly matches?: ((row: T) => boolean) | undefined;
  /** The list ends after so many matches; filters by tag and by resource group end at 1,000. */
  readonly matchesMax?: number | undefined;
}

export const pageSizeDefault = 10;
/** Source: ECS API reference, DescribeInstances: filters by tag or resource group. */
export const filteredResultsMax = 1_000;

export function pageOf<T extends Row>(listing: Listing<T>, request: PageRequest, world: World): Page<T> {
  const isByCursor = request.MaxResults !== undefined || request.NextToken !== undefined;
  const ordered = inOrder(listing.rows, world);
  return isByCursor ? cursorPage(listing, ordered, request, world) : numberedPage(listing, ordered, request, world);
}

export function emptyPage(request: PageRequest, world: World): PageMembers {
  return pageOf({ rows: [] }, { ...request, NextToken: undefined }, world).members;
}

/** Rows by position without copying the list, whichever way round the switch wants it. */
interface Ordered<T> {
  readonly length: number;
  at(position: number): T | undefined;
  /** Whether `row` stands before the row with this sequence. */
  isBefore(row: T, sequence: number): boolean;
}

function inOrder<T extends Row>(rows: readonly T[], world: World): Ordered<T> {
  const { length } = rows;
  if (world.settings.switch('instanceListOrder') === 'oldest-first') {
    return { length, at: (i) => rows[length - 1 - i], isBefore: (row, sequence) => row.sequence < sequence };
  }
  return { length, at: (i) => rows[i], isBefore: (row, sequence) => row.sequence > sequence };
}

function numberedPage<T extends Row>(
  listing: Listing<T>,
  ordered: Ordered<T>,
  request: PageRequest,
  world: World,
): Page<T> {
  const number = request.PageNumber ?? 1;
  const size = request.PageSize ?? pageSizeDefault;
  const first = (number - 1) * size;
  const rows: T[] = [];
  let total = 0;
  if (listing.matches === undefined) {
    total = Math.min(ordered.length, listing.matchesMax ?? ordered.length);
    for (let i = first; i < Math.min(first + size, total); i += 1) push(rows, ordered.at(i));
  } else {
    const max = listing.matchesMax ?? Number.POSITIVE_INFINITY;
    for (let i = 0; i < ordered.length && total < max; i += 1) {
      const row = ordered.at(i);
      if (row === undefined || !listing.matches(row)) continue;
      if (total >= first && total < first + size) rows.push(row);
      total += 1;
    }
  }
  return { rows, members: { TotalCount: total, PageNumber: number, PageSize: size, ...lastToken(world) } };
}

function push<T>(rows: T[], row: T | undefined): void {
  if (row !== undefined) rows.push(row);
}

interface Cursor {
  /** Sequence of the last row handed out, or its position where tokens count positions. */
  readonly after: number;
  /** Matches handed out so far. */
  readonly served: number;
  readonly issuedAt: number;
}

function cursorPage<T extends Row>(
  listing: Listing<T>,
  ordered: Ordered<T>,
  request: PageRequest,
  world: World,
): Page<T> {
  const size = request.MaxResults ?? pageSizeDefault;
  const cursor = request.NextToken === undefined ? undefined : readToken(request.NextToken, world);
  const countsPositions = world.settings.switch('nextTokenMeaning') === 'position';
  const left = (listing.matchesMax ?? Number.POSITIVE_INFINITY) - (cursor?.served ?? 0);
  const rows: T[] = [];
  let position = cursor === undefined ? 0 : startOf(ordered, cursor, countsPositions);
  for (; position < ordered.length && rows.length < Math.min(size, left); position += 1) {
    const row = ordered.at(position);
    if (row !== undefined && (listing.matches?.(row) ?? true)) rows.push(row);
  }
  const last = rows.at(-1);
  const isMore = last !== undefined && rows.length < left && hasMatchFrom(ordered, position, listing.matches);
  const next = isMore
    ? { after: countsPositions ? position : last.sequence, served: (cursor?.served ?? 0) + rows.length }
    : undefined;
  return {
    rows,
    members: {
      TotalCount: totalBesideCursor(listing, world),
      PageNumber: 1,
      PageSize: size,
      ...(next === undefined ? lastToken(world) : { NextToken: writeToken({ ...next, issuedAt: world.now }) }),
    },
  };
}

/** The first position behind the cursor, by halving: pages deep in a long list cost as little as the first. */
function startOf<T extends Row>(ordered: Ordered<T>, cursor: Cursor, countsPositions: boolean): number {
  if (countsPositions) return cursor.after;
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = ordered.at(middle);
    if (row !== undefined && ordered.isBefore(row, cursor.after)) low = middle + 1;
    else high = middle;
  }
  const row = ordered.at(low);
  return row?.sequence === cursor.after ? low + 1 : low;
}

function hasMatchFrom<T>(ordered: Ordered<T>, from: number, matches: Listing<T>['matches']): boolean {
  for (let i = from; i < ordered.length; i += 1) {
    const row = ordered.at(i);
    if (row !== undefined && (matches?.(row) ?? true)) return true;
  }
  return false;
}

/** With MaxResults the reference calls TotalCount meaningless. */
function totalBesideCursor<T>(listing: Listing<T>, world: World): number {
  if (world.settings.switch('totalCountBesideToken') === 'zero') return 0;
  const { rows, matches, matchesMax } = listing;
  const total = matches === undefined ? rows.length : rows.filter((row) => matches(row)).length;
  return Math.min(total, matchesMax ?? total);
}

function lastToken(world: World): { readonly NextToken?: string } {
  return world.settings.switch('lastNextToken') === 'empty' ? { NextToken: '' } : {};
}

function writeToken(cursor: Cursor): string {
  return Buffer.from(`${cursor.after}.${cursor.served}.${cursor.issuedAt}`).toString('base64url');
}

function readToken(token: string, world: World): Cursor {
  const match = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  const issuedAt = Number(match?.[3]);
  const lifetimeMs = world.settings.switch('nextTokenLifetimeSeconds') * 1000;
  if (match === null || world.now - issuedAt > lifetimeMs) {
    return refuse(403, 'Invalid.NextToken', 'The specified NextToken is not valid or has expired.');
  }
  return { after: Number(match[1]), served: Number(match[2]), issuedAt };
}
