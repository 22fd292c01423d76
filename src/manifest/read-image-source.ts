import { compareText } from '../domain/address.js';
import type { Account, ImageSelector, ImageSource, SourceOwner } from '../domain/desired.js';
import { digestOf } from '../domain/digest.js';
import type { ImageSourceDocument } from '../domain/generated/documents.js';
import { child } from '../domain/origin.js';
import type { Checked } from './checked-documents.js';
import { type Asker, askerOf, labelsOf, type Surroundings } from './surroundings.js';

type Spec = ImageSourceDocument['spec'];

/** Undefined, and reported, where something that it names is missing. */
export function readImageSource(
  document: Checked<ImageSourceDocument>,
  surroundings: Surroundings,
): ImageSource | undefined {
  const { metadata, spec } = document.body;
  const asker = askerOf(document);
  const account = surroundings.account(asker, spec.account);
  const regions = regionsOf(asker, spec, surroundings);
  const owner = account === undefined ? undefined : ownerOf(asker, spec.owner, account, surroundings);
  const selector = selectorOf(spec);
  if (account === undefined || regions === undefined || owner === undefined || selector === undefined) return undefined;
  for (const region of regions) surroundings.regionsNamed.add(region);
  const allow = (spec.allow ?? []).toSorted(compareText);
  if (owner.kind === 'marketplace' && !allow.includes('marketplace')) reportNotAllowed(asker, surroundings);
  const wanted = {
    account: account.name,
    regions,
    owner,
    selector,
    architecture: spec.architecture ?? null,
    osType: spec.osType ?? null,
    minSizeGiB: spec.minSizeGiB ?? null,
    minAgeDays: spec.minAgeDays ?? null,
  };
  return {
    ...wanted,
    allow,
    address: document.address,
    name: metadata.name,
    labels: labelsOf(document),
    // Over what the source means, not how it is written: a default that is spelt out changes nothing.
    selectorDigest: digestOf({
      ...wanted,
      owner: { ...owner },
      selector: { ...selector },
      ...(allow.length === 0 ? {} : { allow }),
    }),
    origin: document.origin,
  };
}

function reportNotAllowed(asker: Asker, surroundings: Surroundings): void {
  surroundings.report({
    ruleId: 'manifest/invalid-value',
    at: child(asker.spec, 'owner'),
    address: asker.address,
    message: '`owner: marketplace` needs `allow: [marketplace]`',
    hint: 'Add it, or name the account that shares the image.',
    value: 'marketplace',
  });
}

function regionsOf(asker: Asker, spec: Spec, surroundings: Surroundings): readonly string[] | undefined {
  if (spec.regions !== undefined) return spec.regions;
  const region = surroundings.region(asker, spec.region);
  return region === undefined ? undefined : [region];
}

/** UIDs are compared as text, so that a name can never be mistaken for one: names are not all digits. */
function ownerOf(asker: Asker, owner: string, account: Account, surroundings: Surroundings): SourceOwner | undefined {
  if (owner === 'system' || owner === 'marketplace') return { kind: owner };
  if (owner === 'self') return { kind: 'account', uid: account.uid };
  if (/^\d+$/.test(owner)) return { kind: 'account', uid: owner };
  const named = surroundings.project?.accounts.find((candidate) => candidate.name === owner);
  if (named !== undefined) return { kind: 'account', uid: named.uid };
  surroundings.unknownAccount(child(asker.spec, 'owner'), asker.address, owner, ['self', 'system', 'marketplace']);
  return undefined;
}

function selectorOf(spec: Spec): ImageSelector | undefined {
  if (spec.imageId !== undefined) return { kind: 'imageId', imageId: spec.imageId };
  if (spec.family !== undefined) return { kind: 'family', family: spec.family };
  return spec.name === undefined ? undefined : { kind: 'name', name: spec.name, pick: spec.pick ?? null };
}
