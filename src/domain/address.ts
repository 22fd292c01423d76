/**
 * `KIND/NAME[/PART...]`: one string for a thing in tags, text, JSON, `--target`, waivers and the audit log.
 * `Instance/web/0`, `ImageCopy/web-base/ap-southeast-1`, `ImageCopy/web-base/hop/cn-hangzhou`.
 */
export type Address = string;

/** The longest tag value that the cloud accepts; an address stands in a tag. Source: ECS API reference, TagResources. */
export const addressLengthMax = 128;

export function instanceAddress(name: string, ordinal: number): Address {
  return `Instance/${name}/${ordinal}`;
}

export function copyAddress(name: string, region: string): Address {
  return `ImageCopy/${name}/${region}`;
}

/** The address of a copy that is only a stepping stone into another region. */
export function hopAddress(name: string, region: string): Address {
  return `ImageCopy/${name}/hop/${region}`;
}

/** The address of one account that an image is shared with. */
export function shareAddress(name: string, region: string, uid: string): Address {
  return `ImageShare/${name}/${region}/${uid}`;
}

/** The document that an address belongs to: `Instance/web/0` -> `Instance/web`. */
export function resourceOf(address: Address): Address {
  return address.split('/').slice(0, 2).join('/');
}

/** The last part: the ordinal of an instance, the region of a copy. */
export function memberOf(address: Address): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

/**
 * Whether `selector` names `address`: the same address, the resource that it is a member of, or a prefix that ends
 * at `/` (`Instance/` names every instance).
 */
export function selects(selector: string, address: Address): boolean {
  if (selector.endsWith('/')) return address.startsWith(selector);
  return address === selector || address.startsWith(`${selector}/`);
}

/** Kind, then name, then parts; numbers by value, so that `web/10` comes after `web/9`. */
export function compareAddresses(a: Address, b: Address): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = comparePart(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePart(a: string, b: string): number {
  const isNumeric = /^\d+$/.test(a) && /^\d+$/.test(b);
  if (isNumeric) return Number(a) - Number(b);
  return compareText(a, b);
}

/** Order by code units: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
