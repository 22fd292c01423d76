import { choice, integer, required, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { assertNotSecurityLocked } from './instance-locks.js';
import { instanceAccess, ownInstance } from './own-instance.js';

/** HttpEndpoint is mandatory, even where only HttpTokens changes. Source: ECS API reference, ModifyInstanceMetadataOptions. */
export const modifyInstanceMetadataOptions = operation({
  name: 'ModifyInstanceMetadataOptions',
  product: 'ecs',
  access: 'write',
  parameters: {
    RegionId: required(text()),
    InstanceId: required(text()),
    HttpEndpoint: required(choice(['enabled', 'disabled'])),
    HttpTokens: choice(['optional', 'required']),
    HttpPutResponseHopLimit: integer({ min: 1, max: 64 }),
    InstanceMetadataTags: choice(['enabled', 'disabled']),
  },
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const instance = ownInstance(call, wish.InstanceId);
    assertNotSecurityLocked(instance);
    const { metadataOptions } = instance;
    call.world.instances.put({
      ...instance,
      metadataOptions: {
        httpEndpoint: wish.HttpEndpoint,
        httpTokens: wish.HttpTokens ?? metadataOptions.httpTokens,
        httpPutResponseHopLimit: wish.HttpPutResponseHopLimit ?? metadataOptions.httpPutResponseHopLimit,
      },
    });
    return {};
  },
});
