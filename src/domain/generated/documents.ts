/* Generated from schemas/ by `npm run generate`. */

export type ManifestDocument =
  | ProjectDocument
  | ImageSourceDocument
  | ImageCopyDocument
  | ImageShareDocument
  | InstanceDocument
  | PolicyDocument
  | WaiverDocument
  | LockDocument
  | PolicyTestDocument;
/**
 * Name, unique among the documents of one kind.
 */
export type Name = string;
/**
 * Name of an account of the project.
 */
export type AccountName = string;
/**
 * Account UID: digits in quotes, since a UID may be larger than a number can hold exactly.
 */
export type Uid = string;
/**
 * Region ID.
 */
export type Region = string;
/**
 * Region IDs, each once.
 *
 * @minItems 1
 * @maxItems 100
 */
export type Regions = Region[];
/**
 * ID as the cloud shows it.
 */
export type CloudId = string;
/**
 * An ImageCopy or an Instance by KIND/NAME.
 */
export type Renamed = string;
/**
 * Relative path with `*`, `**`, `?` and `{a,b}`.
 */
export type Glob = string;
/**
 * Name of an ImageCopy; it begins with a letter, since image names must.
 */
export type CopyName = string;
/**
 * ID of a KMS key in the region of what it encrypts.
 */
export type KmsKeyId = string;
/**
 * Free text that the cloud shows.
 */
export type Description = string;
/**
 * What happens to it once no manifest wants it: deleted, or left as it is.
 */
export type DeletionPolicy = 'Delete' | 'Retain';
/**
 * Zone ID.
 */
export type Zone = string;
/**
 * ID of a rule.
 */
export type RuleId = string;
/**
 * Address `KIND/NAME[/PART]`.
 */
export type Address = string;

/**
 * One set of manifests and the scope of ownership. Lives in `tallyman.yaml`, which is looked for upwards from the working directory.
 */
