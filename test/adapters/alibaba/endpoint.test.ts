import { describe, expect, it } from 'vitest';
import { hostOf, parseEndpoint, publicCloud } from '../../../src/adapters/alibaba/endpoint.js';
import { TallymanError } from '../../../src/domain/errors.js';

const strict = { allowCustom: false };
const custom = { allowCustom: true };

describe('an endpoint', () => {
  it.each([
    ['https://ecs.cn-hangzhou.aliyuncs.com', { kind: 'cloud', host: 'ecs.cn-hangzhou.aliyuncs.com' }],
    ['https://ECS.cn-hangzhou.aliyuncs.com/', { kind: 'cloud', host: 'ecs.cn-hangzhou.aliyuncs.com' }],
    ['http://127.0.0.1:18080', { kind: 'loopback', host: '127.0.0.1:18080' }],
    ['http://[::1]:18080/', { kind: 'loopback', host: '[::1]:18080' }],
    ['http://127.0.0.1', { kind: 'loopback', host: '127.0.0.1:80' }],
  ])('may be %s', (text, endpoint) => {
    expect(parseEndpoint(text, strict)).toEqual(endpoint);
  });

  it('may be another https host only on demand', () => {
    expect(parseEndpoint('https://gateway.corp.example:8443', custom)).toEqual({
      kind: 'cloud',
      host: 'gateway.corp.example:8443',
    });
    expect(() => parseEndpoint('https://gateway.corp.example:8443', strict)).toThrow(/not below aliyuncs\.com/);
  });

  it.each([
    'https://evilaliyuncs.com',
    'https://aliyuncs.com',
    'https://ecs.aliyuncs.com.evil.example',
    'https://ecs.cn-hangzhou.aliyuncs.com.',
  ])('is not taken for Alibaba Cloud when it only looks like it: %s', (text) => {
    expect(() => parseEndpoint(text, strict)).toThrow(TallymanError);
  });

  it.each([
    '',
    '127.0.0.1:18080',
    'ftp://127.0.0.1',
    'http://localhost:18080',
    'http://127.1:18080',
    'http://2130706433:18080',
    'http://127.0.0.1:0',
    'http://127.0.0.1:99999',
    'http://127.0.0.1:80/path',
    'http://127.0.0.1@evil.example',
    'http://ecs.cn-hangzhou.aliyuncs.com',
    'http://[::ffff:127.0.0.1]:80',
    'https://user:secret@ecs.cn-hangzhou.aliyuncs.com',
    'https://ecs.cn-hangzhou.aliyuncs.com/path',
    'https://ecs.cn-hangzhou.aliyuncs.com?x=1',
    'https://ecs.cn-hangzhou.aliyuncs.com#x',
    'https://evil.example\\.aliyuncs.com',
    'https://evil.example\n.aliyuncs.com',
    'https://100.100.100.200',
    'https://169.254.169.254',
    'https://0xA9FEA9FE',
    'https://[fe80::1]',
    'https://[::ffff:169.254.169.254]',
    'https://0.0.0.0',
    'https://metadata.google.internal',
    'https://metadata.aliyuncs.com',
  ])('is refused even on demand: %j', (text) => {
    let error: unknown;
    try {
      parseEndpoint(text, custom);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'input/endpoint', exitCode: 4 });
  });
});

describe('the host of a service', () => {
  it.each([
    ['ecs', 'cn-beijing', 'public', 'ecs.cn-beijing.aliyuncs.com'],
    ['ecs', 'cn-hangzhou', 'public', 'ecs-cn-hangzhou.aliyuncs.com'],
    ['ecs', 'cn-hangzhou', 'vpc', 'ecs-vpc.cn-hangzhou.aliyuncs.com'],
    ['sts', 'cn-hangzhou', 'public', 'sts.cn-hangzhou.aliyuncs.com'],
    ['kms', 'ap-southeast-1', 'vpc', 'kms-vpc.ap-southeast-1.aliyuncs.com'],
  ] as const)('%s in %s over the %s network is %s', (product, region, network, host) => {
    expect(hostOf(publicCloud, product, region, network)).toBe(host);
  });

  it('is one address for everything on loopback', () => {
    const endpoint = { kind: 'loopback', host: '127.0.0.1:1' } as const;
    expect(hostOf(endpoint, 'sts', 'cn-hangzhou', 'vpc')).toBe('127.0.0.1:1');
  });

  it('is replaced for ECS alone by a given host', () => {
    const endpoint = { kind: 'cloud', host: 'gateway.corp.example' } as const;
    expect(hostOf(endpoint, 'ecs', 'cn-hangzhou', 'public')).toBe('gateway.corp.example');
    expect(hostOf(endpoint, 'sts', 'cn-hangzhou', 'public')).toBe('sts.cn-hangzhou.aliyuncs.com');
  });

  it.each(['evil.example/', 'a.evil', 'x#', '', 'cn hangzhou', 'CN-X'])('is never made from %j', (region) => {
    expect(() => hostOf(publicCloud, 'ecs', region, 'public')).toThrow(/is not a region ID/);
  });
});
