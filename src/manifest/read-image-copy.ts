import type { CopyDestination, ImageCopy } from '../domain/desired.js';
import type { ImageCopyDocument } from '../domain/generated/documents.js';
import { child, type Origin } from '../domain/origin.js';
import type { Checked } from './checked-documents.js';
import { type Asker, askerOf, labelsOf, type Surroundings } from './surroundings.js';

type Destination = ImageCopyDocument['spec']['destinations'][number];

const imageNameDefault = '{name}-{digest}';

/** The longest name that the cloud accepts for an image. Source: ECS API reference, CopyImage. */
const imageNameLengthMax = 128;

/** Room that a name leaves for its digest. */
const digestLength = 16;

/** Undefined, and reported, where something that it names is missing. */
export function readImageCopy(document: Checked<ImageCopyDocument>, surroundings: Surroundings): ImageCopy | undefined {
  const { metadata, spec } = document.body;
  const asker = askerOf(document);
  const account = surroundings.account(asker, spec.account);
  surroundings.refer(asker.address, child(asker.spec, 'source', 'imageSource'), 'ImageSource', spec.source.imageSource);
  const destinations = spec.destinations.map((destination, index) =>
    readDestination(asker, destination, child(asker.spec, 'destinations', index), spec.encrypted, surroundings),
  );
  checkRegionsDiffer(asker, destinations, surroundings);
  const imageName = spec.imageName ?? imageNameDefault;
  checkImageName(asker, metadata.name, imageName, destinations, surroundings);
  const tags = surroundings.tags(asker, spec.tags);
  if (account === undefined) return undefined;
  return {
    address: document.address,
    name: metadata.name,
    labels: labelsOf(document),
    account: account.name,
    source: spec.source.imageSource,
    destinations,
    encrypted: spec.encrypted ?? null,
    imageName,
    description: spec.description ?? null,
    family: spec.family ?? null,
    tags,
    keepHop: spec.keepHop ?? false,
    history: spec.history ?? null,
    deletionPolicy: spec.deletionPolicy ?? 'Delete',
    suspend: spec.suspend ?? false,
    origin: document.origin,
  };
}

function readDestination(
  asker: Asker,
  destination: Destination,
  origin: Origin,
  encrypted: boolean | undefined,
  surroundings: Surroundings,
): CopyDestination {
  surroundings.owns(asker.address, destination.region, child(origin, 'region'));
  surroundings.keyNeedsEncryption(asker.address, origin, destination.kmsKeyId, encrypted);
  return {
    region: destination.region,
    kmsKeyId: destination.kmsKeyId ?? null,
    resourceGroupId: destination.resourceGroupId ?? surroundings.project?.defaults.resourceGroupId ?? null,
    adopt: adoptionOf(destination),
    origin,
  };
}

function adoptionOf({ adopt, adoptedFrom }: Destination): CopyDestination['adopt'] {
  return adopt === undefined || adoptedFrom === undefined ? null : { imageId: adopt, from: adoptedFrom };
}

function checkRegionsDiffer(asker: Asker, destinations: readonly CopyDestination[], surroundings: Surroundings): void {
  const seen = new Set<string>();
  for (const { region, origin } of destinations) {
    if (seen.has(region)) {
      surroundings.report({
        ruleId: 'manifest/duplicate-item',
        at: child(origin, 'region'),
        address: asker.address,
        message: `two destinations are in region '${region}'`,
        hint: 'Keep one of them.',
        value: region,
      });
    }
    seen.add(region);
  }
}

/** Image names are unique in an account and region, and while a copy is replaced two of them exist. */
function checkImageName(
  asker: Asker,
  name: string,
  imageName: string,
  destinations: readonly CopyDestination[],
  surroundings: Surroundings,
): void {
  const at = child(asker.spec, 'imageName');
  const base = { ruleId: 'manifest/image-name', at, address: asker.address, value: imageName } as const;
  if (!imageName.includes('{digest}')) {
    const message = `\`imageName\` must contain {digest}, not '${imageName}': image names are unique, and the old copy stays while the new one is made`;
    surroundings.report({ ...base, message, hint: `Write, for example: '${imageNameDefault}'` });
    return;
  }
  const lengths = destinations.map(
    ({ region }) =>
      imageName
        .replaceAll('{name}', name)
        .replaceAll('{region}', region)
        .replaceAll('{digest}', 'd'.repeat(digestLength)).length,
  );
  const longest = Math.max(...lengths);
  if (longest <= imageNameLengthMax) return;
  const message = `\`imageName\` becomes ${longest} characters long, at most ${imageNameLengthMax} are possible`;
  surroundings.report({ ...base, message, hint: 'Shorten it.' });
}
