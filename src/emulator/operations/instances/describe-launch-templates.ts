/** Source of the members: ECS API reference, DescribeLaunchTemplates and DescribeLaunchTemplateVersions. */

import { refuse } from '../../rpc/api-error.js';
import { boolean, integer, list, required, text, withDefault } from '../../rpc/parameters.js';
import type { ScenarioTemplateVersion } from '../../scenario/scenario.js';
import { type Call, operation } from '../operation.js';
import { type LaunchTemplate, templatesOf } from './launch-template.js';
import { toSecondText } from './time-text.js';

const pages = {
  PageNumber: withDefault(integer({ min: 1 }), 1),
  PageSize: withDefault(integer({ min: 1, max: 50 }), 10),
};

interface NumberedPage {
  readonly PageNumber: number;
  readonly PageSize: number;
}

function pageOf<T>(all: readonly T[], { PageNumber, PageSize }: NumberedPage) {
  const first = (PageNumber - 1) * PageSize;
  return { rows: all.slice(first, first + PageSize), members: { TotalCount: all.length, PageNumber, PageSize } };
}

export const describeLaunchTemplates = operation({
  name: 'DescribeLaunchTemplates',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    LaunchTemplateId: list(text()),
    LaunchTemplateName: list(text()),
    ...pages,
  },
  run(wish, call) {
    const all = templatesOf(call).filter(
      ({ id, name }) => isWanted(wish.LaunchTemplateId, id) && isWanted(wish.LaunchTemplateName, name),
    );
    const { rows, members } = pageOf(all, wish);
    return { LaunchTemplateSets: { LaunchTemplateSet: rows.map((row) => templateView(row, call)) }, ...members };
  },
});

function isWanted(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function templateView(template: LaunchTemplate, { caller }: Call) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.versions.length,
    CreateTime: toSecondText(template.createdAt),
    ModifiedTime: toSecondText(template.createdAt),
    CreatedBy: caller.uid,
    ResourceGroupId: '',
    Tags: { Tag: Object.entries(template.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })) },
  };
}

export const describeLaunchTemplateVersions = operation({
  name: 'DescribeLaunchTemplateVersions',
  product: 'ecs',
  access: 'read',
  parameters: {
    RegionId: required(text()),
    LaunchTemplateId: text(),
    LaunchTemplateName: text(),
    LaunchTemplateVersion: list(integer({ min: 1 })),
    MinVersion: integer({ min: 1 }),
    MaxVersion: integer({ min: 1 }),
    DefaultVersion: boolean(),
    DetailFlag: boolean(),
    ...pages,
  },
  run(wish, call) {
    const { LaunchTemplateId: id, LaunchTemplateName: name, MinVersion = 1, MaxVersion = Infinity } = wish;
    if (id === undefined && name === undefined) {
      refuse(400, 'MissingParameter', 'LaunchTemplateId or LaunchTemplateName must be given.');
    }
    const template = templatesOf(call).find((row) => (id ?? row.id) === row.id && (name ?? row.name) === row.name);
    if (template === undefined) {
      return refuse(404, 'InvalidLaunchTemplate.NotFound', 'The specified launch template does not exist.');
    }
    const isAsked = (number: number): boolean =>
      (wish.LaunchTemplateVersion.length === 0 || wish.LaunchTemplateVersion.includes(number)) &&
      number >= MinVersion &&
      number <= MaxVersion &&
      (wish.DefaultVersion !== true || number === template.defaultVersion);
    const numbered = template.versions.map((version, index) => ({ version, number: index + 1 }));
    const { rows, members } = pageOf(
      numbered.filter(({ number }) => isAsked(number)),
      wish,
    );
    const views = rows.map(({ version, number }) => versionView(template, version, number, call));
    return { LaunchTemplateVersionSets: { LaunchTemplateVersionSet: views }, ...members };
  },
});

function versionView(template: LaunchTemplate, version: ScenarioTemplateVersion, number: number, { caller }: Call) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: number,
    VersionDescription: version.description ?? '',
    DefaultVersion: number === template.defaultVersion,
    CreateTime: toSecondText(template.createdAt),
    ModifiedTime: toSecondText(template.createdAt),
    CreatedBy: caller.uid,
    LaunchTemplateData: dataView(version),
  };
}

/** What a version leaves open is absent. */
function dataView(version: ScenarioTemplateVersion): Readonly<Record<string, unknown>> {
  const { imageId, instanceType, vSwitchId, securityGroupIds, keyPairName, ramRoleName, systemDisk } = version;
  const [firstGroup] = securityGroupIds ?? [];
  const members = {
    ImageId: imageId,
    InstanceType: instanceType,
    VSwitchId: vSwitchId,
    SecurityGroupId: firstGroup,
    SecurityGroupIds: securityGroupIds && { SecurityGroupId: securityGroupIds },
    KeyPairName: keyPairName,
    RamRoleName: ramRoleName,
    SystemDisk: systemDisk && { Category: systemDisk.category, Size: systemDisk.sizeGiB },
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
