import { compareText } from '../../domain/address.js';
import type { InstanceDocument } from '../../domain/generated/documents.js';
import type { ObservedInstance, Scope } from '../../domain/observed.js';

type Spec = InstanceDocument['spec'];
type Placement = Spec['placement'][number];

/** One instance as an Instance of one member. */
export interface Machine {
  readonly instance: ObservedInstance;
  readonly spec: Spec;
}

export interface MachineGroup {
  /** ID of the instance of ordinal 0. */
  readonly key: string;
  readonly title: string;
  readonly place: Scope;
  readonly spec: Spec;
}

/** As many as one Instance may have of members and of places. */
const membersMax = 1000;
const placesMax = 100;

/**
 * The machines as Instances. Those whose names differ by a number at the end alone, and that are equal in everything else
 * that a manifest says, places apart, become the members of one, in the order of their numbers; so do machines of one
 * name. Sorted by the ID of the first.
 */
export function groupsOf(machines: readonly Machine[], isGrouped: boolean): readonly MachineGroup[] {
  const numbered = machines.map((machine) => ({ ...machine, ...partsOf(machine.instance.name) }));
  const fleets = new Map<string, Numbered[]>();
  for (const machine of numbered) {
    const key = isGrouped ? likenessOf(machine) : machine.instance.instanceId;
    const fleet = fleets.get(key);
    if (fleet === undefined) fleets.set(key, [machine]);
    else fleet.push(machine);
  }
  return [...fleets.values()]
    .flatMap((fleet) => splitByPlaces(fleet.sort(byNumber)))
    .flatMap((fleet) => chunksOf(fleet, membersMax))
    .map(groupOf)
    .sort((a, b) => compareText(a.key, b.key));
}

interface Numbered extends Machine {
  /** The name without the number at its end and what joins the two. */
  readonly stem: string;
  /** Null where the name ends otherwise. */
  readonly number: number | null;
}

/** More digits than that are a date or an ID, no position. */
const numberedName = /^(.*?[^\d_.-])[_.-]*(\d{1,6})$/u;

function partsOf(name: string): Pick<Numbered, 'stem' | 'number'> {
  const [, stem, digits] = numberedName.exec(name) ?? [];
  return stem === undefined ? { stem: name, number: null } : { stem, number: Number(digits) };
}

/** The same for machines that are the members of one Instance. */
function likenessOf({ instance, spec, stem, number }: Numbered): string {
  const { placement: _placement, instanceName: _name, hostName: _host, adopt: _adopt, ...rest } = spec;
  const { chargeType, spotStrategy, instanceId } = instance;
  const alone = stem === '' ? instanceId : '';
  return JSON.stringify([rest, stem, number === null, chargeType, spotStrategy, alone]);
}

function byNumber(a: Numbered, b: Numbered): number {
  return (a.number ?? 0) - (b.number ?? 0) || compareText(a.instance.instanceId, b.instance.instanceId);
}

/** One Instance names a limited number of places; a large fleet that stands in no order is one Instance for each place. */
function splitByPlaces(fleet: readonly Numbered[]): readonly (readonly Numbered[])[] {
  if (placesOf(fleet).length <= placesMax) return [fleet];
  const byPlace = new Map<string, Numbered[]>();
  for (const machine of fleet) {
    const key = JSON.stringify(machine.spec.placement);
    byPlace.set(key, [...(byPlace.get(key) ?? []), machine]);
  }
  return [...byPlace.values()];
}

/** The shortest list that gives each member its place, by ordinal modulo length. */
function placesOf(fleet: readonly Numbered[]): readonly Placement[] {
  const places = fleet.flatMap(({ spec }) => spec.placement);
  const texts = places.map((place) => JSON.stringify(place));
  for (let period = 1; period < places.length && period <= placesMax; period += 1) {
    if (texts.every((text, index) => text === texts[index % period])) return places.slice(0, period);
  }
  return places;
}

function groupOf(fleet: readonly Numbered[]): MachineGroup {
  const [first] = fleet;
  if (first === undefined) throw new Error('a fleet has at least one machine');
  const { instance, spec, stem } = first;
  const { account, region, instanceId } = instance;
  const { instanceName: _name, hostName: _host, ...rest } = spec;
  const names = patternOf(fleet.map((machine) => machine.spec.instanceName));
  const hosts = patternOf(fleet.map((machine) => machine.spec.hostName));
  const whole = {
    ...rest,
    ...(names === undefined ? {} : { instanceName: names }),
    ...(hosts === undefined ? {} : { hostName: hosts }),
    replicas: fleet.length,
    placement: [...placesOf(fleet)],
    adopt: fleet.map((machine) => machine.instance.instanceId),
  };
  const title = fleet.length === 1 ? instance.name : stem;
  return { key: instanceId, title, place: { account, region }, spec: inOrderOf(spec, whole) };
}

/** One text with `{ordinal}` that gives all of them; undefined where there is none: then they are not managed. */
function patternOf(names: readonly (string | undefined)[]): string | undefined {
  const [first] = names;
  if (first === undefined) return undefined;
  if (names.every((name) => name === first)) return first;
  if (!first.endsWith('0')) return undefined;
  const stem = first.slice(0, -1);
  return names.every((name, ordinal) => name === `${stem}${ordinal}`) ? `${stem}{ordinal}` : undefined;
}

/** With its keys in the order of another. */
function inOrderOf(order: Spec, spec: Spec): Spec {
  const keys = Object.keys(order);
  return Object.fromEntries(
    Object.entries(spec).sort(([a], [b]) => keys.indexOf(a) - keys.indexOf(b)),
  ) as unknown as Spec;
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
