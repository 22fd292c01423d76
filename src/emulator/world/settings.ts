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
  /** The code for a client token that comes again with other parameters: that of the operation's table, or one for all. */
  readonly tokenMismatchCode: 'per-operation' | 'IdempotentParameterMismatch' | 'IdempotenceParamNotMatch';

  /** Where a client token is known: in one region for one operation, or all over the account. */
  readonly clientTokenScope: 'operation' | 'account';
  /** Does a dry run that passes occupy its token, so that the real call with it is another one? */
  readonly dryRunOccupiesToken: 'no' | 'yes';
  /** The HTTP status of the InvalidSecurityToken codes. */
  readonly securityTokenStatus: 400 | 403;
  /** The code, with 403, of a call that RAM does not permit. */
  readonly ramDenialCode: 'Forbidden.RAM' | 'NoPermission';
  /** Does an answer that throttles tell, in x-acs-retry-after, how long to wait? */
  readonly retryAfterHeader: 'sent' | 'absent';

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
  /** The order of DescribeImages. */
  readonly imageOrder: 'newest-first' | 'oldest-first' | 'by-id';
  /** DescribeImages and DescribeImageSharePermission with a PageSize beyond 100. */
  readonly imagePageSizeBeyondMax: 'refuse' | 'clamp';
  /** ImageOwnerId of one's own images. */
  readonly ownImageOwnerId: 'shown' | 'absent';
  /** ImageOwnerId in a request that names no alias. */
  readonly ownerIdWithoutAlias: 'refuse' | 'accept';
  /** Does a DescribeImages without alias and IsPublic list community images too? */
  readonly communityWithoutAlias: 'hidden' | 'listed';
  /** The owner's tags of a shared image, in the eyes of a sharee. */
  readonly ownerTagsForSharees: 'hidden' | 'shown';
  /** Whose instances make the Usage of a shared image. */
  readonly sharedImageUsage: 'own-instances' | 'all-instances';
  /** The per-disk `Encrypted` of DescribeImages, which is an invitational preview in some pages. */
  readonly imageDiskEncrypted: 'shown' | 'absent';
  /** The `Usable` of copies. */
  readonly copyUsable: 'shown' | 'absent';
  /** For how long after Available a copy is not usable yet. */
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
  /** The sharer's RAM role AliyunECSShareEncryptImageDefaultRole; missing = 403 AssumeRoleError for encrypted images. */
  readonly shareRole: 'present' | 'missing';
  /** How DescribeImageSharePermission writes AliyunId: as a string or as a bare number. */
  readonly shareeIdForm: 'string' | 'number';
  /** The order of DescribeInstances and DescribeDisks. */
  readonly instanceListOrder: 'newest-first' | 'oldest-first';
  /** What a NextToken remembers: the last row, so that nothing shifts, or a position, so that rows can shift. */
  readonly nextTokenMeaning: 'row' | 'position';
  /** For how long a NextToken is good. */
  readonly nextTokenLifetimeSeconds: number;
  /** The NextToken of a last page. */
  readonly lastNextToken: 'empty' | 'absent';
  /** TotalCount beside MaxResults, which the reference calls meaningless. */
  readonly totalCountBesideToken: 'zero' | 'exact';
  /** For so long after RunInstances an instance is not listed. */
  readonly launchVisibilityDelaySeconds: number;
  /** More than 100 InstanceIds in DescribeInstances: 403 or 400. */
  readonly tooManyInstanceIdsCode: 'InvalidParameter.TooManyInstanceIds' | 'InvalidInstanceIds.Malformed';
  /** InstanceIds that is no JSON array of strings: 400 InvalidInstanceIds.Malformed, or an empty answer. */
  readonly malformedInstanceIds: 'refuse' | 'match-nothing';
  /** DeleteInstance with Force=true while Pending, Starting or Stopping. */
  readonly forceDeleteInTransit: 'refuse' | 'allow';
  /** The LockReason while ReplaceSystemDisk works; what the service writes there is not documented. */
  readonly replaceSystemDiskLock: 'replaceSystemDisk' | 'Recycling' | 'none';
  /** The Status of an instance while ReplaceSystemDisk works. */
  readonly replaceSystemDiskInstanceStatus: 'Stopped' | 'Pending';
  /** When an instance shows the ImageId of its new system disk. */
  readonly replaceSystemDiskImageId: 'when-done' | 'at-once';
  /** The Status of the new system disk until ReplaceSystemDisk is done. */
  readonly replacedDiskStatus: 'Creating' | 'In_use';
  /** For how long the replaced system disk is still listed. */
  readonly oldSystemDiskListedSeconds: number;
  /** Does the new system disk of ReplaceSystemDisk get the old one's tags? */
  readonly replacementInheritsTags: 'no' | 'yes';
  /** The HTTP status of InvalidSecurityGroupId.NotFound. */
  readonly unknownSecurityGroupStatus: 404 | 400;
  /** The default category of a type that takes nothing older than ESSD, outside mainland China. */
  readonly essdOnlyCategoryAbroad: 'cloud_essd' | 'cloud_efficiency';
  /** Ordered names beyond 999999. */
  readonly orderedNamesPastEnd: 'refuse' | 'wrap';
  /** An instance type that the emulator's catalogue does not list: refused, or taken for one that fits everything. */
  readonly unlistedInstanceTypes: 'refuse' | 'accept';
  /** Stock that does not suffice: the call is refused, or answered and the instances vanish. */
  readonly stockShortage: 'refuse' | 'vanish';
  /** The account's default for StopInstance without StoppedMode. */
  readonly economicalModeByDefault: 'off' | 'on';
  /** Are images with a product code subscribed to by every account? */
  readonly marketplaceImages: 'subscribed' | 'not-subscribed';
  /** The code of ReInitDisk when the image is no longer shared. */
  readonly unsharedReInitCode: 'SharedImageDeleted' | 'InvalidImageId.NotFound';

  /** Publishing as community image; the agreement must be signed and the region must allow it. */
  readonly communityAgreement: 'signed' | 'not-signed';
}

