import { boolean, choice, group, integer, list, type Parsed, required, text } from '../../rpc/parameters.js';
import { dataDiskParameters, notUrl, systemDiskParameters } from '../disks/disk-parameters.js';
import { creationTags } from '../tags/tag-parameters.js';

export const descriptionParameter = text({
  minLength: 2,
  maxLength: 256,
  pattern: notUrl,
  error: { status: 400, code: 'InvalidDescription.Malformed' },
});

export const passwordPattern = /^(?!\/)[A-Za-z0-9()`~!@#$%^&*\-_+=|{}[\]:;'<>,.?/]{8,30}$/;

/** What CreateInstance and RunInstances share. Source: ECS API reference, RunInstances and CreateInstance. */
export const createParameters = {
  RegionId: required(text()),
  ZoneId: text(),
  ImageId: text(),
  ImageFamily: text(),
  InstanceType: text(),
  SecurityGroupId: text(),
  VSwitchId: text(),
  PrivateIpAddress: text(),
  InstanceName: text(),
  HostName: text(),
  Description: descriptionParameter,
  DataDisk: list(group(dataDiskParameters)),
  InternetMaxBandwidthOut: integer({ min: 0, max: 100 }),
  InternetMaxBandwidthIn: integer({ min: 1, max: 100 }),
  InternetChargeType: text({
    oneOf: ['PayByTraffic', 'PayByBandwidth'],
    error: { status: 400, code: 'InvalidInternetChargeType.ValueNotSupported' },
  }),
  InstanceChargeType: choice(['PostPaid', 'PrePaid'], {
    status: 400,
    code: 'InvalidInstanceChargeType.ValueNotSupported',
  }),
  Period: integer({ min: 1, max: 60, error: { status: 400, code: 'InvalidPeriod.ValueNotSupported' } }),
  PeriodUnit: text({
    oneOf: ['Week', 'Month'],
    error: { status: 400, code: 'InvalidPeriodUnit.ValueNotSupported' },
  }),
  SpotStrategy: text({
    oneOf: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
    error: { status: 400, code: 'InvalidSpotStrategy' },
  }),
  KeyPairName: text(),
  Password: text(),
  PasswordInherit: boolean(),
  RamRoleName: text(),
  UserData: text(),
  HttpEndpoint: text({ oneOf: ['enabled', 'disabled'] }),
  HttpTokens: text({ oneOf: ['optional', 'required'] }),
  HttpPutResponseHopLimit: integer({ min: 1, max: 64 }),
  Tag: creationTags,
  DeletionProtection: boolean(),
  SecurityEnhancementStrategy: text({ oneOf: ['Active', 'Deactive'] }),
  ImageOptions: group({ LoginAsNonRoot: boolean() }),
  ResourceGroupId: text({
    pattern: /^rg-[A-Za-z0-9_-]+$/,
    error: { status: 404, code: 'InvalidResourceGroup.NotFound' },
  }),
  DeploymentSetId: text(),
  DedicatedHostId: text(),
  CreditSpecification: text({ oneOf: ['Standard', 'Unlimited'] }),
};

const amountError = { status: 403, code: 'InvalidParam.Amount' };

export const runParameters = {
  ...createParameters,
  SystemDisk: group(systemDiskParameters),
  SecurityGroupIds: list(text()),
  HostNames: list(text()),
  UniqueSuffix: boolean(),
  Amount: integer({ error: amountError }),
  MinAmount: integer({ error: { status: 400, code: 'InvalidMinAmount.Malformed' } }),
  AutoReleaseTime: text(),
  LaunchTemplateId: text(),
  LaunchTemplateName: text(),
  LaunchTemplateVersion: text(),
  NetworkInterface: list(group({ InstanceType: text(), VSwitchId: text(), SecurityGroupId: text() })),
};

export type LaunchWish = Parsed<typeof runParameters>;
