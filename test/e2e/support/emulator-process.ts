import { once } from 'node:events';
import { startTallyman } from './cli.js';

/** What of `GET /_emulator/state` these tests look at. */
export interface EmulatedState {
  readonly images: readonly EmulatedRow[];
  readonly instances: readonly EmulatedRow[];
  readonly disks: readonly EmulatedRow[];
  readonly snapshots: readonly EmulatedRow[];
  readonly [other: string]: unknown;
}

export interface EmulatedRow {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface LoggedCall {
  readonly action: string;
  readonly access: 'read' | 'write';
  readonly status: number;
}

/** `tallyman emulator` as a process of its own. */
export interface EmulatorProcess {
  readonly endpoint: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  stop(): Promise<void>;
}

export async function startEmulatorProcess(cwd: string, words: readonly string[] = []): Promise<EmulatorProcess> {
  const { child, done } = startTallyman(cwd, ['emulator', '--port', '0', ...words]);
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (text: string) => {
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (address !== undefined) resolve(address);
    });
    void done.then((run) => reject(new Error(`the emulator ended with ${run.code}: ${run.stderr}`)));
  });
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${endpoint}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    endpoint,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([done, once(child, 'exit')]);
    },
  };
}
