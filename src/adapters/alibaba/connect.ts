import type { Account } from '../../domain/desired.js';
import type { CloudReader } from '../../ports/cloud-reader.js';
import type { CloudWriter } from '../../ports/cloud-writer.js';
import type { Environment } from './credentials.js';
import type { Endpoint, Network } from './endpoint.js';
import type { CallRecord } from './sender.js';

export interface ConnectOptions {
  readonly accounts: readonly Account[];
  readonly endpoint: Endpoint;
  /** For one call, real milliseconds. */
  readonly timeoutMs: number;
  readonly network: Network;
  readonly userAgent: string;
  /** Told about each call when it is over. */
  readonly onCall?: (call: CallRecord) => void;
  /** Told about every secret and token before it is used, so that logs can leave it out. */
  readonly onSecret?: (secret: string) => void;
  /** Default: the process's. */
  readonly environment?: Environment;
}

/** The cloud behind the port that looks, over a way to the API on which nothing else can be sent. */
export async function connectToRead(options: ConnectOptions): Promise<CloudReader> {
  const { openReader } = await import('./open-cloud.js');
  return openReader(options);
}

/**
 * The cloud behind its two ports. The reader is an object of its own, so that what only looks cannot write. Nothing is
 * sent and no credentials are read before the first call. The SDK is loaded here and not before: it takes longer than
 * all of an offline command.
 */
export async function connect(
  options: ConnectOptions,
): Promise<{ readonly reader: CloudReader; readonly writer: CloudWriter }> {
  const { openCloud } = await import('./open-cloud.js');
  return openCloud(options);
}
