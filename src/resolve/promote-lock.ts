import { type Desired, type ImageSource, sharingAccountOf, sourceNamed } from '../domain/desired.js';
import { canonicalJson } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import { compareEntries, entryFor, type Lock, type LockEntry } from '../domain/lock.js';
import { changesBetween, type ResolveResult } from './resolve-lock.js';

export interface PromoteInput {
  readonly desired: Desired;
  readonly previous: Lock;
  /** The environment whose pins are taken over. */
  readonly from: { readonly desired: Desired; readonly lock: Lock };
  /** Name of the one source whose pins are taken over; null: all of them. */
  readonly only: string | null;
}

/**
 * Pins every source to the images that another environment has pinned. Nothing is chosen and nothing is looked up: the
 * source must ask for the same images there, and what is pinned there must be what it asks for. Who looks may differ; that
 * the image is visible and is the one of the fingerprint is for plan to find out.
 */
export function promoteLock(input: PromoteInput): ResolveResult {
  const { desired, previous, only } = input;
  const isAsked = (name: string) => only === null || only === name;
  const promoted = desired.imageSources
    .filter((source) => isAsked(source.name))
    .flatMap((source) => source.regions.map((region) => promoteEntry(input, source, region)));
  const entries = [
    ...previous.entries.filter((entry) => !isAsked(entry.source)),
    ...promoted.flatMap(({ entry }) => entry ?? []),
  ].sort(compareEntries);
  const lock = { file: previous.file, entries };
  return { lock, changes: changesBetween(previous, lock), findings: promoted.flatMap(({ findings }) => findings) };
}

interface Promoted {
  readonly entry: LockEntry | undefined;
  readonly findings: readonly Finding[];
}

function promoteEntry({ desired, previous, from }: PromoteInput, source: ImageSource, region: string): Promoted {
  const theirs = sourceNamed(from.desired, source.name);
  const entry = entryFor(from.lock, source.name, region);
  const where = `environment '${from.desired.environment ?? ''}'`;
  const refuse = (why: string, hint: string): Promoted => ({
    entry: entryFor(previous, source.name, region),
    findings: [finding(source, region, `'${source.name}' in '${region}' cannot be promoted: ${why}`, hint)],
  });
  if (theirs === undefined || entry === undefined) {
    return refuse(`${where} does not pin it there`, `Run \`tallyman update\` for ${where} first.`);
  }
  if (entry.selector !== theirs.selectorDigest) {
    return refuse(`its pin in ${where} is older than its spec`, `Run \`tallyman update\` for ${where} first.`);
  }
  if (canonicalJson(asked(source)) !== canonicalJson(asked(theirs))) {
    return refuse(
      `${where} asks for other images`,
      'Let both environments select the same way, or run `tallyman update`.',
    );
  }
  return {
    entry: { ...entry, selector: source.selectorDigest, via: viaOf(desired, source, theirs, entry) },
    findings: [],
  };
}

/** What decides which image it is; not who looks, nor where else. */
function asked({ owner, selector, architecture, osType, minSizeGiB, minAgeDays, allow }: ImageSource) {
  return {
    owner: owner === null ? null : { ...owner },
    selector: { ...selector },
    architecture,
    osType,
    minSizeGiB,
    minAgeDays,
    allow,
  };
}

/** Another account may see the image only behind an ImageShare of this project. */
function viaOf(desired: Desired, source: ImageSource, theirs: ImageSource, entry: LockEntry): LockEntry['via'] {
  if (source.account === theirs.account) return entry.via;
  return sharingAccountOf(desired, source, entry.region) === null ? null : 'owner';
}

function finding(source: ImageSource, region: string, message: string, hint: string): Finding {
  return {
    ruleId: 'trust/unlocked-source',
    severity: 'error',
    message,
    hint,
    at: source.origin,
    address: `${source.address}/${region}`,
    value: region,
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
}
