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
  /** images.md 17.21, instances.md 18.1: how long an answer is remembered for its client token. */
  readonly clientTokenLifetimeSeconds: number;
  /** instances.md 18.1: does a refused call occupy its token (4xx stored), silently or with its error? */
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
}
