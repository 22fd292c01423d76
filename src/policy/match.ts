import type { ImageCopy, ImageShare, ImageSource, Instance, Resource } from '../domain/desired.js';
import type { Match, Policy } from '../domain/policy.js';
import type { Judged } from './rule.js';

/** Resources for which the same Policies decide. */
export interface ResourceGroup {
  readonly policies: readonly Policy[];
  readonly judged: Judged;
}

/** Every given member of a match must hold; one of the regions of a resource is enough. */
export function matches(match: Match, resource: Resource): boolean {
  return (
    Object.entries(match.labels).every(([key, value]) => resource.labels[key] === value) &&
    (match.kinds === null || match.kinds.some((kind) => resource.address.startsWith(`${kind}/`))) &&
    (match.accounts === null || match.accounts.includes(resource.account)) &&
    (match.regions === null || regionsOf(resource).some((region) => match.regions?.includes(region)))
  );
}

export function matchesAll(match: Match): boolean {
  const isUnlabelled = Object.keys(match.labels).length === 0;
  return isUnlabelled && match.kinds === null && match.accounts === null && match.regions === null;
}

function regionsOf(resource: Resource): readonly string[] {
  if ('region' in resource) return [resource.region];
  return 'destinations' in resource ? resource.destinations.map(({ region }) => region) : resource.regions;
}

/** The Policies that speak about each resource, and the resources by the Policies that they have in common. */
export function groupByPolicies(
  policies: readonly Policy[],
  resources: Judged,
): { readonly groups: readonly ResourceGroup[]; readonly policiesFor: (resource: Resource) => readonly Policy[] } {
  const groups = new Map<string, { policies: readonly Policy[]; judged: MutableJudged }>();
  const groupByAddress = new Map<string, ResourceGroup>();
  const add = (resource: Resource): MutableJudged => {
    const matching = policies.filter((policy) => matches(policy.match, resource));
    const key = matching.map((policy) => policies.indexOf(policy)).join(' ');
    const group = groups.get(key) ?? { policies: matching, judged: emptyJudged() };
    groups.set(key, group);
    groupByAddress.set(resource.address, group);
    return group.judged;
  };
  for (const source of resources.imageSources) add(source).imageSources.push(source);
  for (const copy of resources.imageCopies) add(copy).imageCopies.push(copy);
  for (const share of resources.imageShares) add(share).imageShares.push(share);
  for (const instance of resources.instances) add(instance).instances.push(instance);
  return {
    groups: [...groups.values()],
    policiesFor: (resource) => groupByAddress.get(resource.address)?.policies ?? [],
  };
}

interface MutableJudged {
  readonly imageSources: ImageSource[];
  readonly imageCopies: ImageCopy[];
  readonly imageShares: ImageShare[];
  readonly instances: Instance[];
}

export function emptyJudged(): MutableJudged {
  return { imageSources: [], imageCopies: [], imageShares: [], instances: [] };
}
