/**
 * Names of the instances of one call: a plain name, `prefix[begin,bits]suffix` that counts by itself, and
 * UniqueSuffix that appends 001 to 999. Source: ECS user guide, batch setting of sequential names; RunInstances.
 */

import { refuse } from '../../rpc/api-error.js';
import type { World } from '../../world/world.js';

interface OrderedName {
  readonly prefix: string;
  readonly begin: number;
  readonly bits: number;
  readonly suffix: string;
}

const orderedPattern = /^([^[\]]*)\[(?:(\d{0,6}),([1-6]?))?\]([^[\]]*)$/;
const lastOrdinal = 999_999;
const instanceNameLength = { min: 2, max: 128 };
const instanceNamePattern = /^(?!https?:\/\/)[\p{L}\p{N}:_.-]+$/u;

/** Whether the name has the bracket of an ordered name; a malformed one is refused. */
function parseOrdered(pattern: string): OrderedName | undefined {
  if (!/[[\]]/.test(pattern)) return undefined;
  const match = orderedPattern.exec(pattern);
  if (match === null) {
    return refuse(400, 'InvalidInstanceName.CustomMalformed', `The ordered name ${pattern} is malformed.`);
  }
  const [, prefix = '', begin = '', bits = '', suffix = ''] = match;
  return { prefix, begin: Number(begin === '' ? 0 : begin), bits: Number(bits === '' ? 6 : bits), suffix };
}

function orderedNames(name: OrderedName, count: number, world: World): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    let ordinal = name.begin + i;
    if (ordinal > lastOrdinal) {
      if (world.settings.switch('orderedNamesPastEnd') === 'refuse') {
        refuse(400, 'InvalidInstanceName.CustomMalformed', `Ordered names end at ${lastOrdinal}.`);
      }
      ordinal -= lastOrdinal + 1;
    }
    return `${name.prefix}${String(ordinal).padStart(name.bits, '0')}${name.suffix}`;
  });
}

/** The name of each of `count` instances from one pattern. */
export function expandNames(pattern: string, count: number, isSuffixUnique: boolean, world: World): readonly string[] {
  const ordered = parseOrdered(pattern);
  const names =
    ordered === undefined ? Array.from({ length: count }, () => pattern) : orderedNames(ordered, count, world);
  const doesCountItself = ordered !== undefined && ordered.suffix === '';
  if (!isSuffixUnique || doesCountItself) return names;
  return names.map((name, i) => `${name}${String(i + 1).padStart(3, '0')}`);
}

export function instanceNames(
  pattern: string | undefined,
  count: number,
  isSuffixUnique: boolean,
  world: World,
): readonly (string | undefined)[] {
  if (pattern === undefined) return Array.from({ length: count }, () => undefined);
  const names = expandNames(pattern, count, isSuffixUnique, world);
  const plain = parseOrdered(pattern) === undefined ? [pattern] : names;
  for (const name of plain) assertInstanceName(name);
  if (names.some((name) => name.length > instanceNameLength.max)) {
    refuse(403, 'InvalidParams.InstanceNameExceed', 'An InstanceName with its suffix is too long.');
  }
  return names;
}

export function assertInstanceName(name: string): void {
  const isFit =
    name.length >= instanceNameLength.min && name.length <= instanceNameLength.max && instanceNamePattern.test(name);
  if (!isFit) refuse(400, 'InvalidInstanceName.Malformed', 'The specified InstanceName is malformed.');
}

export interface HostNameWish {
  readonly HostName: string | undefined;
  readonly HostNames: readonly string[];
  readonly isSuffixUnique: boolean;
  readonly osType: string;
}

export function hostNames(wish: HostNameWish, count: number, world: World): readonly (string | undefined)[] {
  if (wish.HostName !== undefined && wish.HostNames.length > 0) {
    refuse(403, 'InvalidHostname.SingleAndMultiConflict', 'HostName and HostNames.N exclude each other.');
  }
  if (wish.HostNames.length > 0) {
    if (wish.HostNames.length !== count) {
      refuse(403, 'InvalidHostname.SizeInvalid', 'HostNames.N must have as many values as Amount says.');
    }
    for (const name of wish.HostNames) assertHostName(name, wish.osType);
    return wish.HostNames;
  }
  if (wish.HostName === undefined) return Array.from({ length: count }, () => undefined);
  const names = expandNames(wish.HostName, count, wish.isSuffixUnique, world);
  const longest = hostNameMax(wish.osType);
  if (wish.HostName.length <= longest && names.some((name) => name.length > longest)) {
    refuse(403, 'InvalidParams.HostnameExceed', 'A HostName with its suffix is too long.');
  }
  for (const name of names) assertHostName(name, wish.osType);
  return names;
}

function hostNameMax(osType: string): number {
  return osType === 'windows' ? 15 : 64;
}

const linuxPlaceholder = '${instance_id}';
const linuxHostName = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const windowsHostName = /^(?!\d+$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

export function assertHostName(name: string, osType: string): void {
  const plain = osType === 'windows' ? name : name.replaceAll(linuxPlaceholder, 'i');
  const pattern = osType === 'windows' ? windowsHostName : linuxHostName;
  const isFit = name.length >= 2 && name.length <= hostNameMax(osType) && pattern.test(plain) && !plain.includes('--');
  if (!isFit) refuse(400, 'InvalidHostName.Malformed', 'The specified HostName is malformed.');
}

export function fillPlaceholder(hostName: string, instanceId: string): string {
  return hostName.replaceAll(linuxPlaceholder, instanceId);
}
