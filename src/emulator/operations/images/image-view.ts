import { BareNumber } from '../../rpc/numbers.js';
import { familyAsSeenBy, relationTo } from '../../world/image-visibility.js';
import type { ImageDisk, ImageRow, Tags } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { progressOf } from './image-progress.js';

export type Answer = Readonly<Record<string, unknown>>;

/** `yyyy-MM-ddTHH:mm:ssZ`, UTC. */
export function timeWithSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

export function tagsView(tags: Tags): Answer {
  return { Tag: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })) };
}

/**
 * How the caller sees images. One viewer serves one call, since whether an image is used by instances is looked up
 * once for all of them. Source: ECS API reference, DescribeImages.
 */
export class ImageViewer {
  private usedByOwn: ReadonlySet<string> | undefined;
  private usedByAll: ReadonlySet<string> | undefined;

  constructor(
    private readonly world: World,
    private readonly account: string,
    private readonly region: string,
  ) {}

  /** Whether instances that count for this caller were created from the image. */
  isUsed(image: ImageRow): boolean {
    const countsAll =
      relationTo(image, this.account) === 'shared' &&
      this.world.settings.switch('sharedImageUsage') === 'all-instances';
    return (countsAll ? this.usedImagesOfAll() : this.usedImagesOfOwn()).has(image.id);
  }

  private usedImagesOfOwn(): ReadonlySet<string> {
    this.usedByOwn ??= new Set(this.world.instances.list(this.account, this.region).map(({ imageId }) => imageId));
    return this.usedByOwn;
  }

  private usedImagesOfAll(): ReadonlySet<string> {
    this.usedByAll ??= new Set(this.world.instances.listRegion(this.region).map(({ imageId }) => imageId));
    return this.usedByAll;
  }

  /** The image as DescribeImages answers it. */
  full(image: ImageRow): Answer {
    return {
      ...this.brief(image),
      ...this.ownerFacts(image),
      ...(this.hidesUsable(image) ? {} : { Usable: image.usable }),
      IsPublic: image.kind === 'system' || image.isPublic,
      OSNameEn: image.osName,
      BootMode: image.bootMode,
      LicenseType: image.licenseType,
      LoginAsNonRootSupported: image.loginAsNonRootSupported,
      ResourceGroupId: relationTo(image, this.account) === 'own' ? image.resourceGroupId : '',
      Features: {
        NvmeSupport: image.features.nvmeSupport,
        ImdsSupport: image.features.imdsSupport,
        CpuOnlineUpgrade: 'unsupported',
        CpuOnlineDowngrade: 'unsupported',
        MemoryOnlineUpgrade: 'unsupported',
        MemoryOnlineDowngrade: 'unsupported',
      },
      SecureBootOptions: { SecureBootSupport: 'unsupported' },
      ...detectionView(image),
      DiskDeviceMappings: { DiskDeviceMapping: image.disks.map((disk) => this.diskInFull(image, disk)) },
    };
  }

  /** The image as DescribeImageFromFamily answers it: neither owner nor encryption nor usability. */
  brief(image: ImageRow): Answer {
    const relation = relationTo(image, this.account);
    const progress = progressOf(image, this.world.now);
    const showsTags = relation === 'own' || this.world.settings.switch('ownerTagsForSharees') === 'shown';
    return {
      ImageId: image.id,
      ImageName: image.name,
      Description: image.description,
      ImageVersion: image.version,
      ImageFamily: familyAsSeenBy(image, this.account),
      ImageOwnerAlias:
        relation === 'own' ? 'self' : relation === 'shared' || relation === 'community' ? 'others' : relation,
      IsSelfShared: relation === 'own' ? (isSharedOut(image) ? 'True' : 'False') : '',
      Status: image.status,
      Progress: `${progress.percent}%`,
      CreationTime: timeWithSeconds(image.createdAt),
      Size: image.sizeGiB,
      Architecture: image.architecture,
      OSType: image.osType,
      OSName: image.osName,
      Platform: image.platform,
      IsCopied: image.isCopied,
      IsSubscribed: false,
      ProductCode: image.productCode,
      IsSupportCloudinit: image.isSupportCloudinit,
      IsSupportIoOptimized: true,
      Usage: this.isUsed(image) ? 'instance' : 'none',
      Tags: tagsView(showsTags ? image.tags : {}),
      DiskDeviceMappings: { DiskDeviceMapping: image.disks.map(diskInBrief) },
    };
  }

  private ownerFacts(image: ImageRow): Answer {
    const relation = relationTo(image, this.account);
    const isOwner = relation === 'own';
    const showsOwner = isOwner
      ? this.world.settings.switch('ownImageOwnerId') === 'shown'
      : relation === 'shared' || relation === 'community';
    return {
      ...(showsOwner ? { ImageOwnerId: new BareNumber(image.account) } : {}),
      SupplierName: relation === 'community' ? image.supplierName : '',
    };
  }

  private hidesUsable(image: ImageRow): boolean {
    return image.isCopied && this.world.settings.switch('copyUsable') === 'absent';
  }

  private diskInFull(image: ImageRow, disk: ImageDisk): Answer {
    const isCopying = image.task?.kind === 'copy';
    const progress = progressOf(image, this.world.now);
    return {
      ...diskInBrief(disk),
      ...(this.world.settings.switch('imageDiskEncrypted') === 'shown' ? { Encrypted: disk.encrypted } : {}),
      Progress: isCopying ? `${progress.percent}%` : '',
      RemainTime: isCopying ? progress.remainingSeconds : 0,
    };
  }
}

export function isSharedOut(image: ImageRow): boolean {
  return Object.keys(image.sharedWith).length > 0 || image.shareGroups.length > 0;
}

function diskInBrief(disk: ImageDisk): Answer {
  return {
    Type: disk.type,
    Device: disk.device,
    Size: String(disk.sizeGiB),
    SnapshotId: disk.snapshotId,
    Format: '',
    ImportOSSBucket: '',
    ImportOSSObject: '',
  };
}

/** `RiskLevel` is absent where a check found no risk. */
function detectionView({ detection }: ImageRow): Answer {
  if (detection === null) return {};
  const items = detection.items.map(({ name, value, riskCode, riskLevel }) => ({
    Name: name,
    Value: value,
    RiskCode: riskCode,
    ...(riskLevel === '' ? {} : { RiskLevel: riskLevel }),
  }));
  return { DetectionOptions: { Status: detection.status, Items: { Item: items } } };
}
