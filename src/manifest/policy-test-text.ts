import { stringify } from 'yaml';
import { resourceOf } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Json } from '../domain/digest.js';
import type { Diagnostic } from '../domain/finding.js';
import type { Lock } from '../domain/lock.js';
import { isMapping, memberOf } from './member-of.js';
import { parseDocuments } from './parse-documents.js';
import type { SourceText } from './parsed-text.js';

export interface FindingWorld {
  readonly sources: readonly SourceText[];
  readonly desired: Desired;
  readonly lock: Lock;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
}

/** A case that asks for the finding, with the manifests and the locked images that it is about. */
export function policyTestText(finding: Diagnostic, { sources, desired, lock, today }: FindingWorld): string {
  const addresses = lineageOf(resourceOf(finding.address ?? ''), desired);
  const names = addresses.filter((address) => address.startsWith('ImageSource/')).map((address) => address.slice(12));
  const entries = lock.entries.filter(({ source }) => names.includes(source));
  const { ruleId: rule, address, severity, message } = finding;
  const test = {
    apiVersion: 'tallyman.dev/v1',
    kind: 'PolicyTest',
    metadata: { name: rule.replaceAll('/', '-') },
    spec: {
      rules: [rule],
      today,
      ...(desired.environment === null ? {} : { environment: desired.environment }),
      cases: [
        {
          name: message,
          manifests: manifestsOf(addresses, sources),
          ...(entries.length === 0 ? {} : { lock: entries.map(lockedFacts) }),
          expect: [{ rule, address, severity, message }],
        },
      ],
    },
  };
  return stringify(test, { lineWidth: 120, aliasDuplicateObjects: false });
}

function lockedFacts({ source, region, imageId, owner, name, createdAt, sizeGiB, encrypted }: Lock['entries'][number]) {
  const known = encrypted === 'unknown' ? {} : { encrypted };
  return { source, region, imageId, owner, name, createdAt, sizeGiB, ...known };
}

/** The resource, what it is made from, and so on. */
function lineageOf(address: string, desired: Desired): readonly string[] {
  const { imageCopies, imageShares, instances } = desired;
  const user = [...imageShares, ...instances].find((one) => one.address === address);
  if (user !== undefined) {
    const kind = user.image.kind === 'imageCopy' ? 'ImageCopy' : 'ImageSource';
    return [...lineageOf(`${kind}/${user.image.name}`, desired), address];
  }
  const copy = imageCopies.find((one) => one.address === address);
  return copy === undefined ? [address] : [`ImageSource/${copy.source}`, address];
}

function manifestsOf(addresses: readonly string[], sources: readonly SourceText[]): readonly Json[] {
  const values = sources.flatMap((source) => parseDocuments(source).documents.map(({ value }) => value));
  return addresses.flatMap((address) => {
    const value = values.find((one) => addressOf(one) === address);
    return value === undefined ? [] : [withoutUserData(value)];
  });
}

function addressOf(manifest: Json): string | null {
  const kind = memberOf(manifest, 'kind');
  const name = memberOf(memberOf(manifest, 'metadata'), 'name');
  return typeof kind === 'string' && typeof name === 'string' ? `${kind}/${name}` : null;
}

/** It is never shown, and no rule depends on it. */
function withoutUserData(manifest: Json): Json {
  const spec = memberOf(manifest, 'spec');
  if (!isMapping(manifest) || !isMapping(spec)) return manifest;
  const kept = Object.entries(spec).filter(([field]) => field !== 'userData' && field !== 'userDataFile');
  return { ...manifest, spec: Object.fromEntries(kept) };
}
