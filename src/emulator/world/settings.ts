/**
 * What the scenario fixes beside rows: how long things take, limits, and one switch for each behaviour that the
 * sources leave unknown. Defaults are the conservative choice; `docs/emulator.md` has a row for each switch.
 */
export interface SettingsView {
  readonly timings: Timings;
  readonly quotas: Quotas;
  /** Remaining stock by `region/zone/instanceType`, `region/instanceType` or `instanceType`; absent = plenty. */
  stockOf(region: string, zone: string, instanceType: string): number | undefined;
  switch<K extends keyof Switches>(name: K): Switches[K];
  /** Whether the scenario names any kmsKeys at all; where it does not, any well-formed key ID passes. */
  readonly areKmsKeysListed: boolean;
}

export interface Timings {
  readonly copyImage: { readonly baseSeconds: number; readonly secondsPerGiB: number };
  readonly createImage: { readonly baseSeconds: number; readonly secondsPerGiB: number };
  readonly createSnapshot: { readonly baseSeconds: number; readonly secondsPerGiB: number };
  readonly pendingSeconds: number;
  readonly startingSeconds: number;
  readonly stoppingSeconds: number;
  readonly replaceSystemDiskSeconds: number;
  /** For so long after its creation an instance answers IncorrectInstanceStatus.Initializing to DeleteInstance. */
  readonly initializingSeconds: number;
}

export interface Quotas {
  readonly imagesPerRegion: number;
  readonly snapshotsPerRegion: number;
  readonly instancesPerRegion: number;
  readonly shareesPerImage: number;
  readonly concurrentCopiesPerRegion: number;
  readonly imagesPerFamily: number;
  readonly familiesPerRegion: number;
  readonly tagsPerResource: number;
  readonly securityGroupsPerInstance: number;
}

/** Extend this interface with each switch that an operation needs: name, values, and the row of the register in a comment. */
export interface Switches {
  /** How long an answer is remembered for its client token. */
  readonly clientTokenLifetimeSeconds: number;
  /** Does a refused call occupy its token: with its error kept, or silently? */
  readonly failedCallsOccupyToken: 'no' | 'stored' | 'silently';

  /** Account-level default encryption of disks, with the service key, in every region. Default off. */
  readonly defaultEncryption: 'off' | 'on';
  /** What an absent Encrypted means for an encrypted source of one's own: its key, or a refusal. Default inherit. */
  readonly encryptedUnset: 'inherit' | 'refuse';
  /** The code for KMSKeyId without Encrypted=true. */
  readonly keyWithoutEncryptedCode: 'InvalidParameter.EncryptedIllegal' | 'InvalidEncrypted.NotMatchKmsKeyId';
  /** The code for a plain disk from one's own encrypted image or snapshot: 403 or 400. */
  readonly plainDiskFromEncryptedCode: 'InvalidEncrypted.NotMatchSnapshot' | 'InvalidParameter.Encrypted';
  /** The code of ReplaceSystemDisk with a shared encrypted image and no Encrypted=true. */
  readonly sharedEncryptedReplaceCode: 'InvalidParam.EncryptedMismatch' | 'InvalidParameter.Encrypted';
  /** May a copy into another region encrypt a plain image (else 403 EncryptSnapshotAcrossRegion)? Default allow. */
  readonly plainToEncryptedAcrossRegions: 'allow' | 'refuse';
  /** The code of a launch from an image that exists but is not (or no longer) shared with the caller. */
  readonly unsharedImageLaunchCode: 'InvalidImageId.NotFound' | 'OperationDenied.ImageNotValid';

