import { TallymanError } from '../domain/errors.js';
import type { NumberedPage, TokenPage } from '../ports/cloud-reader.js';

/** How often a list is begun again because its pages shifted under it. */
const relistAttemptsMax = 5;

/** The service lists no more pages than this for anything that an account may have. */
const pagesMax = 20_000;

/**
 * A whole list, page by page by token. A thing that comes twice means that the list changed while it was read: then
 * something else may have been passed over, and the list is read again.
 */
export async function listByToken<T>(
  what: string,
  idOf: (item: T) => string,
  fetch: (nextToken: string | undefined) => Promise<TokenPage<T>>,
): Promise<readonly T[]> {
  for (let attempt = 0; attempt < relistAttemptsMax; attempt += 1) {
    const items = await readByToken(idOf, fetch);
    if (items !== undefined) return items;
  }
  throw shifting(what);
}

async function readByToken<T>(
  idOf: (item: T) => string,
  fetch: (nextToken: string | undefined) => Promise<TokenPage<T>>,
): Promise<readonly T[] | undefined> {
  const byId = new Map<string, T>();
  let token: string | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await fetch(token);
    for (const item of page.items) {
      if (byId.has(idOf(item))) return undefined;
      byId.set(idOf(item), item);
    }
    if (page.nextToken === '') return [...byId.values()];
    token = page.nextToken;
  }
  return undefined;
}

/** A whole list, page by page by number. The total must hold still, and be what came. */
export async function listByNumber<T>(
  what: string,
  idOf: (item: T) => string,
  fetch: (pageNumber: number) => Promise<NumberedPage<T>>,
): Promise<readonly T[]> {
  for (let attempt = 0; attempt < relistAttemptsMax; attempt += 1) {
    const items = await readByNumber(idOf, fetch);
    if (items !== undefined) return items;
  }
  throw shifting(what);
}

async function readByNumber<T>(
  idOf: (item: T) => string,
  fetch: (pageNumber: number) => Promise<NumberedPage<T>>,
): Promise<readonly T[] | undefined> {
  const first = await fetch(1);
  const byId = new Map(first.items.map((item) => [idOf(item), item]));
  let seen = first.items.length;
  for (let number = 2; seen < first.totalCount && number < pagesMax; number += 1) {
    const page = await fetch(number);
    if (page.totalCount !== first.totalCount || page.items.length === 0) return undefined;
    seen += page.items.length;
    for (const item of page.items) byId.set(idOf(item), item);
  }
  return byId.size === first.totalCount && seen === first.totalCount ? [...byId.values()] : undefined;
}

function shifting(what: string): TallymanError {
  return new TallymanError(
    'cloud/incomplete',
    `the list of ${what} changed each of the ${relistAttemptsMax} times that it was read`,
    'Run the command again when fewer things are being made and deleted there.',
  );
}
