import type {
  DiskWish,
  ImageCopy,
  ImageReference,
  ImageShare,
  ImageSource,
  Instance,
  Resource,
} from '../domain/desired.js';
import { ownerText } from '../domain/image-owner.js';

type View = Readonly<Record<string, unknown>>;

/**
 * A resource as its manifest says it, with defaults filled in; null where the manifest says nothing. User data is left
 * out: it is never shown, and so nothing may depend on it.
 */
export function manifestView(resource: Resource): View {
  const [kind = ''] = resource.address.split('/');
  return {
    apiVersion: 'tallyman.dev/v1',
    kind,
    metadata: { name: resource.name, labels: resource.labels },
    spec: { account: resource.account, ...specOf(resource) },
  };
}

function specOf(resource: Resource): View {
  if ('selector' in resource) return sourceSpec(resource);
  if ('destinations' in resource) return copySpec(resource);
  return 'with' in resource ? shareSpec(resource) : instanceSpec(resource);
}

/** `owner` is a UID, or `system`, whatever name the manifest gives it. */
function sourceSpec({ regions, owner, selector, ...source }: ImageSource): View {
  const { architecture, osType, minSizeGiB, minAgeDays, allow } = source;
  return {
    regions,
    owner: owner === null ? null : ownerText(owner),
    imageId: selector.kind === 'imageId' ? selector.imageId : null,
    family: selector.kind === 'family' ? selector.family : null,
    name: selector.kind === 'name' ? selector.name : null,
    pick: selector.kind === 'name' ? selector.pick : null,
    architecture,
    osType,
    minSizeGiB,
    minAgeDays,
    allow,
  };
}

function copySpec({ source, destinations, tags, ...copy }: ImageCopy): View {
  const { encrypted, imageName, description, family, keepHop, history, deletionPolicy, suspend } = copy;
  return {
    source: { imageSource: source },
    destinations: destinations.map(({ region, kmsKeyId, resourceGroupId }) => ({ region, kmsKeyId, resourceGroupId })),
    tags: setTags(tags),
    encrypted,
    imageName,
    description,
    family,
    keepHop,
    history,
    deletionPolicy,
    suspend,
  };
}

/** Accounts by UID, whatever names the manifest gives them. */
function shareSpec({ image, regions, with: sharees, unlisted, suspend }: ImageShare): View {
  return { image: referenceView(image), regions, with: sharees.map(({ uid }) => uid), unlisted, suspend };
}

function instanceSpec({ image, tags, systemDisk, dataDisks, update, ...instance }: Instance): View {
  const { region, replicas, placement, instanceType, instanceName, hostName, description, power } = instance;
  const { securityGroupIds, deletionProtection, keyPairName, metadataOptions, ramRoleName, passwordInherit } = instance;
  const { adopt, ignoreChanges, internetMaxBandwidthOut, resourceGroupId, suspend, deletionPolicy } = instance;
  const { onImageChange, maxUnavailable, snapshotBefore, snapshotRetentionDays, minReadySeconds } = update;
  return {
    image: referenceView(image),
    tags: setTags(tags),
    systemDisk: { ...diskView(systemDisk), stateful: systemDisk.stateful },
    dataDisks: dataDisks.map((disk) => ({ ...diskView(disk), deleteWithInstance: disk.deleteWithInstance })),
    update: { onImageChange, maxUnavailable, snapshotBefore, snapshotRetentionDays, minReadySeconds },
    region,
    replicas,
    placement,
    instanceType,
    instanceName,
    hostName,
    description,
    power,
    securityGroupIds,
    deletionProtection,
    keyPairName,
    metadataOptions,
    ramRoleName,
    passwordInherit,
    adopt,
    ignoreChanges,
    internetMaxBandwidthOut,
    resourceGroupId,
    suspend,
    deletionPolicy,
  };
}

function diskView({ category, sizeGiB, performanceLevel, encrypted, kmsKeyId, autoSnapshotPolicyId }: DiskWish): View {
  return { category, sizeGiB, performanceLevel, encrypted, kmsKeyId, autoSnapshotPolicyId };
}

function referenceView({ kind, name }: ImageReference): View {
  return { [kind]: name };
}

/** Tags that the resource shall have; those that it shall not have are no tags of it. */
function setTags(tags: Readonly<Record<string, string | null>>): View {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== null));
}