  /** How DescribeImages matches ImageName: a part of the name, or the whole with `*` as wildcard; case counts or not. */
  readonly imageNameMatch: 'part' | 'part-ignoring-case' | 'whole';
  readonly imageOrder: 'newest-first' | 'oldest-first' | 'by-id';
  /** DescribeImages and DescribeImageSharePermission with a PageSize beyond 100. */
  readonly imagePageSizeBeyondMax: 'refuse' | 'clamp';
  /** ImageOwnerId of one's own images. */
  readonly ownImageOwnerId: 'shown' | 'absent';
  /** ImageOwnerId in a request that names no alias. */
  readonly ownerIdWithoutAlias: 'refuse' | 'accept';
  /** Does a DescribeImages without alias and IsPublic list community images too? */
  readonly communityWithoutAlias: 'hidden' | 'listed';
  readonly ownerTagsForSharees: 'hidden' | 'shown';
  /** Whose instances make the Usage of a shared image. */
  readonly sharedImageUsage: 'own-instances' | 'all-instances';
  /** The per-disk `Encrypted` of DescribeImages, which is an invitational preview in some pages. */
  readonly imageDiskEncrypted: 'shown' | 'absent';
  /** The `Usable` of copies, and for how long after Available a copy is not usable yet. */
  readonly copyUsable: 'shown' | 'absent';
  readonly copyUsableDelaySeconds: number;
  /** The code when a sharee tags a shared image: 404 or 403. */
  readonly shareeTaggingCode: 'InvalidResourceId.NotFound' | 'NoPermission.Tag';
  /** The code beyond 20 tags: 400 or 403. */
  readonly tagQuotaCode: 'OperationDenied.QuotaExceed' | 'QuotaExceed.Tags';
  /** How many tags ListTagResources answers at a time. */
  readonly tagsPerPage: number;

  /** CopyImage without DestinationRegionId: within the region, or 400 MissingParameter. */
  readonly copyWithoutDestination: 'same-region' | 'refuse';
  /** A plain copy of an own image within its region (else 403 IncorrectDestinationRegion). */
  readonly plainCopyInRegion: 'allow' | 'refuse';
  /** A shared encrypted image copied without Encrypted=true: refused at once, or accepted and CreateFailed later. */
  readonly sharedEncryptedCopy: 'refuse' | 'fail-later';
  /** The code for a second copy of an image while one is running: 400 or 403. */
  readonly copyConflictCode: 'OperationDenied.ImageCopyConflict' | 'OperationDenied.ImageCopying';
  /** Which second copy of one account conflicts: one into the same region, or one into any. */
  readonly copyConflictScope: 'same-destination' | 'any-destination';
  /** Which copies share the places that run at the same time. */
  readonly copyQueueScope: 'account-and-destination' | 'account-and-source' | 'destination';
  /** The copy in flight when its source is unshared. */
  readonly unsharedDuringCopy: 'fails' | 'completes';
  /** So many of the next copies end CreateFailed, counted from the start of the scenario. */
  readonly copyImageFailures: number;
  /** A CreateFailed image is listed until it is deleted, or vanishes an hour later. */
  readonly createFailedImages: 'stay' | 'vanish';
  /** CancelCopyImage of a running copy: works, or 400 CancelNotSupported. */
  readonly cancelCopy: 'supported' | 'not-supported';
  /** DeleteImage of an ID that exists nowhere: 200 or 404. */
  readonly deleteMissingImage: 'ignored' | 'not-found';
  /** Does Force=true delete an image that is shared or published? */
  readonly forceDeletesShared: 'no' | 'yes';

  /** One bad account in a list of ModifyImageSharePermission: nothing is done, or the others are processed. */
  readonly shareListFailure: 'atomic' | 'skip';
  /** An account in both lists of ModifyImageSharePermission ends so. */
  readonly sharedInBothLists: 'removed' | 'added';
  /** Adding a sharee twice or removing an absent one: no effect, or 400 InvalidParameter. */
  readonly shareWithoutEffect: 'ignored' | 'refuse';
  /** IsPublic=false on an image that is not published: no effect, or 403 Image.NotPublic. */
  readonly unpublishPlainImage: 'no-change' | 'refuse';
  /** Publishing as community image; the agreement must be signed and the region must allow it. */
  readonly communityAgreement: 'signed' | 'not-signed';
}
