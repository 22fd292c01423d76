import type { ServerTime } from '../../ports/server-time.js';
import { hostOf, type Network, parseEndpoint, publicCloud } from './endpoint.js';

export interface ServerTimeOptions {
  /** As given; null: the service's own. */
  readonly endpoint: string | null;
  readonly allowCustomEndpoint: boolean;
  readonly network: Network;
  readonly region: string;
  readonly timeoutMs: number;
}

/** Asks the ECS host of a region without a signature: whatever it answers, its `Date` header says its time. */
export async function serverTime(options: ServerTimeOptions): Promise<ServerTime> {
  const { region, network, timeoutMs } = options;
  const allowCustom = options.allowCustomEndpoint;
  const endpoint = options.endpoint === null ? publicCloud : parseEndpoint(options.endpoint, { allowCustom });
  const host = hostOf(endpoint, 'ecs', region, network);
  try {
    const answer = await fetch(`${endpoint.kind === 'loopback' ? 'http' : 'https'}://${host}/`, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const date = Date.parse(answer.headers.get('date') ?? '');
    return { host, dateMs: Number.isNaN(date) ? null : date, problem: null };
  } catch (error) {
    return { host, dateMs: null, problem: reasonOf(error) };
  }
}

/** `fetch` tells the cause apart from its own error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