export interface ProjectDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'Project';
  metadata: Metadata;
  /**
   * What the Project says.
   */
  spec: {
    /**
     * Eight characters that tell two projects of one name apart; written by `tallyman init`, never changed. Without it nothing is pruned or destroyed.
     */
    id?: string;
    /**
     * Accounts that the project works in.
     *
     * @minItems 1
     * @maxItems 200
     */
    accounts: {
      name: AccountName;
      uid: Uid;
      /**
       * Where the credentials come from; absent: the official credential chain.
       */
      credentials?: {
        /**
         * Profile of the command line tool's configuration.
         */
        profile?: string;
        /**
         * Role to assume.
         */
        roleArn?: string;
        /**
         * Session name under which the role is assumed.
         */
        sessionName?: string;
        /**
         * Role to assume with a token of an OIDC provider.
         */
        oidc?: {
          /**
           * Role to assume.
           */
          roleArn: string;
          /**
           * OIDC provider of the account.
           */
          providerArn: string;
          /**
           * File that holds the token.
           */
          tokenFile: string;
        };
      };
    }[];
    regions?: Regions;
    defaults?: Defaults;
    /**
     * Sets of patches, one of which `--env NAME` chooses; each has a lock of its own, `tallyman.lock.NAME.yaml`, and owns its own things.
     *
     * @minItems 1
     * @maxItems 50
     */
    environments?: {
      /**
       * Name of the environment. It stands in the tag that marks what is owned: never change it.
       */
      name: string;
      defaults?: Defaults;
      /**
       * What is different in resources, in this order.
       *
       * @maxItems 1000
       */
      patches?: {
        /**
         * The resource that is patched.
         */
        target: string;
        /**
         * Merged into the `spec` of the target as RFC 7386 says: mappings field by field, lists and other values whole, null takes a field out.
         */
        merge: {
          [k: string]: unknown;
        };
      }[];
    }[];
    /**
     * Renames of resources: what is there keeps its address by a new tag, and nothing is deleted or made. An entry may go once every environment has been applied.
     *
     * @maxItems 1000
     */
    moved?: {
      from: Renamed;
      to: Renamed;
    }[];
    /**
     * Globs of the files that hold sources, copies and instances.
     *
     * @minItems 1
     * @maxItems 100
     */
    manifests?: Glob[];
    /**
     * Globs of the files that hold policies and waivers.
     *
     * @maxItems 100
     */
    policies?: Glob[];
    /**
     * Who may stand in `approvedBy` of a waiver.
     *
     * @maxItems 1000
     */
    approvers?: string[];
    /**
     * What may be destroyed.
     */
    safety?: {
      /**
       * Whether things are deleted that carry the project's tags and that no manifest wants.
       */
      prune?: boolean;
      /**
       * Destructive classes that need no flag.
       */
      allow?: ('delete' | 'replace-system-disk' | 'stop' | 'unshare')[];
      /**
       * How many instances, images and shares one run may remove.
       */
      maxRemovals?: number;
    };
    /**
     * Times in which apply may write, judged for what each action touches. None that matches: always. Any Allow: only inside of one. A Deny wins.
     *
     * @maxItems 100
     */
    windows?: {
      /**
       * Whether it opens or closes.
       */
      kind: 'Allow' | 'Deny';
      /**
       * When it begins: minute, hour, day of the month, month and day of the week, as in cron.
       */
      schedule: string;
      /**
       * How long it lasts.
       */
      duration: string;
      /**
       * Time zone of the schedule, with its summer time.
       */
      timeZone?: string;
      /**
       * Which resources the window is about; absent: all.
       */
      match?: {
        labels?: Labels;
        /**
         * Kinds.
         *
         * @minItems 1
         */
        kinds?: ('ImageSource' | 'ImageCopy' | 'ImageShare' | 'Instance')[];
        /**
         * Names of accounts.
         *
         * @minItems 1
         */
        accounts?: AccountName[];
        regions?: Regions;
      };
    }[];
  };
}
/**
 * Who the document is.
 */
export interface Metadata {
  name: Name;
  labels?: Labels;
  annotations?: Annotations;
}
/**
 * Labels by which policies choose resources.
 */
export interface Labels {
  [k: string]: string;
}
/**
 * Notes for people and other tools; tallyman does not read them.
 */
export interface Annotations {
  [k: string]: string;
}
/**
 * What resources get that do not say it themselves.
 */
export interface Defaults {
  account?: AccountName;
  region?: Region;
  tags?: Tags;
  resourceGroupId?: CloudId;
}
/**
 * Tags. Listed keys are enforced, others left alone, null removes a key. At most 12: the cloud allows 20, tallyman keeps 8.
 */
export interface Tags {
  [k: string]: string | null;
}
/**
 * An image that exists and is only referred to: who owns it, and how it is chosen.
 */
export interface ImageSourceDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'ImageSource';
  metadata: Metadata;
  /**
   * What the ImageSource says.
   */
  spec: {
    account?: AccountName;
    region?: Region;
    regions?: Regions;
    /**
     * Who must own the image: a UID in quotes, the name of an account of the project, `self`, `system` (Alibaba Cloud), or `marketplace` (where the cloud names no account behind an image of it). No image is ever chosen by name alone.
     */
    owner: string;
    imageId?: CloudId;
    /**
     * The newest image of a family.
     */
    family?: string;
    /**
     * The image by its name: exact, or a glob with `*`.
     */
    name?: string;
    /**
     * Which one, where several images match `name`; absent: several are an error.
     */
    pick?: 'newest';
    /**
     * Only images of this architecture.
     */
    architecture?: 'x86_64' | 'arm64' | 'i386';
    /**
     * Only images of this operating system type.
     */
    osType?: 'linux' | 'windows';
    /**
     * Only images of at least this size in GiB.
     */
    minSizeGiB?: number;
    /**
     * Sorts of images that are taken too, and that nobody shared with this account: published by anybody (`community`), or of a product of the marketplace (`marketplace`). A Policy has to permit them as well.
     *
     * @minItems 1
     * @maxItems 2
     *
     * Items: Sort of image.
     */
    allow?: ('community' | 'marketplace')[];
    /**
     * Only images that are at least so many days old: a cool-down.
     */
    minAgeDays?: number;
  };
}
/**
 * Copies of a source in one or more regions, owned by the project.
 */
