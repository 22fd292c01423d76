import { choice, integer, required, text } from '../../rpc/parameters.js';
import { isZone, zonesOf } from '../../world/geography.js';
import { diskCategories, sizeRange } from '../disks/disk-limits.js';
import { stockLeft } from '../instances/launch-stock.js';
import { type Call, operation } from '../operation.js';
import { instanceType, instanceTypes } from './catalogue.js';

const destinations = ['Zone', 'IoOptimized', 'InstanceType', 'Network', 'ddh', 'SystemDisk', 'DataDisk'] as const;
const badParameter = { status: 400, code: 'Invalid.Param' };

/** What is on sale where. Only instance types have a stock; everything else is there. */
export const describeAvailableResource = operation({
  name: 'DescribeAvailableResource',
  product: 'ecs',
  access: 'read',
  unknownRegion: { status: 404, code: 'Invalid.RegionId' },
  parameters: {
    RegionId: required(text()),
    DestinationResource: required(choice(destinations, { status: 404, code: 'Invalid.DestinationResource' })),
    IoOptimized: choice(['optimized', 'none'], badParameter),
    ZoneId: text(),
    InstanceType: text(),
    SystemDiskCategory: text(),
    DataDiskCategory: text(),
    NetworkCategory: choice(['vpc', 'classic'], badParameter),
    InstanceChargeType: choice(['PostPaid', 'PrePaid'], badParameter),
    SpotStrategy: choice(['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'], badParameter),
    Cores: integer({ min: 1, error: badParameter }),
    Memory: integer({ min: 0, error: badParameter }),
    ResourceType: text(),
    Scope: text(),
  },
  run(wish, call) {
    const zones = wish.ZoneId === undefined ? zonesOf(call.regionId) : knownZone(call.regionId, wish.ZoneId);
    return {
      AvailableZones: {
        AvailableZone: zones.map((zoneId) => ({
          RegionId: call.regionId,
          ZoneId: zoneId,
          Status: 'Available',
          StatusCategory: 'WithStock',
          AvailableResources: {
            AvailableResource: [
              {
                Type: wish.DestinationResource,
                SupportedResources: {
                  SupportedResource: answererByDestination[wish.DestinationResource](wish, zoneId, call),
                },
              },
            ],
          },
        })),
      },
    };
  },
});

function knownZone(regionId: string, zoneId: string): readonly string[] {
  return isZone(regionId, zoneId) ? [zoneId] : [];
}

interface Supported {
  readonly Value: string;
  readonly Status: 'Available' | 'SoldOut';
  readonly StatusCategory: 'WithStock' | 'WithoutStock';
  readonly Min?: number;
  readonly Max?: number;
  readonly Unit?: string;
}

interface ResourceWish {
  readonly DestinationResource: (typeof destinations)[number];
  readonly InstanceType: string | undefined;
  readonly Cores: number | undefined;
  readonly Memory: number | undefined;
}

type Answerer = (wish: ResourceWish, zoneId: string, call: Call) => readonly Supported[];

const answererByDestination: Readonly<Record<ResourceWish['DestinationResource'], Answerer>> = {
  Zone: (_wish, zoneId) => [inStock(zoneId)],
  IoOptimized: () => [inStock('optimized')],
  Network: () => [inStock('vpc')],
  ddh: () => [],
  InstanceType: supportedTypes,
  SystemDisk: (wish) => supportedDisks('system', wish.InstanceType),
  DataDisk: (wish) => supportedDisks('data', wish.InstanceType),
};

function inStock(Value: string): Supported {
  return { Value, Status: 'Available', StatusCategory: 'WithStock' };
}

function supportedTypes(wish: ResourceWish, zoneId: string, call: Call): readonly Supported[] {
  const types = instanceTypes.filter(
    (type) =>
      (wish.InstanceType ?? type.id) === type.id &&
      (wish.Cores ?? type.vCpus) === type.vCpus &&
      (wish.Memory ?? type.memoryGiB) === type.memoryGiB,
  );
  return types.map((type) => {
    const isLeft = stockLeft(call.world, call.regionId, { zoneId, instanceType: type.id }) > 0;
    return isLeft ? inStock(type.id) : { Value: type.id, Status: 'SoldOut', StatusCategory: 'WithoutStock' };
  });
}

function supportedDisks(type: 'system' | 'data', instanceTypeId: string | undefined): readonly Supported[] {
  const categories =
    instanceTypeId === undefined ? diskCategories : (instanceType(instanceTypeId)?.diskCategories ?? []);
  return categories.map((category) => {
    const range = sizeRange(type, category, 'PL0');
    return { ...inStock(category), Min: range?.min ?? 0, Max: range?.max ?? 0, Unit: 'GiB' };
  });
}
