import { required, text } from '../../rpc/parameters.js';
import { regionIds, zonesOf } from '../../world/geography.js';
import { type AnyOperation, operation } from '../operation.js';

const acceptLanguage = text({
  oneOf: ['zh-CN', 'en-US', 'ja'],
  error: { status: 404, code: 'InvalidAcceptLanguage.NotFound' },
});

/** Every region is open to every account; names are the IDs in every language. */
const describeRegions = operation({
  name: 'DescribeRegions',
  product: 'ecs',
  access: 'read',
  parameters: {
    AcceptLanguage: acceptLanguage,
    InstanceChargeType: text(),
    ResourceType: text({
      oneOf: ['instance', 'disk', 'reservedinstance'],
      error: { status: 404, code: 'InvalidResourceType.NotFound' },
    }),
  },
  run: () => ({
    Regions: {
      Region: regionIds.map((id) => ({
        RegionId: id,
        RegionEndpoint: `ecs.${id}.aliyuncs.com`,
        LocalName: id,
        Status: 'available',
      })),
    },
  }),
});

const diskCategories = ['cloud_essd', 'cloud_auto', 'cloud_essd_entry', 'cloud_ssd', 'cloud_efficiency'];

const describeZones = operation({
  name: 'DescribeZones',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    AcceptLanguage: acceptLanguage,
    Verbose: text(),
    InstanceChargeType: text(),
    SpotStrategy: text({
      oneOf: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
      error: { status: 400, code: 'InvalidSpotStrategy' },
    }),
  },
  run: ({ RegionId }) => ({
    Zones: {
      Zone: zonesOf(RegionId).map((id) => ({
        ZoneId: id,
        LocalName: id,
        ZoneType: 'AvailabilityZone',
        AvailableResourceCreation: { ResourceTypes: ['VSwitch', 'IoOptimized', 'Instance', 'Disk'] },
        AvailableDiskCategories: { DiskCategories: diskCategories },
        AvailableInstanceTypes: { InstanceTypes: [] },
        AvailableResources: { ResourcesInfo: [] },
      })),
    },
  }),
});

export const regionOperations: readonly AnyOperation[] = [describeRegions, describeZones];
