/** Regions that the emulated service has: those that the Terraform provider knows (August 2026). */
export const regionIds: readonly string[] = [
  'cn-qingdao',
  'cn-beijing',
  'cn-zhangjiakou',
  'cn-huhehaote',
  'cn-wulanchabu',
  'cn-hangzhou',
  'cn-shanghai',
  'cn-shenzhen',
  'cn-heyuan',
  'cn-guangzhou',
  'cn-chengdu',
  'cn-nanjing',
  'cn-fuzhou',
  'cn-zhongwei',
  'cn-hongkong',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ap-southeast-8',
  'us-east-1',
  'us-west-1',
  'us-southeast-1',
  'na-south-1',
  'eu-central-1',
  'eu-west-1',
  'me-east-1',
  'me-central-1',
  'cn-shanghai-finance-1',
  'cn-shenzhen-finance-1',
  'cn-beijing-finance-1',
  'cn-hangzhou-finance',
  'cn-north-2-gov-1',
];

const known = new Set(regionIds);

export function isRegion(regionId: string): boolean {
  return known.has(regionId);
}

/** Every region of the emulator has the same eleven zones, `cn-hangzhou-a` to `cn-hangzhou-k`. */
export function zonesOf(regionId: string): readonly string[] {
  return Array.from('abcdefghijk', (letter) => `${regionId}-${letter}`);
}

export function isZone(regionId: string, zoneId: string): boolean {
  return zonesOf(regionId).includes(zoneId);
}
