/** Where an image comes from, as the account that runs it sees it. */
export type ImageSort = 'system' | 'own' | 'own copy' | 'shared' | 'community' | 'marketplace' | 'gone';

/** What runs in the accounts from images of one owner and one sort. */
export interface RunningOwner {
  /** UID, `system` or `marketplace`; of a copy that of its source; '' where nobody can tell any more. */
  readonly owner: string;
  /** Name in the project; null for others. */
  readonly account: string | null;
  readonly sort: ImageSort;
  /** By trust/trusted-owner; `waived` where a Waiver holds back what it says, `unknown` where nobody can tell. */
  readonly trusted: 'yes' | 'no' | 'waived' | 'unknown';
  /** IDs of the images, sorted. */
  readonly images: readonly string[];
  readonly instances: number;
  /** Sorted by account and region. */
  readonly places: readonly { readonly account: string; readonly region: string; readonly instances: number }[];
  /** How many of the instances run an image that is encrypted, is not, or does not say. */
  readonly encrypted: { readonly yes: number; readonly no: number; readonly unknown: number };
  /** When the oldest and the newest of the images were made, ISO 8601; null where nobody can tell. */
  readonly oldest: string | null;
  readonly newest: string | null;
}
