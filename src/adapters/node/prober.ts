import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { ProbeTarget } from '../../domain/desired.js';
import type { Prober } from '../../ports/prober.js';

/** Real milliseconds that one look may take, the answer's headers included. */
const probeTimeoutMs = 5_000;

/** Looks over the machine's own network. */
export function networkProber(timeoutMs = probeTimeoutMs): Prober {
  return {
    async probe(host, target, signal) {
      signal.throwIfAborted();
      const bound = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        return await (target.kind === 'tcp' ? connected(host, target.port, bound) : answered(host, target, bound));
      } catch (error) {
        signal.throwIfAborted();
        if (bound.aborted) return `${nameOf(host, target)} does not answer within ${timeoutMs / 1000} s`;
        return `${nameOf(host, target)} cannot be reached: ${causeOf(error)}`;
      }
    },
  };
}

function nameOf(host: string, target: ProbeTarget): string {
  return target.kind === 'tcp' ? `port ${target.port} of ${host}` : urlOf(host, target);
}

function urlOf(host: string, { scheme, port, path }: Extract<ProbeTarget, { kind: 'http' }>): string {
  return `${scheme}://${host}:${port}${path}`;
}

/** The system's code, as messages differ from one version of Node to the next. */
function causeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? String(error);
}

function connected(host: string, port: number, signal: AbortSignal): Promise<null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve(null);
    });
  });
}

/**
 * The status alone counts, so the body is not read. Redirects lead to other machines and are not followed. A machine is
 * asked by its private address, which no certificate names, so certificates are not checked; nothing secret is sent.
 */
function answered(
  host: string,
  target: Extract<ProbeTarget, { kind: 'http' }>,
  signal: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const { port, path, scheme } = target;
    const options = { host, port, path, signal, agent: false, headers: { 'user-agent': 'tallyman' } };
    const sent = scheme === 'https' ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    sent.once('error', reject);
    sent.once('response', (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve(status >= 200 && status < 300 ? null : `${urlOf(host, target)} answers ${status}`);
    });
    sent.end();
  });
}