export interface ImageCopyDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'ImageCopy';
  metadata: CopyMetadata;
  /**
   * What the ImageCopy says.
   */
  spec: {
    account?: AccountName;
    /**
     * What is copied.
     */
    source: {
      imageSource: Name;
    };
    /**
     * Where the copies are wanted, each region once.
     *
     * @minItems 1
     * @maxItems 100
     */
    destinations: {
      region: Region;
      kmsKeyId?: KmsKeyId;
      resourceGroupId?: CloudId;
      adopt?: CloudId;
      adoptedFrom?: CloudId;
    }[];
    /**
     * Whether the copies are encrypted; absent, the cloud decides.
     */
    encrypted?: boolean;
    /**
     * Name of the copies, with the placeholders `{name}`, `{digest}` and `{region}`. `{digest}` is required: image names are unique, and `history` keeps several copies.
     */
    imageName?: string;
    description?: Description;
    /**
     * Image family of the copies, set once they are available: copies do not inherit it.
     */
    family?: string;
    tags?: Tags;
    /**
     * Whether the copy in the source's region stays that was only made on the way to another region.
     */
    keepHop?: boolean;
    /**
     * How many superseded copies stay; absent: none is deleted.
     */
    history?: number;
    deletionPolicy?: DeletionPolicy;
    /**
     * True: nothing is written.
     */
    suspend?: boolean;
  };
}
/**
 * Who the document is.
 */
export interface CopyMetadata {
  name: CopyName;
  labels?: Labels;
  annotations?: Annotations;
}
/**
 * Who may use an image of one of the project's accounts.
 */
export interface ImageShareDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'ImageShare';
  metadata: Metadata;
  /**
   * What the ImageShare says.
   */
  spec: {
    account?: AccountName;
    /**
     * What is shared: the copies of an ImageCopy, or an ImageSource with `owner: self`.
     */
    image: {
      imageCopy?: CopyName;
      imageSource?: Name;
    };
    /**
     * Regions in which the image is shared: a shared image can only be used in its own region.
     *
     * @minItems 1
     * @maxItems 50
     */
    regions: Region[];
    /**
     * Accounts that may use it: names of the project's accounts, or UIDs in quotes.
     *
     * @maxItems 50
     *
     * Items: Name or UID of an account.
     */
    with: string[];
    /**
     * What happens to accounts that have access and are not listed: they lose it (class unshare), or are only reported.
     */
    unlisted?: 'Remove' | 'Report';
    /**
     * True stops every write for this document.
     */
    suspend?: boolean;
  };
}
/**
 * One or more equal ECS instances.
 */
