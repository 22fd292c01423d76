import { Cron } from 'croner';
import type { Labels } from './desired.js';
import type { Origin } from './origin.js';
import type { Match } from './policy.js';

/** A time that comes again and again, in which apply is open or closed for what it matches. */
export interface Window {
  /** One Allow is enough to close everything outside of it; a Deny closes whatever Allow says. */
  readonly kind: 'Allow' | 'Deny';
  /** Five fields of cron: when it begins. */
  readonly schedule: string;
  readonly durationMs: number;
  /** IANA name; its summer time counts. */
  readonly timeZone: string;
  readonly match: Match;
  readonly origin: Origin;
}

/** What a window is asked about: one thing in one place. */
export interface Windowed {
  readonly kind: string;
  readonly labels: Labels;
  readonly account: string;
  readonly region: string;
}

/** Why a schedule cannot be followed; null where it can. */
export function scheduleProblem(schedule: string, timeZone: string): 'schedule' | 'never' | null {
  try {
    return cronOf(schedule, timeZone).nextRun(new Date(0)) === null ? 'never' : null;
  } catch {
    return 'schedule';
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export function windowMatches({ match }: Window, thing: Windowed): boolean {
  return (
    Object.entries(match.labels).every(([key, value]) => thing.labels[key] === value) &&
    (match.kinds === null || match.kinds.includes(thing.kind)) &&
    (match.accounts === null || match.accounts.includes(thing.account)) &&
    (match.regions === null || match.regions.includes(thing.region))
  );
}

/** `windows`: those that match. Without any, everything is open. */
export function isOpenAt(windows: readonly Window[], atMs: number): boolean {
  const isWithin = (window: Window): boolean => beginsWithin(window, atMs) !== null;
  if (windows.some((window) => window.kind === 'Deny' && isWithin(window))) return false;
  const allowing = windows.filter(({ kind }) => kind === 'Allow');
  return allowing.length === 0 || allowing.some(isWithin);
}

/** So many beginnings and ends are looked at before an opening counts as out of sight. */
const changesMax = 1_000;

/** When it opens next, in milliseconds since 1970; null where no end of being closed is in sight. */
export function opensAt(windows: readonly Window[], fromMs: number): number | null {
  let atMs = fromMs;
  for (let looked = 0; looked < changesMax; looked += 1) {
    if (isOpenAt(windows, atMs)) return atMs;
    const changes = windows.map((window) => nextChange(window, atMs)).filter((change) => change !== null);
    if (changes.length === 0) return null;
    atMs = Math.min(...changes);
  }
  return null;
}

/** The end of a window that is under way, else the beginning of the next. */
function nextChange(window: Window, atMs: number): number | null {
  const began = beginsWithin(window, atMs);
  if (began !== null) return began + window.durationMs;
  return cronOf(window.schedule, window.timeZone).nextRun(new Date(atMs))?.getTime() ?? null;
}

/** When the window began that is under way at that time; its end is no part of it. */
function beginsWithin({ schedule, timeZone, durationMs }: Window, atMs: number): number | null {
  const first = cronOf(schedule, timeZone)
    .nextRun(new Date(atMs - durationMs))
    ?.getTime();
  return first !== undefined && first <= atMs ? first : null;
}

const crons = new Map<string, Cron>();

/** Read once each: a schedule is asked about many times. */
function cronOf(schedule: string, timeZone: string): Cron {
  const key = `${timeZone} ${schedule}`;
  const cron = crons.get(key) ?? new Cron(schedule, { timezone: timeZone, mode: '5-part', paused: true });
  crons.set(key, cron);
  return cron;
}
