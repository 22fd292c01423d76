import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { networkProber } from '../../../src/adapters/node/prober.js';

/** What the prober says of real sockets on this machine. */
const host = '127.0.0.1';
const never = new AbortController().signal;
const open: { close: () => void }[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

function portOf(server: { readonly address: () => AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}

async function serving(answer: Parameters<typeof createServer>[1]): Promise<number> {
  const server: Server = createServer(answer ?? undefined);
  open.push({
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return portOf(server);
}

const http = (port: number, path = '/healthz') => ({ kind: 'http', port, path, scheme: 'http' }) as const;

test.each([200, 204, 299])('status %d passes', async (status) => {
  const port = await serving((_request, response) => response.writeHead(status).end());
  expect(await networkProber().probe(host, http(port), never)).toBeNull();
});

test('a redirect is not followed and does not pass', async () => {
  let asked = 0;
  const port = await serving((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: '/well' }).end();
  });
  const reason = await networkProber().probe(host, http(port), never);
  expect(reason).toBe(`http://127.0.0.1:${port}/healthz answers 302`);
  expect(asked).toBe(1);
});

test('a server that accepts and never answers fails in time', async () => {
  const port = await serving(() => undefined);
  const reason = await networkProber(100).probe(host, http(port), never);
  expect(reason).toBe(`http://127.0.0.1:${port}/healthz does not answer within 0.1 s`);
});

test('the status counts as soon as it is there, however long the body goes on', async () => {
  const port = await serving((_request, response) => void response.writeHead(200).write('more'));
  expect(await networkProber(1000).probe(host, http(port), never)).toBeNull();
});

test('a port that listens passes, and one that does not says so', async () => {
  const server = createTcpServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const port = portOf(server);
  expect(await networkProber().probe(host, { kind: 'tcp', port }, never)).toBeNull();
  await new Promise((resolve) => server.close(resolve));
  open.length = 0;
  const reason = await networkProber().probe(host, { kind: 'tcp', port }, never);
  expect(reason).toBe(`port ${port} of 127.0.0.1 cannot be reached: ECONNREFUSED`);
});

test('an interrupt ends a look at once, with its own reason', async () => {
  const port = await serving(() => undefined);
  const controller = new AbortController();
  const looking = networkProber().probe(host, http(port), controller.signal);
  controller.abort(new Error('interrupted'));
  await expect(looking).rejects.toThrow('interrupted');
});
