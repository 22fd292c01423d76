import type { Desired, ImageReference, ImageShare, Sharee } from '../domain/desired.js';
import { accountOf, copyNamed, sourceNamed } from '../domain/desired.js';
import { compareText } from '../domain/address.js';
import type { Finding } from '../domain/finding.js';
import type { ImageShareDocument } from '../domain/generated/documents.js';
import { child } from '../domain/origin.js';
import type { Checked } from './checked-documents.js';
import { inputError } from './input-error.js';
import { type Asker, askerOf, labelsOf, type Surroundings } from './surroundings.js';

type Spec = ImageShareDocument['spec'];

/** Undefined, and reported, where something that it names is missing. */
export function readImageShare(
  document: Checked<ImageShareDocument>,
  surroundings: Surroundings,
): ImageShare | undefined {
  const { spec } = document.body;
  const asker = askerOf(document);
  const account = surroundings.account(asker, spec.account);
  const image = imageOf(asker, spec, surroundings);
  spec.regions.forEach((region, index) =>
    surroundings.owns(document.address, region, child(asker.spec, 'regions', index)),
  );
  const sharees = spec.with.map((name, index) => shareeOf(asker, name, index, surroundings));
  if (account === undefined || image === undefined || sharees.some((sharee) => sharee === undefined)) return undefined;
  return {
    address: document.address,
    name: document.body.metadata.name,
    labels: labelsOf(document),
    account: account.name,
    image,
    regions: spec.regions.toSorted(compareText),
    with: distinct(
      asker,
      sharees.filter((sharee) => sharee !== undefined),
      account.uid,
      surroundings,
    ),
    unlisted: spec.unlisted ?? 'Remove',
    suspend: spec.suspend ?? false,
    origin: document.origin,
  };
}

function imageOf(asker: Asker, spec: Spec, surroundings: Surroundings): ImageReference | undefined {
  const { imageCopy, imageSource } = spec.image;
  const at = child(asker.spec, 'image');
  if (imageCopy !== undefined) {
    surroundings.refer(asker.address, child(at, 'imageCopy'), 'ImageCopy', imageCopy);
    return { kind: 'imageCopy', name: imageCopy };
  }
  if (imageSource === undefined) return undefined;
  surroundings.refer(asker.address, child(at, 'imageSource'), 'ImageSource', imageSource);
  return { kind: 'imageSource', name: imageSource };
}

function shareeOf(asker: Asker, name: string, index: number, surroundings: Surroundings): Sharee | undefined {
  const origin = child(asker.spec, 'with', index);
  const accounts = surroundings.project?.accounts ?? [];
  if (/^\d+$/.test(name)) {
    return { uid: name, account: accounts.find(({ uid }) => uid === name)?.name ?? null, origin };
  }
  const account = accounts.find((candidate) => candidate.name === name);
  if (account === undefined) {
    surroundings.unknownAccount(origin, asker.address, name);
    return undefined;
  }
  return { uid: account.uid, account: account.name, origin };
}

/** By UID, each once; nobody shares with himself: the service refuses that. */
function distinct(
  asker: Asker,
  sharees: readonly Sharee[],
  owner: string,
  surroundings: Surroundings,
): readonly Sharee[] {
  const byUid = new Map<string, Sharee>();
  for (const sharee of sharees) {
    const isOwner = sharee.uid === owner;
    if (isOwner || byUid.has(sharee.uid)) {
      surroundings.report({
        ruleId: 'manifest/duplicate-item',
        at: sharee.origin,
        address: asker.address,
        message: isOwner
          ? `\`with\` must not name '${sharee.uid}', the account that owns the image`
          : `\`with\` names account '${sharee.uid}' twice`,
        hint: 'Remove it from `with`.',
        value: sharee.uid,
      });
    }
    byUid.set(sharee.uid, sharee);
  }
  return [...byUid.values()].sort((a, b) => compareText(a.uid, b.uid));
}

/** Only an own image can be shared, so what is shared must be looked for, or copied, by the account that shares. */
export function shareFindings(desired: Desired): readonly Finding[] {
  return desired.imageShares.flatMap((share) => {
    const problem = problemOf(desired, share);
    if (problem === null) return [];
    return [
      inputError({
        ruleId: 'manifest/share-not-own',
        at: child(share.origin, 'spec', 'image', share.image.kind),
        address: share.address,
        message: problem,
        hint: 'Share an ImageCopy of the same account, or an ImageSource with `owner: self` that this account looks for.',
        value: share.image.name,
      }),
    ];
  });
}

function problemOf(desired: Desired, share: ImageShare): string | null {
  const { name } = share.image;
  if (share.image.kind === 'imageCopy') {
    const copy = copyNamed(desired, name);
    if (copy === undefined || copy.account === share.account) return null;
    return `'${name}' is copied by account '${copy.account}', and '${share.account}' cannot share it`;
  }
  const source = sourceNamed(desired, name);
  if (source === undefined) return null;
  const { uid } = accountOf(desired.project, share.account);
  const isOwn = source.account === share.account && source.owner?.kind === 'account' && source.owner.uid === uid;
  return isOwn ? null : `'${name}' is not an image of account '${share.account}', which cannot share it`;
}
