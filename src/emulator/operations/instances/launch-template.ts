import { refuse } from '../../rpc/api-error.js';
import { type RawParameters, readAll } from '../../rpc/parameters.js';
import type { NamedRow } from '../../world/state.js';
import type { Call } from '../operation.js';
import { lookUp, textAttribute } from './launch-network.js';
import { type LaunchWish, runParameters } from './launch-parameters.js';

const idShape = /^lt-[A-Za-z0-9_-]+$/;
/** The templates of a scenario have one version, and no more than an image. */
const onlyVersion = '1';

/** The request with the gaps filled from its launch template. What the request says itself wins. */
export function withLaunchTemplate(wish: LaunchWish, call: Call): LaunchWish {
  const template = findTemplate(wish, call);
  if (template === undefined || wish.ImageId !== undefined || wish.ImageFamily !== undefined) return wish;
  const imageId = textAttribute(template, 'imageId');
  if (imageId === undefined) return wish;
  const raw: RawParameters = new Map([...call.raw, ['ImageId', imageId]]);
  return readAll(runParameters, raw);
}

function findTemplate(wish: LaunchWish, call: Call): NamedRow | undefined {
  const template = wish.LaunchTemplateId === undefined ? byName(wish.LaunchTemplateName, call) : byId(wish, call);
  const isVersionKnown = [undefined, onlyVersion].includes(wish.LaunchTemplateVersion);
  if (template !== undefined && !isVersionKnown) {
    refuse(404, 'InvalidLaunchTemplate.Version.NotFound', 'The launch template has no such version.');
  }
  return template;
}

function byId(wish: LaunchWish, call: Call): NamedRow | undefined {
  return lookUp(call, 'launchTemplates', wish.LaunchTemplateId ?? '', idShape, refuseUnknown);
}

function byName(name: string | undefined, call: Call): NamedRow | undefined {
  if (name === undefined) return undefined;
  const lookup = call.world.named('launchTemplates');
  const row = lookup.list(call.caller.uid, call.regionId).find((template) => textAttribute(template, 'name') === name);
  return row === undefined && lookup.isExhaustive ? refuseUnknown() : row;
}

function refuseUnknown(): never {
  return refuse(404, 'InvalidLaunchTemplate.NotFound', 'The specified launch template does not exist.');
}
