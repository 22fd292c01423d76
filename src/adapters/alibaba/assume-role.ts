import { Answer } from './answer.js';
import { toCloudError } from './cloud-error.js';
import type { AssumeRole } from './credentials.js';
import { hostOf, type Network, publicCloud } from './endpoint.js';
import type { Keys } from './keys.js';
import { apiVersion, rpcClient } from './rpc-client.js';

/** Seconds that the temporary keys live: the longest that every role allows. */
const durationSeconds = 3600;

/** STS API reference, AssumeRole. The credentials library would do it too, but without our time limit and hosts. */
export function assumeRole(options: {
  readonly network: Network;
  readonly timeoutMs: number;
  readonly userAgent: string;
}): AssumeRole {
  return async ({ roleArn, sessionName, account, region }, base) => {
    const { network, timeoutMs, userAgent } = options;
    const host = hostOf(publicCloud, 'sts', region, network);
    const client = rpcClient(
      { host, protocol: 'HTTPS', version: apiVersion.sts, timeoutMs, userAgent },
      async () => base,
    );
    try {
      const body = await client.call('AssumeRole', {
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: String(durationSeconds),
      });
      return parseAssumed(Answer.parse(body).get('Credentials'));
    } catch (error) {
      throw toCloudError(error, {
        operation: 'AssumeRole',
        account,
        region,
        product: 'sts',
        hasClientToken: false,
        accessKeyId: base.accessKeyId,
      });
    }
  };
}

function parseAssumed(credentials: Answer): { readonly keys: Keys; readonly expiresAt: string } {
  return {
    keys: {
      accessKeyId: credentials.get('AccessKeyId').id(),
      accessKeySecret: credentials.get('AccessKeySecret').id(),
      securityToken: credentials.get('SecurityToken').id(),
      providerName: 'ram_role_arn',
    },
    expiresAt: credentials.get('Expiration').time(),
  };
}