export interface InstanceDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'Instance';
  metadata: Metadata;
  /**
   * What the Instance says.
   */
  spec: {
    account?: AccountName;
    region?: Region;
    /**
     * How many.
     */
    replicas?: number;
    /**
     * Where they stand: the replica of ordinal n takes place n modulo the number of places.
     *
     * @minItems 1
     * @maxItems 100
     */
    placement: {
      zone?: Zone;
      vSwitchId: CloudId;
    }[];
    /**
     * What they run.
     */
    image: {
      imageCopy?: CopyName;
      imageSource?: Name;
    };
    /**
     * Instance type.
     */
    instanceType: string;
    /**
     * Name in the cloud, with the placeholder `{ordinal}`; absent: `NAME-ORDINAL` at creation, later left alone.
     */
    instanceName?: string;
    /**
     * Host name, with the placeholder `{ordinal}`.
     */
    hostName?: string;
    description?: Description;
    tags?: Tags;
    /**
     * Security groups, managed as a whole.
     *
     * @minItems 1
     * @maxItems 16
     */
    securityGroupIds: CloudId[];
    /**
     * Whether the cloud refuses to release the instances; absent: not managed.
     */
    deletionProtection?: boolean;
    /**
     * System disk.
     */
    systemDisk: {
      /**
       * Disk category.
       */
      category: 'cloud_essd' | 'cloud_auto' | 'cloud_essd_entry' | 'cloud_efficiency' | 'cloud_ssd' | 'cloud';
      /**
       * Size of the system disk in GiB.
       */
      sizeGiB: number;
      /**
       * Performance level of a cloud_essd disk.
       */
      performanceLevel?: 'PL0' | 'PL1' | 'PL2' | 'PL3';
      /**
       * Whether the disk is encrypted; absent, the cloud decides.
       */
      encrypted?: boolean;
      kmsKeyId?: KmsKeyId;
      autoSnapshotPolicyId?: CloudId;
      /**
       * True: the disk holds data and is never replaced.
       */
      stateful?: boolean;
    };
    /**
     * Data disks, made with the instance.
     *
     * @maxItems 16
     */
    dataDisks?: {
      /**
       * Disk category.
       */
      category: 'cloud_essd' | 'cloud_auto' | 'cloud_essd_entry' | 'cloud_efficiency' | 'cloud_ssd' | 'cloud';
      /**
       * Size of the data disk in GiB.
       */
      sizeGiB: number;
      /**
       * Performance level of a cloud_essd disk.
       */
      performanceLevel?: 'PL0' | 'PL1' | 'PL2' | 'PL3';
      /**
       * Whether the disk is encrypted; absent, the cloud decides.
       */
      encrypted?: boolean;
      kmsKeyId?: KmsKeyId;
      autoSnapshotPolicyId?: CloudId;
      /**
       * Whether the disk goes when its instance goes.
       */
      deleteWithInstance?: boolean;
    }[];
    /**
     * Key pair.
     */
    keyPairName?: string;
    /**
     * How the metadata service answers.
     */
    metadataOptions?: {
      /**
       * Whether the metadata service answers at all.
       */
      httpEndpoint?: 'enabled' | 'disabled';
      /**
       * `required`: only with a token (IMDS v2).
       */
      httpTokens?: 'optional' | 'required';
      /**
       * Network hops that an answer with a token may take.
       */
      httpPutResponseHopLimit?: number;
    };
    /**
     * RAM role of the instances.
     */
    ramRoleName?: string;
    /**
     * Start-up script or cloud-init text of at most 32 KiB; a change takes effect with the next replacement of the system disk. Only its length and digest are ever shown.
     */
    userData?: string;
    /**
     * File that holds the user data, relative to the project, at most 32 KiB of UTF-8. It counts like `userData`, and belongs to what a plan was made from.
     */
    userDataFile?: string;
    /**
     * Whether the password that the image brings is kept.
     */
    passwordInherit?: boolean;
    /**
     * Outgoing bandwidth to the internet in Mbit/s; above 0 the instance gets a public address.
     */
    internetMaxBandwidthOut?: number;
    resourceGroupId?: CloudId;
    /**
     * `Running`: started when found stopped. `Unmanaged`: left alone.
     */
    power?: 'Running' | 'Unmanaged';
    /**
     * How a change of the image reaches the instances.
     */
    update?: {
      /**
       * `ReplaceSystemDisk`: by waves. `Recreate`: new instances in their place, by waves, also where a field differs that is fixed at creation (class delete). `Ignore`: not at all.
       */
      onImageChange?: 'ReplaceSystemDisk' | 'Recreate' | 'Ignore';
      /**
       * How many may be down at once: a count, or a percentage that is rounded down, at least 1.
       */
      maxUnavailable?: number | string;
      /**
       * Whether the old system disk is kept as a snapshot.
       */
      snapshotBefore?: boolean;
      /**
       * For how many days; 0 = for ever.
       */
      snapshotRetentionDays?: number;
      /**
       * What must hold before the next wave.
       */
      health?: {
        /**
         * The cloud reports the instance as running.
         */
        instanceStatus?: {
          /**
           * For how long it may take to hold.
           */
          timeoutSeconds?: number;
          /**
           * How often it is looked at.
           */
          periodSeconds?: number;
          /**
           * How many looks in a row must find it so.
           */
          successes?: number;
        };
        /**
         * The instance accepts connections, from where tallyman runs.
         */
        tcp?: {
          /**
           * Port of the instance's private address.
           */
          port: number;
          /**
           * For how long it may take to hold.
           */
          timeoutSeconds?: number;
          /**
           * How often it is looked at.
           */
          periodSeconds?: number;
          /**
           * How many looks in a row must find it so.
           */
          successes?: number;
        };
        /**
         * The instance answers a GET with a status from 200 to 299, asked from where tallyman runs; redirects are not followed, certificates not checked.
         */
        http?: {
          /**
           * Port of the instance's private address.
           */
          port: number;
          /**
           * Path, and query if any.
           */
          path?: string;
          /**
           * Protocol.
           */
          scheme?: 'http' | 'https';
          /**
           * For how long it may take to hold.
           */
          timeoutSeconds?: number;
          /**
           * How often it is looked at.
           */
          periodSeconds?: number;
          /**
           * How many looks in a row must find it so.
           */
          successes?: number;
        };
      };
      /**
       * For how long it must hold.
       */
      minReadySeconds?: number;
      /**
       * `Halt`: the roll-out stops where it is. `Rollback`: the failed member gets its old image back first, not its data.
       */
      onFailure?: 'Halt' | 'Rollback';
    };
    /**
     * True: nothing is written.
     */
    suspend?: boolean;
    /**
     * IDs of existing instances that are taken over, by ordinal; adopting writes tags only.
     *
     * @maxItems 1000
     *
     * Items: Instance ID.
     */
    adopt?: string[];
    /**
     * Fields that are set at creation and never compared later.
     *
     * Items: Field.
     */
    ignoreChanges?: (
      | 'description'
      | 'deletionProtection'
      | 'hostName'
      | 'instanceName'
      | 'instanceType'
      | 'keyPairName'
      | 'metadataOptions'
      | 'placement'
      | 'ramRoleName'
      | 'securityGroupIds'
      | 'systemDisk.autoSnapshotPolicyId'
      | 'systemDisk.category'
      | 'systemDisk.performanceLevel'
      | 'systemDisk.sizeGiB'
      | 'tags'
      | 'userData'
    )[];
    deletionPolicy?: DeletionPolicy;
  };
}
/**
 * Rules and how severe they are. Read from the files of `spec.policies` only.
 */
