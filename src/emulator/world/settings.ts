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
}
