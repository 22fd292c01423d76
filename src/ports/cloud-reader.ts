import type {
  DiskSnapshot,
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedKey,
  OwnerAlias,
  Scope,
} from '../domain/observed.js';

export interface TagFilter {
  readonly key: string;
  /** Absent: any value. */
  readonly value?: string;
}

/** A page of a list that goes on by token; `nextToken` '' on the last one. */
export interface TokenPage<T> {
  readonly items: readonly T[];
  readonly nextToken: string;
}

/** A page of a list that goes on by number. */
export interface NumberedPage<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
}

export interface CallerIdentity {
  /** UID as exact digits. */
  readonly accountId: string;
  readonly arn: string;
}

/**
 * The calls that look. Each method is one API call; following pages is the caller's business. All of them throw
 * CloudError, and none changes anything. What is not visible is absent from an answer, never an error.
 */
export interface CloudReader {
  /** Who the account's credentials are. The region only says where to ask. */
  getCallerIdentity(scope: Scope): Promise<CallerIdentity>;
  /**
   * DescribeInstances with DryRun: returns when the caller may list. Without the right the service answers a real
   * list with nothing in it, which must never look like an empty fleet.
   */
  assertMayDescribeInstances(scope: Scope): Promise<void>;
  /** At most 100 a page. `instanceIds`: at most 100. */
  describeInstances(
    scope: Scope,
    query: {
      readonly instanceIds?: readonly string[];
      readonly imageId?: string;
      readonly tags?: readonly TagFilter[];
      readonly nextToken?: string;
    },
  ): Promise<TokenPage<ObservedInstance>>;
  /** Status ALL, 100 a page. `imageIds`: at most 100. `name` is matched exactly. */
  describeImages(
    scope: Scope,
    query: {
      readonly ownerAlias: OwnerAlias;
      /** True: community images. */
      readonly isPublic: boolean;
      readonly imageIds?: readonly string[];
      readonly name?: string;
      /** Only those of this UID; for the alias others alone. */
      readonly owner?: string;
      readonly tags?: readonly TagFilter[];
      /** From 1. */
      readonly pageNumber?: number;
    },
  ): Promise<NumberedPage<ObservedImage>>;
  /** At most 500 a page. `diskIds`: at most 100. */
  describeDisks(
    scope: Scope,
    query: {
      readonly diskIds?: readonly string[];
      readonly instanceId?: string;
      readonly tags?: readonly TagFilter[];
      readonly nextToken?: string;
    },
  ): Promise<TokenPage<ObservedDisk>>;
  /** At most 100 a page. */
  describeSnapshots(
    scope: Scope,
    query: {
      readonly snapshotIds?: readonly string[];
      readonly tags?: readonly TagFilter[];
      readonly nextToken?: string;
    },
  ): Promise<TokenPage<DiskSnapshot>>;
  /**
   * One page of 100 accounts that an own image is shared with; groups come with each page. `sharedAt`: since when, ISO
   * 8601, of the accounts of which the answer says so.
   */
  describeImageShares(
    scope: Scope,
    query: {
      readonly imageId: string;
      /** From 1. */
      readonly pageNumber?: number;
    },
  ): Promise<
    NumberedPage<string> & {
      readonly groups: readonly string[];
      readonly sharedAt: ReadonlyMap<string, string>;
    }
  >;
  /** Names of the RAM roles of instances, by ID; who has none is left out. At most 50 IDs. */
  describeInstanceRoles(scope: Scope, instanceIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** IDs of the regions that the account may use. The region only says where to ask. */
  describeRegions(scope: Scope): Promise<readonly string[]>;
  /** IDs of the account's launch templates in the region, 50 a page. */
  describeLaunchTemplates(scope: Scope, query: { readonly pageNumber: number }): Promise<NumberedPage<string>>;
  /** The image that each version of a launch template names; '' where it names none. 50 a page. */
  describeLaunchTemplateImages(
    scope: Scope,
    query: { readonly templateId: string; readonly pageNumber: number },
  ): Promise<NumberedPage<string>>;
  /** State 'Missing' for a key that the account does not have in the region. */
  describeKey(scope: Scope, keyId: string): Promise<ObservedKey>;
}