export interface PolicyDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'Policy';
  metadata: Metadata;
  /**
   * What the Policy says.
   */
  spec: {
    /**
     * Which resources the policy speaks about; absent: all.
     */
    match?: {
      labels?: Labels;
      /**
       * Kinds.
       *
       * @minItems 1
       */
      kinds?: ('ImageSource' | 'ImageCopy' | 'ImageShare' | 'Instance')[];
      /**
       * Names of accounts.
       *
       * @minItems 1
       */
      accounts?: AccountName[];
      regions?: Regions;
    };
    /**
     * Presets that the policy starts from; without any Policy it is `recommended`.
     */
    extends?: ('recommended' | 'strict' | 'none')[];
    /**
     * Severity and parameters by rule ID; each rule's page lists its parameters.
     */
    rules?: {
      /**
       * Severity and parameters of the rule.
       */
      [k: string]: {
        /**
         * How severe; absent: as the preset says.
         */
        severity?: 'error' | 'warning' | 'info' | 'off';
      };
    };
    /**
     * Rules of your own in CEL; docs/custom-rules.md says what an expression can be.
     *
     * @maxItems 200
     *
     * Items: One rule.
     */
    custom?: {
      /**
       * Name of the rule, unique in the project.
       */
      id: string;
      /**
       * What must hold, for whoever breaks it; one line.
       */
      message: string;
      /**
       * An expression in CEL that is true where the resource is as it must be.
       */
      expr: string;
      /**
       * `plan` for rules that look at live facts or at what is planned.
       */
      stage?: 'lint' | 'plan';
      /**
       * How severe.
       */
      severity?: 'error' | 'warning' | 'info' | 'off';
      /**
       * Which resources the rule judges, of those that the policy speaks about; absent: all of them.
       */
      match?: {
        labels?: Labels;
        /**
         * Kinds.
         *
         * @minItems 1
         */
        kinds?: ('ImageSource' | 'ImageCopy' | 'ImageShare' | 'Instance')[];
        /**
         * Names of accounts.
         *
         * @minItems 1
         */
        accounts?: AccountName[];
        regions?: Regions;
      };
      /**
       * Address of a page about the rule.
       */
      docs?: string;
    }[];
  };
}
/**
 * A dated, reasoned exemption from one rule for named resources. Read from the files of `spec.policies` only.
 */
