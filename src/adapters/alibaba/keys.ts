/** What a request is signed with. */
export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** '' for keys that do not expire. */
  readonly securityToken: string;
  /** Where they came from, for the service's telemetry: `default/env`. */
  readonly providerName: string;
}

/** One account's keys, fetched when first needed and again before they expire. Throws `cloud/credentials`. */
export interface KeySource {
  /** The region only says where temporary keys are asked for. */
  keys(region: string): Promise<Keys>;
}
