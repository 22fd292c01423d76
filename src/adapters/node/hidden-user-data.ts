import type { Json } from '../../domain/digest.js';
import { type YamlDocument, type YamlNode, YamlNodes } from '../../domain/yaml-file.js';

/*
 * User data often holds keys, and a cache outlives the files it was made from. So it keeps where user data stands, and
 * not what it says: of each line its place in the text, which whoever reads the cache has.
 */

const name = 'userData';

type Members = { readonly [key: string]: Json };

/** Whether any member is called `userData`, however its name is written in the text. */
export function hasUserData(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return (value as readonly Json[]).some(hasUserData);
  return Object.entries(value).some(([key, member]) => key === name || hasUserData(member));
}

/** The value with places for user data; undefined where user data cannot be said in places. */
export function withoutUserData(document: YamlDocument, text: string): Json | undefined {
  const nodes = new YamlNodes(document);
  const isHidden = { value: true };
  const hide = (node: YamlNode): Json =>
    mapped(node.value, (part) => {
      const inner = nodes.in(node, part);
      if (inner === undefined) throw new Error(`'${part}' has no spans`);
      if (part !== name) return hide(inner);
      const places = placesOf(inner, text);
      isHidden.value &&= places !== undefined;
      return places ?? null;
    });
  const value = hide(nodes.root);
  return isHidden.value ? value : undefined;
}

/** The value as it was; undefined where it does not hold places where it should. */
export function withUserData(value: Json, text: string): Json | undefined {
  let isWhole = true;
  const show = (holder: Json): Json =>
    mapped(holder, (part, inner) => {
      if (part !== name) return show(inner);
      const shown = textAt(inner, text);
      isWhole &&= shown !== undefined;
      return shown ?? null;
    });
  const whole = show(value);
  return isWhole ? whole : undefined;
}

function mapped(value: Json, change: (part: string | number, inner: Json) => Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, index) => change(index, item));
  return Object.fromEntries(Object.entries(value as Members).map(([key, member]) => [key, change(key, member)]));
}

/** Start and length of each line; null, numbers and the like are no secrets. */
function placesOf({ value, start, end }: YamlNode, text: string): Json | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  if (typeof value !== 'string') return value;
  const places: number[] = [];
  let at = start;
  for (const line of value.split('\n')) {
    const found = line === '' ? at : text.indexOf(line, at);
    if (found === -1 || found + line.length > end) return undefined;
    places.push(found, line.length);
    at = found + line.length;
  }
  return places;
}

function textAt(places: Json, text: string): Json | undefined {
  if (!Array.isArray(places)) return typeof places === 'object' && places !== null ? undefined : places;
  const numbers = places as readonly Json[];
  const lines: string[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    const [start, length] = [numbers[index], numbers[index + 1]];
    if (typeof start !== 'number' || typeof length !== 'number') return undefined;
    lines.push(text.slice(start, start + length));
  }
  return lines.join('\n');
}
