import { refuse } from '../../rpc/api-error.js';
import { integer, list, type Parsed, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { type InstanceTypeSpec, instanceTypes } from './catalogue.js';

const parameters = {
  InstanceTypes: list(text(), { max: 100 }),
  InstanceTypeFamily: text(),
  CpuArchitecture: text({ oneOf: ['X86', 'ARM'] }),
  CpuArchitectures: list(text({ oneOf: ['X86', 'ARM'] })),
  InstanceFamilyLevel: text(),
  MinimumCpuCoreCount: integer({ min: 1 }),
  MaximumCpuCoreCount: integer({ min: 1 }),
  MinimumMemorySize: integer({ min: 0 }),
  MaximumMemorySize: integer({ min: 0 }),
  MaxResults: integer({ min: 1, max: 100, isClamped: true }),
  NextToken: text(),
};

/** Knows no region: the whole catalogue, filtered. Without MaxResults everything is one page. */
export const describeInstanceTypes = operation({
  name: 'DescribeInstanceTypes',
  product: 'ecs',
  access: 'read',
  parameters,
  run(wish) {
    const types = instanceTypes.filter((type) => isWanted(type, wish));
    const first = wish.NextToken === undefined ? 0 : positionOf(wish.NextToken);
    const isPaged = wish.MaxResults !== undefined || wish.NextToken !== undefined;
    const end = isPaged ? first + (wish.MaxResults ?? 100) : types.length;
    return {
      InstanceTypes: { InstanceType: types.slice(first, end).map(typeView) },
      NextToken: end < types.length ? Buffer.from(`types.${end}`).toString('base64url') : '',
    };
  },
});

function positionOf(token: string): number {
  const match = /^types\.(\d{1,6})$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  return match === null ? refuse(403, 'Invalid.NextToken', 'The specified NextToken is not valid.') : Number(match[1]);
}

function isWanted(type: InstanceTypeSpec, wish: Parsed<typeof parameters>): boolean {
  const architectures = wish.CpuArchitecture === undefined ? wish.CpuArchitectures : [wish.CpuArchitecture];
  return (
    (wish.InstanceTypes.length === 0 || wish.InstanceTypes.includes(type.id)) &&
    (wish.InstanceTypeFamily ?? type.family) === type.family &&
    (architectures.length === 0 || architectures.includes(type.architecture)) &&
    (wish.InstanceFamilyLevel ?? type.level) === type.level &&
    isWithin(type.vCpus, wish.MinimumCpuCoreCount, wish.MaximumCpuCoreCount) &&
    isWithin(type.memoryGiB, wish.MinimumMemorySize, wish.MaximumMemorySize)
  );
}

function isWithin(value: number, min: number | undefined, max: number | undefined): boolean {
  return value >= (min ?? value) && value <= (max ?? value);
}

/** MemorySize is GiB, where DescribeInstances says MiB. */
function typeView(type: InstanceTypeSpec) {
  const isArm = type.architecture === 'ARM';
  return {
    InstanceTypeId: type.id,
    InstanceTypeFamily: type.family,
    InstanceFamilyLevel: type.level,
    InstanceCategory: 'General-purpose',
    CpuCoreCount: type.vCpus,
    MemorySize: type.memoryGiB,
    CpuArchitecture: type.architecture,
    NvmeSupport: type.diskCategories.includes('cloud_efficiency') ? 'unsupported' : 'supported',
    DiskQuantity: 17,
    EniQuantity: type.enisMax,
    GPUAmount: 0,
    GPUSpec: '',
    LocalStorageCategory: '',
    SupportedBootModes: { SupportedBootMode: isArm ? ['UEFI'] : ['BIOS', 'UEFI'] },
  };
}