/** How a scenario may set one switch: its default, and the values it takes (a number of at least 0 where none are listed). */
export interface SwitchDefinition<T> {
  readonly fallback: T;
  readonly choices?: readonly T[];
}

/** One line for each member of Switches. */
export const switchDefinitions: { readonly [K in keyof Switches]: SwitchDefinition<Switches[K]> } = {
  clientTokenLifetimeSeconds: { fallback: 86_400 },
  failedCallsOccupyToken: { fallback: 'no', choices: ['no', 'stored', 'silently'] },
  tokenMismatchCode: {
    fallback: 'per-operation',
    choices: ['per-operation', 'IdempotentParameterMismatch', 'IdempotenceParamNotMatch'],
  },
  clientTokenScope: { fallback: 'operation', choices: ['operation', 'account'] },
  dryRunOccupiesToken: { fallback: 'no', choices: ['no', 'yes'] },
  securityTokenStatus: { fallback: 400, choices: [400, 403] },
  ramDenialCode: { fallback: 'Forbidden.RAM', choices: ['Forbidden.RAM', 'NoPermission'] },
  retryAfterHeader: { fallback: 'sent', choices: ['sent', 'absent'] },
  defaultEncryption: { fallback: 'off', choices: ['off', 'on'] },
  encryptedUnset: { fallback: 'inherit', choices: ['inherit', 'refuse'] },
  keyWithoutEncryptedCode: {
    fallback: 'InvalidParameter.EncryptedIllegal',
    choices: ['InvalidParameter.EncryptedIllegal', 'InvalidEncrypted.NotMatchKmsKeyId'],
  },
  plainDiskFromEncryptedCode: {
    fallback: 'InvalidEncrypted.NotMatchSnapshot',
    choices: ['InvalidEncrypted.NotMatchSnapshot', 'InvalidParameter.Encrypted'],
  },
  sharedEncryptedReplaceCode: {
    fallback: 'InvalidParam.EncryptedMismatch',
    choices: ['InvalidParam.EncryptedMismatch', 'InvalidParameter.Encrypted'],
  },
  plainToEncryptedAcrossRegions: { fallback: 'allow', choices: ['allow', 'refuse'] },
  unsharedImageLaunchCode: {
    fallback: 'InvalidImageId.NotFound',
    choices: ['InvalidImageId.NotFound', 'OperationDenied.ImageNotValid'],
  },
  imageNameMatch: { fallback: 'part', choices: ['part', 'part-ignoring-case', 'whole'] },
  imageOrder: { fallback: 'newest-first', choices: ['newest-first', 'oldest-first', 'by-id'] },
  imagePageSizeBeyondMax: { fallback: 'refuse', choices: ['refuse', 'clamp'] },
  ownImageOwnerId: { fallback: 'shown', choices: ['shown', 'absent'] },
  ownerIdWithoutAlias: { fallback: 'refuse', choices: ['refuse', 'accept'] },
  communityWithoutAlias: { fallback: 'hidden', choices: ['hidden', 'listed'] },
  ownerTagsForSharees: { fallback: 'hidden', choices: ['hidden', 'shown'] },
  sharedImageUsage: { fallback: 'own-instances', choices: ['own-instances', 'all-instances'] },
  imageDiskEncrypted: { fallback: 'shown', choices: ['shown', 'absent'] },
  copyUsable: { fallback: 'shown', choices: ['shown', 'absent'] },
  copyUsableDelaySeconds: { fallback: 0 },
  shareeTaggingCode: {
    fallback: 'InvalidResourceId.NotFound',
    choices: ['InvalidResourceId.NotFound', 'NoPermission.Tag'],
  },
  tagQuotaCode: {
    fallback: 'OperationDenied.QuotaExceed',
    choices: ['OperationDenied.QuotaExceed', 'QuotaExceed.Tags'],
  },
  tagsPerPage: { fallback: 50 },
  copyWithoutDestination: { fallback: 'same-region', choices: ['same-region', 'refuse'] },
  plainCopyInRegion: { fallback: 'allow', choices: ['allow', 'refuse'] },
  sharedEncryptedCopy: { fallback: 'refuse', choices: ['refuse', 'fail-later'] },
  copyConflictCode: {
    fallback: 'OperationDenied.ImageCopyConflict',
    choices: ['OperationDenied.ImageCopyConflict', 'OperationDenied.ImageCopying'],
  },
  copyConflictScope: { fallback: 'same-destination', choices: ['same-destination', 'any-destination'] },
  copyQueueScope: {
    fallback: 'account-and-destination',
    choices: ['account-and-destination', 'account-and-source', 'destination'],
  },
  unsharedDuringCopy: { fallback: 'fails', choices: ['fails', 'completes'] },
  copyImageFailures: { fallback: 0 },
  createFailedImages: { fallback: 'stay', choices: ['stay', 'vanish'] },
  cancelCopy: { fallback: 'supported', choices: ['supported', 'not-supported'] },
  deleteMissingImage: { fallback: 'ignored', choices: ['ignored', 'not-found'] },
  forceDeletesShared: { fallback: 'no', choices: ['no', 'yes'] },
  shareListFailure: { fallback: 'atomic', choices: ['atomic', 'skip'] },
  sharedInBothLists: { fallback: 'removed', choices: ['removed', 'added'] },
  shareWithoutEffect: { fallback: 'ignored', choices: ['ignored', 'refuse'] },
  unpublishPlainImage: { fallback: 'no-change', choices: ['no-change', 'refuse'] },
  shareRole: { fallback: 'present', choices: ['present', 'missing'] },
  shareeIdForm: { fallback: 'string', choices: ['string', 'number'] },
  instanceListOrder: { fallback: 'newest-first', choices: ['newest-first', 'oldest-first'] },
  nextTokenMeaning: { fallback: 'row', choices: ['row', 'position'] },
  nextTokenLifetimeSeconds: { fallback: 86_400 },
  lastNextToken: { fallback: 'empty', choices: ['empty', 'absent'] },
  totalCountBesideToken: { fallback: 'zero', choices: ['zero', 'exact'] },
  launchVisibilityDelaySeconds: { fallback: 0 },
  tooManyInstanceIdsCode: {
    fallback: 'InvalidParameter.TooManyInstanceIds',
    choices: ['InvalidParameter.TooManyInstanceIds', 'InvalidInstanceIds.Malformed'],
  },
  malformedInstanceIds: { fallback: 'refuse', choices: ['refuse', 'match-nothing'] },
  forceDeleteInTransit: { fallback: 'refuse', choices: ['refuse', 'allow'] },
  replaceSystemDiskLock: { fallback: 'replaceSystemDisk', choices: ['replaceSystemDisk', 'Recycling', 'none'] },
  replaceSystemDiskInstanceStatus: { fallback: 'Stopped', choices: ['Stopped', 'Pending'] },
  replaceSystemDiskImageId: { fallback: 'when-done', choices: ['when-done', 'at-once'] },
  replacedDiskStatus: { fallback: 'Creating', choices: ['Creating', 'In_use'] },
  oldSystemDiskListedSeconds: { fallback: 0 },
  replacementInheritsTags: { fallback: 'no', choices: ['no', 'yes'] },
  unknownSecurityGroupStatus: { fallback: 404, choices: [404, 400] },
  essdOnlyCategoryAbroad: { fallback: 'cloud_essd', choices: ['cloud_essd', 'cloud_efficiency'] },
  orderedNamesPastEnd: { fallback: 'refuse', choices: ['refuse', 'wrap'] },
  unlistedInstanceTypes: { fallback: 'refuse', choices: ['refuse', 'accept'] },
  stockShortage: { fallback: 'refuse', choices: ['refuse', 'vanish'] },
  economicalModeByDefault: { fallback: 'off', choices: ['off', 'on'] },
  marketplaceImages: { fallback: 'subscribed', choices: ['subscribed', 'not-subscribed'] },
  unsharedReInitCode: { fallback: 'SharedImageDeleted', choices: ['SharedImageDeleted', 'InvalidImageId.NotFound'] },
  communityAgreement: { fallback: 'signed', choices: ['signed', 'not-signed'] },
};

export const defaultTimings: Timings = {
  copyImage: { baseSeconds: 60, secondsPerGiB: 5 },
  createImage: { baseSeconds: 60, secondsPerGiB: 3 },
  createSnapshot: { baseSeconds: 10, secondsPerGiB: 1 },
  pendingSeconds: 5,
  startingSeconds: 10,
  stoppingSeconds: 10,
  replaceSystemDiskSeconds: 5,
  initializingSeconds: 60,
};

export const defaultQuotas: Quotas = {
  imagesPerRegion: 100,
  snapshotsPerRegion: 10_000,
  instancesPerRegion: 10_000,
  shareesPerImage: 50,
  concurrentCopiesPerRegion: 5,
  imagesPerFamily: 100,
  familiesPerRegion: 100,
  tagsPerResource: 20,
  securityGroupsPerInstance: 5,
};
