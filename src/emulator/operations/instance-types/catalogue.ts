/**
 * Common instance types, generated from family and size. vCPU and memory follow the naming of the service: c is
 * 2 GiB a vCPU, g 4, r 8. Which disks a family takes: the seventh and later generations only ESSD kinds.
 * Source: ECS user guide, overview of instance families.
 */

import type { World } from '../../world/world.js';

export interface InstanceTypeSpec {
  readonly id: string;
  readonly family: string;
  readonly vCpus: number;
  readonly memoryGiB: number;
  readonly architecture: 'X86' | 'ARM';
  readonly level: 'EntryLevel' | 'EnterpriseLevel' | 'CreditEntryLevel';
  readonly diskCategories: readonly string[];
  readonly enisMax: number;
}

const essdKinds = ['cloud_essd', 'cloud_auto'];
const allKinds = ['cloud_efficiency', 'cloud_ssd', 'cloud_essd', 'cloud_auto'];
const entryKinds = ['cloud_essd', 'cloud_auto', 'cloud_essd_entry', 'cloud_efficiency', 'cloud_ssd'];

const vCpusBySize: Readonly<Record<string, number>> = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '3xlarge': 12,
  '4xlarge': 16,
  '6xlarge': 24,
  '8xlarge': 32,
  '12xlarge': 48,
  '16xlarge': 64,
  '24xlarge': 96,
  '32xlarge': 128,
};
const memoryPerVCpu: Readonly<Record<string, number>> = { c: 2, g: 4, r: 8 };

interface Generation {
  readonly suffixes: readonly string[];
  readonly architecture: 'X86' | 'ARM';
  readonly diskCategories: readonly string[];
}

const generations: readonly Generation[] = [
  { suffixes: ['5', '6'], architecture: 'X86', diskCategories: allKinds },
  { suffixes: ['6e', '7', '7a', '7t', '8i', '8a', '8ae', '9i'], architecture: 'X86', diskCategories: essdKinds },
  { suffixes: ['8y'], architecture: 'ARM', diskCategories: essdKinds },
];

/** Entry-level types say their memory in the size: `c1m2` is 2 GiB a vCPU. */
interface EntryFamily {
  readonly family: string;
  readonly level: InstanceTypeSpec['level'];
  readonly sizes: readonly string[];
  readonly diskCategories: readonly string[];
}

const entryFamilies: readonly EntryFamily[] = [
  {
    family: 'ecs.t6',
    level: 'CreditEntryLevel',
    sizes: ['c4m1.large', 'c2m1.large', 'c1m1.large', 'c1m2.large', 'c1m4.large', 'c1m4.xlarge', 'c1m4.2xlarge'],
    diskCategories: allKinds,
  },
  {
    family: 'ecs.t5',
    level: 'CreditEntryLevel',
    sizes: ['c1m1.large', 'c1m2.large', 'c1m4.large', 'c1m1.xlarge', 'c1m2.xlarge', 'c1m4.xlarge'],
    diskCategories: allKinds,
  },
  {
    family: 'ecs.e',
    level: 'EntryLevel',
    sizes: ['c1m1.large', 'c1m2.large', 'c1m4.large', 'c1m2.xlarge', 'c1m4.xlarge', 'c1m2.2xlarge', 'c1m4.2xlarge'],
    diskCategories: entryKinds,
  },
  {
    family: 'ecs.u1',
    level: 'EnterpriseLevel',
    sizes: ['c1m1', 'c1m2', 'c1m4', 'c1m8'].flatMap((ratio) =>
      ['large', 'xlarge', '2xlarge', '4xlarge'].map((size) => `${ratio}.${size}`),
    ),
    diskCategories: entryKinds,
  },
];

function regularTypes(generation: Generation): readonly InstanceTypeSpec[] {
  const { architecture, diskCategories } = generation;
  return Object.entries(memoryPerVCpu).flatMap(([letter, memory]) =>
    generation.suffixes.flatMap((suffix) =>
      Object.entries(vCpusBySize).map(([size, vCpus]) => ({
        id: `ecs.${letter}${suffix}.${size}`,
        family: `ecs.${letter}${suffix}`,
        vCpus,
        memoryGiB: vCpus * memory,
        architecture,
        level: 'EnterpriseLevel' as const,
        diskCategories,
        enisMax: Math.min(15, vCpus),
      })),
    ),
  );
}

function entryTypes(entry: EntryFamily): readonly InstanceTypeSpec[] {
  return entry.sizes.map((size) => {
    const [ratio = '', name = ''] = size.split('.');
    const [, cpuShare = '1', memoryShare = '1'] = /^c(\d)m(\d)$/.exec(ratio) ?? [];
    const vCpus = vCpusBySize[name] ?? 2;
    return {
      id: `${entry.family}-${size}`,
      family: entry.family,
      vCpus,
      memoryGiB: (vCpus * Number(memoryShare)) / Number(cpuShare),
      architecture: 'X86' as const,
      level: entry.level,
      diskCategories: entry.diskCategories,
      enisMax: 2,
    };
  });
}

/** In order of ID. */
export const instanceTypes: readonly InstanceTypeSpec[] = [
  ...generations.flatMap(regularTypes),
  ...entryFamilies.flatMap(entryTypes),
].sort((a, b) => (a.id < b.id ? -1 : 1));

const typeById = new Map(instanceTypes.map((type) => [type.id, type]));

export function instanceType(id: string): InstanceTypeSpec | undefined {
  return typeById.get(id);
}

const wellFormedType = /^ecs(?:\.[a-z0-9-]+){2,}$/;

/** The type, or under the switch `unlistedInstanceTypes` one of that name that boots such an image and takes every disk. */
export function launchableType(world: World, id: string, imageArchitecture: string): InstanceTypeSpec | undefined {
  const listed = instanceType(id);
  if (listed !== undefined || world.settings.switch('unlistedInstanceTypes') === 'refuse') return listed;
  if (!wellFormedType.test(id)) return undefined;
  return {
    id,
    family: id.split('.').slice(0, -1).join('.'),
    vCpus: vCpusBySize[id.slice(id.lastIndexOf('.') + 1)] ?? 2,
    memoryGiB: 8,
    architecture: imageArchitecture === 'arm64' ? 'ARM' : 'X86',
    level: 'EnterpriseLevel',
    diskCategories: [...new Set([...entryKinds, ...allKinds])],
    enisMax: 2,
  };
}

/** Whether an image of this `Architecture` (`i386`, `x86_64`, `arm64`) boots on the type. */
export function isArchitectureFit(type: InstanceTypeSpec, imageArchitecture: string): boolean {
  return (imageArchitecture === 'arm64') === (type.architecture === 'ARM');
}
