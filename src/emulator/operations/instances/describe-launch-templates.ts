/** Launch templates are read only: a template of the scenario has one version that names an image. */

import { refuse } from '../../rpc/api-error.js';
import { boolean, integer, list, required, text, withDefault } from '../../rpc/parameters.js';
import type { NamedRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { textAttribute } from './launch-network.js';

const pages = {
  PageNumber: withDefault(integer({ min: 1 }), 1),
  PageSize: withDefault(integer({ min: 1, max: 50 }), 10),
};

function templates(call: Call): readonly NamedRow[] {
  return call.world.named('launchTemplates').list(call.caller.uid, call.regionId);
}

function nameOf(template: NamedRow): string {
  return textAttribute(template, 'name') ?? template.id;
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
    const rows = templates(call).filter(
      (row) => isWanted(wish.LaunchTemplateId, row.id) && isWanted(wish.LaunchTemplateName, nameOf(row)),
    );
    const first = (wish.PageNumber - 1) * wish.PageSize;
    const sets = rows.slice(first, first + wish.PageSize).map((row) => ({
      LaunchTemplateId: row.id,
      LaunchTemplateName: nameOf(row),
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
      CreatedBy: call.caller.uid,
      ResourceGroupId: '',
      Tags: { Tag: [] },
    }));
    return { LaunchTemplateSets: { LaunchTemplateSet: sets }, TotalCount: rows.length, ...pageOfWish(wish) };
  },
});

function isWanted(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function pageOfWish({ PageNumber, PageSize }: { readonly PageNumber: number; readonly PageSize: number }) {
  return { PageNumber, PageSize };
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
    DefaultVersion: boolean(),
    DetailFlag: boolean(),
    ...pages,
  },
  run(wish, call) {
    if (wish.LaunchTemplateId === undefined && wish.LaunchTemplateName === undefined) {
      refuse(400, 'MissingParameter', 'LaunchTemplateId or LaunchTemplateName must be given.');
    }
    const template = templates(call).find(
      (row) => (wish.LaunchTemplateId ?? row.id) === row.id && (wish.LaunchTemplateName ?? nameOf(row)) === nameOf(row),
    );
    if (template === undefined) {
      return refuse(404, 'InvalidLaunchTemplate.NotFound', 'The specified launch template does not exist.');
    }
    const isAsked = wish.LaunchTemplateVersion.length === 0 || wish.LaunchTemplateVersion.includes(1);
    const versions = isAsked ? [versionView(template, call)] : [];
    return {
      LaunchTemplateVersionSets: { LaunchTemplateVersionSet: versions },
      TotalCount: versions.length,
      ...pageOfWish(wish),
    };
  },
});

function versionView(template: NamedRow, call: Call) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: nameOf(template),
    VersionNumber: 1,
    DefaultVersion: true,
    CreatedBy: call.caller.uid,
    LaunchTemplateData: { ImageId: textAttribute(template, 'imageId') ?? '' },
  };
}
