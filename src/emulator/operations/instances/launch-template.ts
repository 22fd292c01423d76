/** Launch templates are only read: each has the versions that the scenario gives it. */

import { refuse } from '../../rpc/api-error.js';
import { type RawParameters, readAll } from '../../rpc/parameters.js';
import type { ScenarioTemplateVersion } from '../../scenario/scenario.js';
import type { NamedRow, Tags } from '../../world/state.js';
import type { Call } from '../operation.js';
import { type LaunchWish, runParameters } from './launch-parameters.js';

export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Tags;
  /** Number 1 first; never empty. */
  readonly versions: readonly ScenarioTemplateVersion[];
  readonly defaultVersion: number;
}

const idShape = /^lt-[A-Za-z0-9_-]+$/;

/** The templates of the caller in the region. */
export function templatesOf({ world, caller, regionId }: Call): readonly LaunchTemplate[] {
  return world.named('launchTemplates').list(caller.uid, regionId).map(templateOf);
}

function templateOf({ id, attributes }: NamedRow): LaunchTemplate {
  return { id, ...(attributes as unknown as Omit<LaunchTemplate, 'id'>) };
}

/** The request with the gaps filled from its launch template. What the request says itself wins. */
export function withLaunchTemplate(wish: LaunchWish, call: Call): LaunchWish {
  assertTemplate(wish, call);
  const version = versionFor(wish, call);
  if (version === undefined) return wish;
  const gaps = parametersOf(version).filter(([name]) => !isSaid(name, call.raw));
  const raw: RawParameters = new Map([...gaps, ...call.raw]);
  return readAll(runParameters, raw);
}

/** The image of the template that the request names; undefined where it names none, or one that does not exist. */
export function templateImageId(wish: LaunchWish, call: Call): string | undefined {
  return versionFor(wish, call)?.imageId;
}

function parametersOf(version: ScenarioTemplateVersion): readonly (readonly [string, string])[] {
  const { imageId, instanceType, vSwitchId, securityGroupIds = [], keyPairName, ramRoleName, systemDisk } = version;
  const given: readonly (readonly [string, string | number | undefined])[] = [
    ['ImageId', imageId],
    ['InstanceType', instanceType],
    ['VSwitchId', vSwitchId],
    ...securityGroupIds.map((id, index) => [`SecurityGroupIds.${index + 1}`, id] as const),
    ['KeyPairName', keyPairName],
    ['RamRoleName', ramRoleName],
    ['SystemDisk.Category', systemDisk?.category],
    ['SystemDisk.Size', systemDisk?.sizeGiB],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
}

/** An image by family, or one security group instead of several, also says what the template would. */
function isSaid(name: string, raw: RawParameters): boolean {
  if (name === 'ImageId') return raw.has('ImageId') || raw.has('ImageFamily');
  if (!name.startsWith('SecurityGroupIds.')) return raw.has(name);
  return [...raw.keys()].some((given) => given === 'SecurityGroupId' || given.startsWith('SecurityGroupIds.'));
}

function findTemplate(wish: LaunchWish, call: Call): LaunchTemplate | undefined {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = wish;
  if (id === undefined && name === undefined) return undefined;
  return templatesOf(call).find((template) => (id === undefined ? template.name === name : template.id === id));
}

function versionFor(wish: LaunchWish, call: Call): ScenarioTemplateVersion | undefined {
  const template = findTemplate(wish, call);
  return template?.versions[numberOf(wish, template) - 1];
}

function numberOf({ LaunchTemplateVersion: wished }: LaunchWish, { defaultVersion }: LaunchTemplate): number {
  return wished === undefined ? defaultVersion : Number(wished);
}

function assertTemplate(wish: LaunchWish, call: Call): void {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = wish;
  if (id === undefined && name === undefined) return;
  const template = findTemplate(wish, call);
  const doesAnyPass = !call.world.named('launchTemplates').isExhaustive && (id === undefined || idShape.test(id));
  if (template === undefined && !doesAnyPass) {
    refuse(404, 'InvalidLaunchTemplate.NotFound', 'The specified launch template does not exist.');
  }
  if (template !== undefined && template.versions[numberOf(wish, template) - 1] === undefined) {
    refuse(404, 'InvalidLaunchTemplate.Version.NotFound', 'The launch template has no such version.');
  }
}
