import type { RunningOwner } from '../domain/running-owner.js';
import { ageText } from './words.js';

/** The same columns in every format that people read. */
export const ownerHeader = ['OWNER', 'IMAGE', 'TRUSTED', 'INSTANCES', 'IMAGES', 'ENCRYPTED', 'AGE', 'WHERE'];

/** One row for each owner and sort of image, as it came from outside: each format cleans it its own way. */
export function ownerCells(row: RunningOwner, nowMs: number): readonly string[] {
  const { owner, account, sort, trusted, instances, images, places } = row;
  const name = account === null ? owner || 'unknown' : `${owner} (${account})`;
  const where = places.map((place) => `${place.account} ${place.region}: ${place.instances}`).join(', ');
  const amounts = [String(instances), String(images.length)];
  return [name, sort, trusted, ...amounts, encryptedText(row), ageRange(row, nowMs), where];
}

function encryptedText({ encrypted: { yes, no, unknown } }: RunningOwner): string {
  const parts = [
    [yes, 'yes'],
    [no, 'no'],
    [unknown, 'unknown'],
  ] as const;
  const there = parts.filter(([amount]) => amount > 0);
  const [only] = there;
  return there.length === 1 && only !== undefined
    ? only[1]
    : there.map(([amount, word]) => `${amount} ${word}`).join(', ');
}

function ageRange({ oldest, newest }: RunningOwner, nowMs: number): string {
  if (oldest === null || newest === null) return 'unknown';
  const [old, young] = [ageText(oldest, nowMs), ageText(newest, nowMs)];
  return old === young ? old : `${young} to ${old}`;
}
