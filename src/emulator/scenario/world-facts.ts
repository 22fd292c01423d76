import {
  defaultQuotas,
  defaultTimings,
  type SettingsView,
  type Switches,
  switchDefinitions,
} from '../world/settings.js';
import type { NamedRow } from '../world/state.js';
import type { WorldFacts } from '../world/store.js';
import type { NamedKind, NamedLookup } from '../world/world.js';
import type { ScenarioSpec } from './scenario.js';

/** What stays as the scenario says: settings, accounts, and the named things that operations only look up. */
export function worldFactsOf(spec: ScenarioSpec): WorldFacts {
  const uidOf = accountLookup(spec);
  const lookups = namedLookups(spec, uidOf);
  return {
    seed: spec.seed ?? 1,
    settings: settingsOf(spec),
    named: (kind) => lookups[kind],
    accountUid: uidOf,
  };
}

type UidOf = (nameOrUid: string) => string | undefined;

export function accountLookup(spec: ScenarioSpec): UidOf {
  const uids = new Map<string, string>();
  for (const account of spec.accounts) uids.set(account.uid, account.uid);
  for (const account of spec.accounts) if (!uids.has(account.name)) uids.set(account.name, account.uid);
  return (nameOrUid) => uids.get(nameOrUid);
}

export function startOf(spec: ScenarioSpec): number {
  return Date.parse(spec.clock?.start ?? '2026-01-01T00:00:00Z');
}

function settingsOf(spec: ScenarioSpec): SettingsView {
  const timings = {
    ...defaultTimings,
    ...spec.timings,
    copyImage: { ...defaultTimings.copyImage, ...spec.timings?.copyImage },
    createImage: { ...defaultTimings.createImage, ...spec.timings?.createImage },
    createSnapshot: { ...defaultTimings.createSnapshot, ...spec.timings?.createSnapshot },
  };
  const switches = new Map<string, unknown>(Object.entries(spec.switches ?? {}));
  return {
    timings,
    quotas: { ...defaultQuotas, ...spec.quotas },
    stockOf: (region, zone, instanceType) =>
      [`${region}/${zone}/${instanceType}`, `${region}/${instanceType}`, instanceType]
        .map((place) => spec.stock?.[place])
        .find((count) => count !== undefined),
    switch: <K extends keyof Switches>(name: K) =>
      (switches.get(name) as Switches[K] | undefined) ?? switchDefinitions[name].fallback,
    areKmsKeysListed: spec.kmsKeys !== undefined,
  };
}

interface NamedThing {
  readonly id: string;
  readonly account: string;
  /** Absent: in every region. */
  readonly region?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function namedLookups(spec: ScenarioSpec, uidOf: UidOf): Readonly<Record<NamedKind, NamedLookup>> {
  const build = (things: readonly NamedThing[] | undefined): NamedLookup => namedLookup(things, uidOf);
  return {
    vSwitches: build(
      spec.vSwitches?.map(({ id, account, region, zone, vpcId, cidrBlock }) => ({
        id,
        account,
        region,
        attributes: {
          zone: zone ?? `${region}-a`,
          vpcId: vpcId ?? 'vpc-default',
          cidrBlock: cidrBlock ?? '192.168.0.0/16',
        },
      })),
    ),
    securityGroups: build(
      spec.securityGroups?.map(({ id, account, region, vpcId }) => ({
        id,
        account,
        region,
        attributes: { vpcId: vpcId ?? 'vpc-default' },
      })),
    ),
    keyPairs: build(
      spec.keyPairs?.map(({ name, account, region }) => ({
        id: name,
        account,
        attributes: {},
        ...(region === undefined ? {} : { region }),
      })),
    ),
    ramRoles: build(
      spec.ramRoles?.map(({ name, account, arn, trusted, policies }) => ({
        id: name,
        account,
        attributes: {
          arn: arn ?? `acs:ram::${uidOf(account)}:role/${name}`,
          trusted: trusted ?? [],
          policies: policies ?? [],
        },
      })),
    ),
    launchTemplates: build(
      spec.launchTemplates?.map(
        ({ id, account, region, name, createdAt, tags, versions, defaultVersion, ...onlyVersion }) => ({
          id,
          account,
          region,
          attributes: {
            name: name ?? id,
            createdAt: createdAt === undefined ? startOf(spec) : Date.parse(createdAt),
            tags: tags ?? {},
            versions: versions ?? [onlyVersion],
            defaultVersion: defaultVersion ?? 1,
          },
        }),
      ),
    ),
  };
}

function namedLookup(things: readonly NamedThing[] | undefined, uidOf: UidOf): NamedLookup {
  const rowsIn = (account: string, region: string): NamedRow[] =>
    (things ?? [])
      .filter((thing) => uidOf(thing.account) === account && (thing.region ?? region) === region)
      .map((thing, index) => ({ id: thing.id, account, region, sequence: index + 1, attributes: thing.attributes }));
  return {
    isExhaustive: things !== undefined,
    get: (account, region, id) => rowsIn(account, region).find((row) => row.id === id),
    list: (account, region) => rowsIn(account, region),
  };
}