export interface WaiverDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'Waiver';
  metadata: Metadata;
  /**
   * What the Waiver says.
   */
  spec: {
    rule: RuleId;
    /**
     * Addresses for which it is waived.
     *
     * @minItems 1
     * @maxItems 1000
     */
    resources: Address[];
    /**
     * Why, in at least 20 characters.
     */
    reason: string;
    /**
     * Who agreed: one of the project's `approvers`.
     */
    approvedBy: string;
    /**
     * Last day on which it counts, in UTC.
     */
    expires: string;
  };
}
/**
 * Pins every source to one image and its fingerprint. Written by `tallyman update`, read by `plan` and `apply`.
 */
export interface LockDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'Lock';
  metadata: Metadata;
  /**
   * What the Lock says.
   */
  spec: {
    /**
     * One entry for each source and region, sorted by both.
     *
     * @maxItems 5000
     */
    entries: {
      source: Name;
      region: Region;
      /**
       * Digest of the source when it was resolved.
       */
      selector: string;
      imageId: CloudId;
      /**
       * UID of the owner, in quotes, `system` or `marketplace`.
       */
      owner: string;
      /**
       * Name of the image when it was resolved.
       */
      name: string;
      /**
       * When the image was made, ISO 8601 in UTC.
       */
      createdAt: string;
      /**
       * Size of the image in GiB.
       */
      sizeGiB: number;
      /**
       * Whether the image is encrypted, or `unknown`.
       */
      encrypted: true | false | 'unknown';
      /**
       * Disks that the image brings.
       *
       * @maxItems 32
       */
      disks: {
        /**
         * Device name.
         */
        device: string;
        /**
         * System or data disk.
         */
        type: 'system' | 'data';
        /**
         * Size in GiB.
         */
        sizeGiB: number;
        /**
         * Snapshot behind the disk; empty where the cloud shows none.
         */
        snapshotId: string;
        /**
         * Whether the disk is encrypted, or `unknown`.
         */
        encrypted: true | false | 'unknown';
      }[];
      /**
       * Digest over image ID, owner, creation time and disks.
       */
      fingerprint: string;
      /**
       * `owner`: the image was looked up with its owner's account, which has not shared it yet; it can be planned only behind an ImageShare. Absent: the account that looks sees the image.
       */
      via?: 'owner';
    }[];
  };
}
/**
 * Cases that `tallyman policy test` runs: small worlds, and what the rules must find in them. Read from files `*.policy-test.yaml` beside the policies.
 */
