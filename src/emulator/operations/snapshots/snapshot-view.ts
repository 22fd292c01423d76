import { serviceKeyId } from '../../world/encryption.js';
import type { SnapshotRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { type Answer, tagsView, timeWithSeconds } from '../images/image-view.js';

export type SnapshotUsage = 'image' | 'disk' | 'image_disk' | 'none';

/** How the owner sees snapshots; one viewer serves one call. Source: ECS API reference, DescribeSnapshots. */
export class SnapshotViewer {
  private inImages: ReadonlySet<string> | undefined;
  private inDisks: ReadonlySet<string> | undefined;

  constructor(
    private readonly world: World,
    private readonly account: string,
    private readonly region: string,
  ) {}

  /** Whether images or disks were made from it. */
  usageOf({ id }: SnapshotRow): SnapshotUsage {
    const isInImage = this.usedByImages().has(id);
    const isInDisk = this.usedByDisks().has(id);
    if (isInImage) return isInDisk ? 'image_disk' : 'image';
    return isInDisk ? 'disk' : 'none';
  }

  /** Snapshots of one disk form a chain. */
  linkIdOf({ id, sourceDiskId }: SnapshotRow): string {
    return `sl-${(sourceDiskId === '' ? id : sourceDiskId).replace(/^[a-z]+-/, '')}`;
  }

  view(snapshot: SnapshotRow): Answer {
    const remainingMs = snapshot.createdAt + snapshot.durationMs - this.world.now;
    return {
      SnapshotId: snapshot.id,
      SnapshotName: snapshot.name,
      Description: snapshot.description,
      SnapshotLinkId: this.linkIdOf(snapshot),
      SnapshotType: snapshot.isAutomatic ? 'auto' : 'user',
      Category: 'standard',
      RegionId: snapshot.region,
      Status: snapshot.status,
      Available: snapshot.status === 'accomplished',
      Progress: `${percentOf(snapshot, this.world.now)}%`,
      RemainTime: snapshot.status === 'progressing' ? Math.max(0, Math.ceil(remainingMs / 1000)) : 0,
      CreationTime: timeWithSeconds(snapshot.createdAt),
      LastModifiedTime: timeWithSeconds(snapshot.createdAt),
      SourceDiskId: snapshot.sourceDiskId,
      SourceDiskType: snapshot.sourceDiskType,
      SourceDiskSize: String(snapshot.sizeGiB),
      SourceStorageType: 'disk',
      Encrypted: snapshot.encrypted,
      KMSKeyId: snapshot.kmsKeyId === null || snapshot.kmsKeyId === serviceKeyId ? '' : snapshot.kmsKeyId,
      ...(snapshot.retentionDays === 0 ? {} : { RetentionDays: snapshot.retentionDays }),
      InstantAccess: false,
      ProductCode: '',
      ResourceGroupId: snapshot.resourceGroupId,
      Usage: this.usageOf(snapshot),
      Tags: tagsView(snapshot.tags),
    };
  }

  private usedByImages(): ReadonlySet<string> {
    this.inImages ??= new Set(
      this.world.images
        .list(this.account, this.region)
        .flatMap(({ disks }) => disks.map(({ snapshotId }) => snapshotId)),
    );
    return this.inImages;
  }

  private usedByDisks(): ReadonlySet<string> {
    this.inDisks ??= new Set(
      this.world.disks.list(this.account, this.region).map(({ sourceSnapshotId }) => sourceSnapshotId),
    );
    return this.inDisks;
  }
}

function percentOf(snapshot: SnapshotRow, now: number): number {
  if (snapshot.status === 'accomplished') return 100;
  if (snapshot.status === 'failed' || snapshot.durationMs === 0) return 0;
  return Math.min(99, Math.max(0, Math.floor(((now - snapshot.createdAt) / snapshot.durationMs) * 100)));
}
