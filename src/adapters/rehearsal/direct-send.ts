import type { Emulator } from '../../emulator/index.js';
import { Answer, WrongShape } from '../alibaba/answer.js';
import { toCloudError } from '../alibaba/cloud-error.js';
import { apiVersion } from '../alibaba/rpc-client.js';
import type { Send } from '../alibaba/sender.js';

/**
 * The real calls, with their parameters as on the wire and their errors as from the service, but straight into an
 * emulator of this process, without socket and signature. `uidOf`: UID of an account by the project's name for it.
 */
export function directSend(emulator: Emulator, uidOf: (account: string) => string): Send {
  return async (scope, operation, query, parse) => {
    const version = apiVersion[operation.product];
    const answer = emulator.call(uidOf(scope.account), { action: operation.name, version, parameters: query });
    // As over a network, nobody has an answer before everybody else had a turn.
    await Promise.resolve();
    const failed = (error: unknown): Error =>
      toCloudError(error, {
        operation: operation.name,
        account: scope.account,
        region: scope.region,
        product: operation.product,
        hasClientToken: query['ClientToken'] !== undefined,
        accessKeyId: null,
      });
    if (answer.status >= 400) throw failed(sdkError(answer));
    try {
      return parse(Answer.parse(answer.body));
    } catch (error) {
      throw error instanceof WrongShape ? failed(error) : error;
    }
  };
}

/** What the SDK would throw. */
function sdkError({ status, headers, body }: ReturnType<Emulator['call']>): Error {
  const data = JSON.parse(body) as { readonly Code: string };
  const wait = headers['x-acs-retry-after'];
  const retryAfter = wait === undefined ? {} : { retryAfter: Number(wait) };
  return Object.assign(new Error(data.Code), { statusCode: status, code: data.Code, data, ...retryAfter });
}