export interface PolicyTestDocument {
  /**
   * Version of the manifest format.
   */
  apiVersion: 'tallyman.dev/v1';
  /**
   * Kind of the document.
   */
  kind: 'PolicyTest';
  metadata: Metadata;
  /**
   * What is tested.
   */
  spec: {
    /**
     * IDs of the rules under test; what others find does not count.
     *
     * @minItems 1
     * @maxItems 100
     */
    rules: string[];
    /**
     * The day as of which is judged, so that a case says the same tomorrow.
     */
    today: string;
    /**
     * Name of the environment that the rules see; absent: none.
     */
    environment?: string;
    /**
     * The cases.
     *
     * @minItems 1
     * @maxItems 500
     *
     * Items: One case.
     */
    cases: {
      /**
       * What the case shows.
       */
      name: string;
      /**
       * The manifests of the case's world, each as it would stand in a file; the project is the real one.
       *
       * @minItems 1
       * @maxItems 100
       */
      manifests: {}[];
      /**
       * What the lock holds; what is left out does not matter to the case.
       *
       * @maxItems 100
       *
       * Items: One locked image.
       */
      lock?: {
        /**
         * Name of the ImageSource.
         */
        source: string;
        /**
         * Region of the image.
         */
        region: string;
        /**
         * The image.
         */
        imageId: string;
        /**
         * UID of its owner, or `system`; absent: the one that the source names.
         */
        owner?: string;
        /**
         * Its name.
         */
        name?: string;
        /**
         * When it was created, ISO 8601; absent: on `today`.
         */
        createdAt?: string;
        /**
         * Its size; absent: 40.
         */
        sizeGiB?: number;
        /**
         * Whether it is encrypted; absent: unknown.
         */
        encrypted?: boolean;
      }[];
      /**
       * What the cloud reports; with it the case is judged as `plan` does, without it as `lint` does.
       */
      live?: {
        /**
         * Live facts of locked images.
         *
         * @maxItems 100
         *
         * Items: One image.
         */
        images?: {
          /**
           * The image.
           */
          imageId: string;
          /**
           * Where it is seen.
           */
          region: string;
          /**
           * Name of the account that sees it.
           */
          account: string;
          /**
           * Its status; absent: Available.
           */
          status?: 'Creating' | 'Waiting' | 'Available' | 'UnAvailable' | 'CreateFailed' | 'Deprecated';
          /**
           * Its family.
           */
          family?: string;
          /**
           * Its architecture; absent: x86_64.
           */
          architecture?: string;
          /**
           * Its system; absent: linux.
           */
          osType?: string;
          /**
           * Whether everybody may use it; absent: false.
           */
          isPublic?: boolean;
          /**
           * Its tags.
           */
          tags?: {
            [k: string]: string;
          };
        }[];
        /**
         * What a plan would do.
         *
         * @maxItems 100
         *
         * Items: One action.
         */
        actions?: {
          /**
           * Kind of the action.
           */
          kind: string;
          /**
           * What it is about.
           */
          address: string;
          /**
           * Why; absent: image_differs.
           */
          reason?: string;
          /**
           * Its destructive class; absent: none.
           */
          class?: 'delete' | 'replace-system-disk' | 'stop' | 'unshare';
        }[];
      };
      /**
       * Everything that the rules under test find, in any order; empty where they must find nothing.
       *
       * @maxItems 200
       *
       * Items: One finding.
       */
      expect: {
        /**
         * ID of the rule.
         */
        rule: string;
        /**
         * What the finding is about.
         */
        address: string;
        /**
         * Its severity; absent: any.
         */
        severity?: 'error' | 'warning' | 'info';
        /**
         * Its message, or a part of it; absent: any.
         */
        message?: string;
      }[];
    }[];
  };
}
