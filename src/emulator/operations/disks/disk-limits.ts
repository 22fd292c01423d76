/** Sizes in GiB by category. Source: ECS API reference, RunInstances, SystemDisk.Size and DataDisk.N.Size. */

interface Range {
  readonly min: number;
  readonly max: number;
}

const systemRanges: Readonly<Record<string, Range>> = {
  cloud: { min: 20, max: 500 },
  cloud_efficiency: { min: 20, max: 2048 },
  cloud_ssd: { min: 20, max: 2048 },
  cloud_essd: { min: 1, max: 2048 },
  cloud_auto: { min: 1, max: 2048 },
  cloud_essd_entry: { min: 20, max: 2048 },
};

const dataRanges: Readonly<Record<string, Range>> = {
  cloud: { min: 5, max: 2000 },
  cloud_efficiency: { min: 20, max: 32_768 },
  cloud_ssd: { min: 20, max: 32_768 },
  cloud_essd: { min: 1, max: 65_536 },
  cloud_auto: { min: 1, max: 65_536 },
  cloud_essd_entry: { min: 10, max: 32_768 },
};

const essdMinimum: Readonly<Record<string, number>> = { PL0: 1, PL1: 20, PL2: 461, PL3: 1261 };

export const diskCategories: readonly string[] = Object.keys(systemRanges);
export const performanceLevels: readonly string[] = Object.keys(essdMinimum);
export const dataDisksMax = 16;

/** undefined where the category does not exist. */
export function sizeRange(type: 'system' | 'data', category: string, performanceLevel: string): Range | undefined {
  const range = (type === 'system' ? systemRanges : dataRanges)[category];
  if (range === undefined || category !== 'cloud_essd') return range;
  return { min: Math.max(range.min, essdMinimum[performanceLevel] ?? 1), max: range.max };
}

export function minimumOfLevel(performanceLevel: string): number {
  return essdMinimum[performanceLevel] ?? 1;
}
