import { BlockList, isIP } from 'node:net';
import { TallymanError } from '../../domain/errors.js';

/**
 * Where calls go. An endpoint decides who receives signed requests, so it comes from a flag or the environment of the
 * process, never from a manifest.
 *
 * cloud: Alibaba Cloud; `host` takes the place of the regional ECS hosts, STS and KMS keep theirs.
 * loopback: an emulator on this machine, one address for every service and region; `host` has the port.
 */
export type Endpoint =
  | { readonly kind: 'cloud'; readonly host?: string }
  | { readonly kind: 'loopback'; readonly host: string };

/** Alibaba Cloud itself, by region. */
export const publicCloud: Endpoint = { kind: 'cloud' };

export type Network = 'public' | 'vpc';

export type Product = 'ecs' | 'sts' | 'kms';

const loopbackPattern = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?\/?$/i;
const httpsPattern = /^https:\/\/([^/?#@\\\s]+)\/?$/i;

/**
 * Reads what `--endpoint` or `TALLYMAN_ENDPOINT` says. https for hosts below aliyuncs.com, for others only with
 * `allowCustom`; http only for the two loopback literals (a name could resolve to anything). Throws `input/endpoint`.
 */
export function parseEndpoint(text: string, options: { readonly allowCustom: boolean }): Endpoint {
  const loopback = loopbackPattern.exec(text);
  if (loopback !== null) return { kind: 'loopback', host: `${loopback[1]}:${portOf(text, loopback[2] ?? '80')}` };
  if (/^http:/i.test(text)) {
    refuse(text, 'plain http is for 127.0.0.1 and [::1] alone', 'Use https, or the literal address of an emulator.');
  }
  const url = httpsPattern.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.pathname !== '/') {
    refuse(
      text,
      'it must be a scheme and a host, with nothing after them',
      'Write https://ecs.cn-hangzhou.aliyuncs.com, or http://127.0.0.1:PORT for an emulator.',
    );
  }
  if (isMetadataHost(url.hostname)) {
    refuse(text, 'it is a metadata or link-local address', 'Name the host of the ECS API.');
  }
  if (!isAlibabaCloud(url.hostname) && !options.allowCustom) {
    refuse(
      text,
      'its host is not below aliyuncs.com',
      'Pass --allow-custom-endpoint if this host may receive requests signed with your keys.',
    );
  }
  return { kind: 'cloud', host: url.host };
}

function portOf(text: string, port: string): number {
  const number = Number(port);
  if (number >= 1 && number <= 65_535) return number;
  return refuse(text, `'${port}' is not a port`, 'Give the port that `tallyman emulator` printed.');
}

function refuse(text: string, what: string, hint: string): never {
  throw new TallymanError('input/endpoint', `\`--endpoint\` must not be '${text.slice(0, 200)}': ${what}`, hint);
}

function isAlibabaCloud(hostname: string): boolean {
  return hostname.endsWith('.aliyuncs.com');
}

const metadataAddresses = new BlockList();
metadataAddresses.addSubnet('169.254.0.0', 16, 'ipv4');
metadataAddresses.addSubnet('0.0.0.0', 8, 'ipv4');
metadataAddresses.addAddress('100.100.100.200', 'ipv4');
metadataAddresses.addSubnet('fe80::', 10, 'ipv6');
metadataAddresses.addAddress('fd00:ec2::254', 'ipv6');

/** `hostname` as WHATWG URL writes it: IPv4 in any notation is dotted decimal there. */
function isMetadataHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  if (family === 4) return metadataAddresses.check(bare, 'ipv4');
  if (family === 6) return metadataAddresses.check(bare, 'ipv6');
  return hostname.split('.')[0] === 'metadata';
}

/**
 * Regions whose ECS host does not follow `ecs.<region>.aliyuncs.com`. Source: the endpoint table of Alibaba Cloud's
 * ECS SDK for Node.js, 7.11.6, without its internal test regions.
 */
const ecsHosts: Readonly<Record<string, string>> = {
  'cn-hangzhou': 'ecs-cn-hangzhou.aliyuncs.com',
  'cn-shanghai-finance-1': 'ecs-cn-hangzhou.aliyuncs.com',
  'cn-shenzhen-finance-1': 'ecs-cn-hangzhou.aliyuncs.com',
  'cn-hangzhou-finance': 'ecs.aliyuncs.com',
  'cn-north-2-gov-1': 'ecs.aliyuncs.com',
};

const regionPattern = /^[a-z0-9]+(?:-[a-z0-9]+)+$/;

/** Host (with port on loopback) that answers for a service in a region. Throws `cloud/region` for what is no region ID. */
export function hostOf(endpoint: Endpoint, product: Product, region: string, network: Network): string {
  if (endpoint.kind === 'loopback') return endpoint.host;
  // A region stands in the manifest and becomes part of a host name here: it must not bring a domain of its own.
  if (!regionPattern.test(region)) {
    throw new TallymanError('cloud/region', `'${region}' is not a region ID`, 'Name a region such as cn-hangzhou.');
  }
  if (product === 'ecs' && endpoint.host !== undefined) return endpoint.host;
  if (network === 'vpc') return `${product}-vpc.${region}.aliyuncs.com`;
  return (product === 'ecs' ? ecsHosts[region] : undefined) ?? `${product}.${region}.aliyuncs.com`;
}
