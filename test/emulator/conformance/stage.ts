/** What a conformance case may use: an endpoint with clients, and the names of things that are there. Nothing of the emulator. */

export type Parameters = Readonly<Record<string, string | number | boolean>>;

export interface Outcome {
  readonly status: number;
  /** The error's code; 'none' for success. */
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends one call of ECS (or, by `version`, of another service) and tells how it went; it throws only where no answer came. */
export type Call = (action: string, parameters?: Parameters, version?: string) => Promise<Outcome>;

export interface Stage {
  /** The account under test, which receives images. */
  readonly call: Call;
  readonly uid: string;
  /** The account that owns the shared images. */
  readonly sharer: Call;
  readonly sharerUid: string;
  /** A RAM user of the account under test who may nothing. */
  readonly limited: Call;
  /** A key that nobody has. */
  readonly stranger: Call;
  readonly region: string;
  readonly otherRegion: string;
  readonly vSwitchId: string;
  readonly securityGroupId: string;
  readonly instanceType: string;
  /** A customer key of the account under test in `region`. */
  readonly keyId: string;
  readonly images: {
    /** Of the account under test: plain, of `family`, 40 GiB or less. */
    readonly own: string;
    readonly ownName: string;
    readonly family: string;
    readonly ownEncrypted: string;
    readonly ownWithDataDisk: string;
    /** Deprecated, of the account under test. */
    readonly deprecated: string;
    /** Shared with the account under test, of a family. */
    readonly shared: string;
    readonly sharedFamily: string;
    readonly sharedEncrypted: string;
    readonly community: string;
    /** Of the sharer, shared with nobody, and encrypted with its service key. */
    readonly hidden: string;
    readonly hiddenServiceKey: string;
    readonly system: string;
  };
  /** An instance that runs and is older than a minute, with the ID of its system disk. */
  readonly runningInstance: string;
  readonly stoppedInstance: string;
  /** Until so much time has passed where the service lives. */
  readonly wait: (seconds: number) => Promise<void>;
}

export interface ConformanceCase {
  readonly title: string;
  /** IDs of the rows under docs/ that it checks. */
  readonly rows: readonly string[];
  /** `destructive` ones create, change or delete things, which costs money in a real account. */
  readonly group: 'read-only' | 'destructive';
  readonly run: (stage: Stage) => Promise<void>;
}
