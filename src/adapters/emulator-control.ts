import { request } from 'node:http';
import { TallymanError } from '../domain/errors.js';

/** Real milliseconds; the emulator answers its control calls from memory. */
const controlTimeoutMs = 10_000;

/**
 * One call to the emulator's control side, `/_emulator/<path>`. Not `fetch`: a proxy in the environment must not see
 * the keys. `host` is `127.0.0.1:PORT` or `[::1]:PORT`. Throws `cloud/unreachable`.
 */
export async function callEmulator(
  host: string,
  method: 'GET' | 'POST',
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<string> {
  const answer = await exchange(host, method, path, body).catch((error: unknown) => {
    throw new TallymanError(
      'cloud/unreachable',
      `the emulator at '${host}' does not answer`,
      `Start it with \`tallyman emulator --port ${host.slice(host.lastIndexOf(':') + 1)}\`, or give --endpoint the address that it printed.`,
      { cause: error },
    );
  });
  if (answer.status >= 200 && answer.status < 300) return answer.text;
  throw new TallymanError(
    'cloud/unreachable',
    `'${host}' answered /_emulator/${path} with status ${answer.status}`,
    'Check that --endpoint names an emulator of the same tallyman version.',
  );
}

interface ControlAnswer {
  readonly status: number;
  readonly text: string;
}

function exchange(host: string, method: string, path: string, body: unknown): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `http://${host}/_emulator/${path}`,
      { method, agent: false, timeout: controlTimeoutMs, headers: { 'content-type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${controlTimeoutMs} ms`)));
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
