import type { AccessRequest, Call } from '../operation.js';

/** What RAM is asked about one image: `acs:ecs:{region}:{account}:image/{id}`. */
export function accessToImage(parameters: { readonly ImageId: string }, call: Call): AccessRequest {
  return { resources: [imageArn(call, parameters.ImageId)] };
}

/** CopyImage and listings cannot be scoped to an image. */
export function accessToAnyImage(_parameters: unknown, call: Call): AccessRequest {
  return { resources: [imageArn(call, '*')] };
}

export function imageArn(call: Call, imageId: string): string {
  return `acs:ecs:${call.regionId}:${call.caller.uid}:image/${imageId}`;
}
