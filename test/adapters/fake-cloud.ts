import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ConnectOptions } from '../../src/adapters/alibaba/connect.js';
import { connect } from '../../src/adapters/alibaba/connect.js';
import type { Account } from '../../src/domain/desired.js';

/** What the fake answers: status and body, or something that goes wrong on the way. */
export type FakeAnswer =
  | { readonly status?: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | 'reset'
  | 'hang';

export interface FakeRequest {
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface FakeCloud {
  readonly host: string;
  readonly requests: FakeRequest[];
  answer: (request: FakeRequest) => FakeAnswer;
  close(): Promise<void>;
}

export const testSecret = 'planted-secret-0123456789';

/** An HTTP server that says what a test tells it to say, and lists its keys as an emulator does. */
export async function startFakeCloud(): Promise<FakeCloud> {
  const requests: FakeRequest[] = [];
  const server = createServer((request, response) => respond(cloud, request, response));
  const cloud: FakeCloud = {
    host: await listenOnLoopback(server),
    requests,
    answer: () => ({ status: 500, body: '{}' }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return cloud;
}

/** `127.0.0.1:PORT`, on a free port. */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return `127.0.0.1:${address.port}`;
}

function respond(cloud: FakeCloud, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', `http://${cloud.host}`);
  if (url.pathname === '/_emulator/credentials') {
    response.end(JSON.stringify(keysOfFake));
    return;
  }
  const told: FakeRequest = {
    action: String(request.headers['x-acs-action']),
    version: String(request.headers['x-acs-version']),
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
  };
  cloud.requests.push(told);
  const answer = cloud.answer(told);
  if (answer === 'reset') request.socket.resetAndDestroy();
  else if (answer !== 'hang') {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  }
}

const keysOfFake = [
  { account: 'prod', uid: '9007199254740993', accessKeyId: 'KEYPROD', accessKeySecret: testSecret },
  { account: 'prod', uid: '9007199254740993', user: 'viewer', accessKeyId: 'KEYVIEWER', accessKeySecret: testSecret },
];

export const prod: Account = {
  name: 'prod',
  uid: '9007199254740993',
  credentials: { kind: 'chain' },
  origin: { file: 'tallyman.yaml', document: 0, path: [] },
};

export const scope = { account: 'prod', region: 'cn-hangzhou' };

export function connectTo(cloud: FakeCloud, options: Partial<ConnectOptions> = {}): ReturnType<typeof connect> {
  return connect({
    accounts: [prod],
    endpoint: { kind: 'loopback', host: cloud.host },
    timeoutMs: 2000,
    network: 'public',
    userAgent: 'tallyman/test',
    environment: {},
    ...options,
  });
}
