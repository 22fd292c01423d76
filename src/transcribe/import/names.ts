import { compareText } from '../../domain/address.js';

/** The longest name of a resource. */
const nameLengthMax = 63;

/** Characters of an ID that tell things of one name apart. */
const tailLength = 8;

/** Something that needs a name: what it is called in the cloud, and its ID. */
export interface Unnamed {
  /** Tells the things of one list apart, and never changes. */
  readonly key: string;
  readonly title: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
}

/**
 * Names for the resources of one kind, by key. A thing is called as it is in the cloud, as far as a name allows it; where
 * several would have one name, or a resource of the project has it, the account, the region or the end of the ID tells them
 * apart. So a name depends on what there is, never on the order in which it was listed. `taken`: names that are in use.
 */
export function nameAll(things: readonly Unnamed[], taken: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set(taken);
  let left = [...things].sort((a, b) => compareText(a.key, b.key));
  for (const wish of wishes) {
    const wanted = left.map((thing) => ({ thing, name: wish(thing) }));
    const wishers = new Map<string, number>();
    for (const { name } of wanted) wishers.set(name, (wishers.get(name) ?? 0) + 1);
    const given = wanted.filter(({ name }) => name !== '' && !used.has(name) && wishers.get(name) === 1);
    for (const { thing, name } of given) {
      names.set(thing.key, name);
      used.add(name);
    }
    left = left.filter(({ key }) => !names.has(key));
  }
  for (const thing of left) {
    const stem = slug(thing.id);
    let name = stem;
    for (let number = 2; used.has(name); number += 1) name = joined(stem, String(number));
    names.set(thing.key, name);
    used.add(name);
  }
  return names;
}

/** In the order in which they are tried. */
const wishes: readonly ((thing: Unnamed) => string)[] = [
  ({ title }) => slug(title),
  ({ title, account }) => joined(slug(title), slug(account)),
  ({ title, region }) => joined(slug(title), slug(region)),
  ({ title, id }) => joined(slug(title), slug(id).slice(-tailLength).replace(/^-+/, '')),
  ({ id }) => slug(id),
  ({ id, account }) => joined(slug(id), slug(account)),
  ({ id, account, region }) => joined(slug(id), slug(`${account}-${region}`)),
];

/** Lower-case letters, digits and hyphens, beginning with a letter; '' where nothing of the text is left. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, nameLengthMax)
    .replace(/-+$/, '');
}

function joined(stem: string, tail: string): string {
  if (stem === '') return '';
  return `${stem.slice(0, nameLengthMax - tail.length - 1).replace(/-+$/, '')}-${tail}`;
}
