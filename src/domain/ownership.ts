import { createHash } from 'node:crypto';
import type { Address } from './address.js';
import type { Project } from './desired.js';
import { canonicalJson, type Json } from './digest.js';
import type { Tags } from './observed.js';

/**
 * How tallyman knows what is its own without a state file: marks in tags, and client tokens that everybody who works
 * from the same commit computes alike. docs/ownership.md tells the whole protocol and what it was checked against.
 */
export const tagKey = {
  project: 'tallyman:project',
  resource: 'tallyman:resource',
  /** The thing's own ID: a clone that somebody made with our tags names another thing, and is not ours. */
  seal: 'tallyman:id',
  sourceImage: 'tallyman:source-image',
  sourceOwner: 'tallyman:source-owner',
  userData: 'tallyman:user-data',
  updating: 'tallyman:updating',
  /** When `updating` was written, ISO 8601: tags carry no time of their own, and the 30-minute rule needs one. */
  updatingSince: 'tallyman:updating-since',
  previous: 'tallyman:previous',
  rejected: 'tallyman:rejected',
} as const;

/** The value of `tallyman:project`: `<name>.<id>[.<environment>]`. */
export function projectTag(project: Pick<Project, 'name' | 'id'>, environment: string | null): string {
  return [project.name, project.id, environment].filter((part) => part !== null).join('.');
}

/**
 * sealed: both tags and its own ID. unsealed: both tags, no ID yet. clone: both tags and the ID of another thing.
 * foreign: not this project's.
 */
export type Ownership = 'sealed' | 'unsealed' | 'clone' | 'foreign';

export function ownershipOf(thing: { readonly id: string; readonly tags: Tags }, project: string): Ownership {
  if (thing.tags[tagKey.project] !== project || thing.tags[tagKey.resource] === undefined) return 'foreign';
  const seal = thing.tags[tagKey.seal];
  if (seal === undefined) return 'unsealed';
  return seal === thing.id ? 'sealed' : 'clone';
}

/** Sealed or not yet sealed: it counts as existing. */
export function isOwned(thing: { readonly id: string; readonly tags: Tags }, project: string): boolean {
  const ownership = ownershipOf(thing, project);
  return ownership === 'sealed' || ownership === 'unsealed';
}

/** Tags of services that make and delete things by themselves: what carries one of them is theirs. */
const managerTagPrefixes = ['acs:autoscaling:', 'ack.aliyun.com', 'acs:ros:'];

/** The tag that says that another service manages a thing; undefined where none does. */
export function managerTag(tags: Tags): string | undefined {
  return Object.keys(tags).find((key) => managerTagPrefixes.some((prefix) => key.startsWith(prefix)));
}

/** How long things take, in milliseconds of the clock port. */
export interface ConsistencyTimes {
  /** The longest delay until a created or deleted thing shows in lists and tag filters. */
  readonly lagMs: number;
  /** For how long a sent call may still take effect. */
  readonly flightMs: number;
  readonly skewMs: number;
  /** After this long an answer must be visible, or it is gone. */
  readonly settleMs: number;
  readonly epochMs: number;
  /** Quiet time at the start of each epoch, in which nothing is created. */
  readonly pauseMs: number;
}

const lagMs = 60_000;
const flightMs = 30_000;
const skewMs = 10_000;
const epochMs = 30 * 60_000;

/** Real time that a call over loopback may take on a busy machine. */
const loopbackFlightMs = 100;

/**
 * The constants of the protocol. On an emulator whose clock runs `speed` times as fast as the real one a call in
 * flight takes more emulated time, so what is built from it grows with the speed.
 */
export function consistencyTimes(speed = 1): ConsistencyTimes {
  const flight = Math.max(flightMs, Math.ceil(loopbackFlightMs * speed));
  const pause = lagMs + flight + skewMs;
  return {
    lagMs,
    flightMs: flight,
    skewMs,
    settleMs: lagMs + flight,
    epochMs: Math.max(epochMs, 4 * pause),
    pauseMs: pause,
  };
}

export function epochAt(nowMs: number, times: ConsistencyTimes): number {
  return Math.floor(nowMs / times.epochMs);
}

/**
 * The client token of a creating call: 43 characters. Nothing of the specification goes in and nothing random: a crash
 * followed by another commit must meet the same token.
 */
function tokenOf(parts: readonly Json[]): string {
  return createHash('sha256')
    .update(canonicalJson(['v1', ...parts]), 'utf8')
    .digest('base64url');
}

export function instanceToken(project: string, address: Address, epoch: number, n: number): string {
  return tokenOf(['RunInstances', project, address, epoch, n]);
}

/** The name is the identity of a copy, so no epoch is needed: it protects when the token is forgotten. */
export function copyToken(project: string, imageName: string, n: number): string {
  return tokenOf(['CopyImage', project, imageName, n]);
}

/**
 * The wanted image is left out on purpose: two appliers that want different images get one replacement and a mismatch.
 * `n` counts the calls that held this token and, after `settle`, had replaced nothing.
 */
export function replaceToken(project: string, instanceId: string, diskId: string, n = 0): string {
  return tokenOf(['ReplaceSystemDisk', project, instanceId, diskId, ...(n === 0 ? [] : [n])]);
}

/** `n` counts the snapshots of this token that failed or are gone. */
export function snapshotToken(project: string, diskId: string, wantedImage: string, n = 0): string {
  return tokenOf(['CreateSnapshot', project, diskId, wantedImage, ...(n === 0 ? [] : [n])]);
}

/** For so long a mark for another image than the wanted one means that another run may still be at work. */
export const foreignMarkMs = 30 * 60_000;

/** How many fresh tokens one run may try for one address. */
export const tokenAttemptsMax = 16;

/** How user data is remembered on an instance, since no list shows it: shortened, for a tag. */
export function userDataMark(userData: string): string {
  return createHash('sha256').update(userData, 'utf8').digest('hex').slice(0, 32);
}

/** The work that a member was marked for before it was stopped. */
export interface UpdatingMark {
  /** System disk that is to be replaced. */
  readonly diskId: string;
  readonly imageId: string;
  /** Null where the mark does not say. */
  readonly sinceMs: number | null;
}

export function parseUpdatingMark(tags: Tags): UpdatingMark | null {
  const value = tags[tagKey.updating];
  if (value === undefined) return null;
  const [diskId = '', imageId = ''] = value.split('/');
  const since = Date.parse(tags[tagKey.updatingSince] ?? '');
  return { diskId, imageId, sinceMs: Number.isNaN(since) ? null : since };
}
