import { required, text } from '../../rpc/parameters.js';
import { isRegion } from '../../world/geography.js';
import { type AnyOperation, operation } from '../operation.js';

/** Where a service is, for clients that have no endpoint configured. It names the public hosts, not the emulator. */
const describeEndpoints = operation({
  name: 'DescribeEndpoints',
  product: 'location',
  access: 'read',
  parameters: { Id: required(text()), ServiceCode: required(text()), Type: text() },
  accessRequest: () => 'unchecked',
  run: ({ Id, ServiceCode, Type }) => ({
    Success: true,
    Endpoints: {
      Endpoint: isRegion(Id)
        ? [
            {
              Endpoint: ServiceCode === 'sts' ? 'sts.aliyuncs.com' : `${ServiceCode}.${Id}.aliyuncs.com`,
              Id,
              Namespace: '',
              SerivceCode: ServiceCode,
              Type: Type ?? 'openAPI',
            },
          ]
        : [],
    },
  }),
});

export const locationOperations: readonly AnyOperation[] = [describeEndpoints];
