import { refuse } from '../../rpc/api-error.js';
import { type RawParameters, readAll } from '../../rpc/parameters.js';
import type { NamedRow } from '../../world/state.js';
import type { Call } from '../operation.js';
import { textAttribute } from './launch-network.js';
import { type LaunchWish, runParameters } from './launch-parameters.js';

const idShape = /^lt-[A-Za-z0-9_-]+$/;
/** The templates of a scenario have one version, and no more than an image. */
const onlyVersion = '1';

/** The request with the gaps filled from its launch template. What the request says itself wins. */
export function withLaunchTemplate(wish: LaunchWish, call: Call): LaunchWish {
  assertTemplate(wish, call);
  const imageId = templateImageId(wish, call);
  if (imageId === undefined || wish.ImageId !== undefined || wish.ImageFamily !== undefined) return wish;
  const raw: RawParameters = new Map([...call.raw, ['ImageId', imageId]]);
  return readAll(runParameters, raw);
}

/** The image of the template that the request names; undefined where it names none, or one that does not exist. */
export function templateImageId(wish: LaunchWish, call: Call): string | undefined {
  return textAttribute(findTemplate(wish, call), 'imageId');
}

function findTemplate(wish: LaunchWish, call: Call): NamedRow | undefined {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = wish;
  if (id === undefined && name === undefined) return undefined;
  const templates = call.world.named('launchTemplates').list(call.caller.uid, call.regionId);
  return templates.find((row) => (id === undefined ? textAttribute(row, 'name') === name : row.id === id));
}

function assertTemplate(wish: LaunchWish, call: Call): void {
  const { LaunchTemplateId: id, LaunchTemplateName: name, LaunchTemplateVersion: version } = wish;
  if (id === undefined && name === undefined) return;
  const isFound = findTemplate(wish, call) !== undefined;
  const doesAnyPass = !call.world.named('launchTemplates').isExhaustive && (id === undefined || idShape.test(id));
  if (!isFound && !doesAnyPass) {
    refuse(404, 'InvalidLaunchTemplate.NotFound', 'The specified launch template does not exist.');
  }
  if (isFound && version !== undefined && version !== onlyVersion) {
    refuse(404, 'InvalidLaunchTemplate.Version.NotFound', 'The launch template has no such version.');
  }
}
