import type { CloudReader } from '../../ports/cloud-reader.js';
import type { CloudWriter } from '../../ports/cloud-writer.js';
import { assumeRole } from './assume-role.js';
import type { ConnectOptions } from './connect.js';
import { credentialsFor } from './credentials.js';
import type { KeySource } from './keys.js';
import { cloudReader, readingOnly } from './reader.js';
import { type CallRecord, type Send, sender } from './sender.js';
import { cloudWriter } from './writer.js';

/** The part of `connect` that needs the SDK. */
export function openCloud(options: ConnectOptions): { readonly reader: CloudReader; readonly writer: CloudWriter } {
  const send = senderFor(options);
  return { reader: cloudReader(send, options.accounts), writer: cloudWriter(send) };
}

/** The part of `connectToRead` that needs the SDK. */
export function openReader(options: ConnectOptions): CloudReader {
  return cloudReader(readingOnly(senderFor(options)), options.accounts);
}

function senderFor(options: ConnectOptions): Send {
  const { accounts, endpoint, timeoutMs, network, userAgent, onCall, onSecret } = options;
  const keysOf = credentialsFor(endpoint, {
    environment: options.environment ?? process.env,
    assumeRole: assumeRole({ network, timeoutMs, userAgent }),
  });
  const reporting: { onCall?: (call: CallRecord) => void } = onCall === undefined ? {} : { onCall };
  return sender({
    accounts,
    endpoint,
    network,
    timeoutMs,
    userAgent,
    keysOf: (account) => announcing(keysOf(account), onSecret),
    ...reporting,
  });
}

function announcing(source: KeySource, onSecret: ((secret: string) => void) | undefined): KeySource {
  if (onSecret === undefined) return source;
  return {
    async keys(region) {
      const keys = await source.keys(region);
      onSecret(keys.accessKeySecret);
      if (keys.securityToken !== '') onSecret(keys.securityToken);
      return keys;
    },
  };
}
