import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlPrefix, answerControl } from './control/control.js';
import type { Emulator } from './emulator.js';
import { EmulatorError } from './errors.js';
import { ApiError } from './rpc/api-error.js';
import type { Answer } from './rpc/answer.js';
import type { OpenCall } from './rpc/dispatcher.js';
import type { WireRequest } from './rpc/wire-request.js';

export interface ServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
}

export interface EmulatorServer {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

const apiBodyBytesMax = 1024 * 1024;
/** A whole state may be put back. */
const controlBodyBytesMax = 256 * 1024 * 1024;
/** v3 clients put all parameters into the query: 32 KiB of user data, encoded twice, must fit into the request line. */
const requestHeadBytesMax = 256 * 1024;
const requestTimeoutMs = 60_000;
/** Longer than the idle time after which clients close, so that they do not meet a connection that is just closing. */
const keepAliveTimeoutMs = 65_000;
/** So long may a client read why its bytes were refused; one that keeps its own half open does not keep the socket. */
const refusedLingerMs = 1_000;

const statusByParserError: ReadonlyMap<unknown, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

/** Puts the emulator behind HTTP. Throws EmulatorError where the port cannot be had. */
export async function serveEmulator(emulator: Emulator, options: ServerOptions = {}): Promise<EmulatorServer> {
  const { host = '127.0.0.1', port = 0 } = options;
  const underway = new AnswersUnderway();
  const refused = new WeakSet<Duplex>();
  const server = createServer(
    { maxHeaderSize: requestHeadBytesMax, requestTimeout: requestTimeoutMs },
    (request, response) => {
      underway.add(request.socket, response);
      answerRequest(emulator, request, response).catch((error: unknown) => {
        emulator.reportDefect(error);
        response.destroy();
      });
    },
  );
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.on('clientError', (error, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    // Whole requests that came before the bad bytes are answered first: each answer belongs to the request in its place.
    const answering = underway.lastWhole(socket);
    if (answering === undefined) refuse(error, socket);
    else answering.once('close', () => refuse(error, socket));
  });
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { endpoint: `http://${shownHost}:${address.port}`, close: () => close(server) };
}

/** The answers that each connection still waits for, in the order of their requests. */
class AnswersUnderway {
  private readonly bySocket = new WeakMap<Duplex, Set<ServerResponse>>();

  add(socket: Duplex, response: ServerResponse): void {
    const answers = this.bySocket.get(socket) ?? new Set();
    this.bySocket.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
  }

  /** The last one whose request has come whole. */
  lastWhole(socket: Duplex): ServerResponse | undefined {
    return [...(this.bySocket.get(socket) ?? [])].findLast(({ req }) => req.complete);
  }
}

/** Answers what the parser could not make a request of, and ends the connection. */
function refuse(error: Error, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusByParserError.get('code' in error ? error.code : '') ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), refusedLingerMs).unref();
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new EmulatorError(
          'emulator-port',
          `the emulator cannot listen on ${host}:${port}: ${error.message}`,
          'Choose another port, or 0 for any free one.',
          { cause: error },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answerRequest(emulator: Emulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isControl = (request.url ?? '').startsWith(controlPrefix);
  const body = await readBody(request, isControl ? controlBodyBytesMax : apiBodyBytesMax);
  if (body === 'aborted') return;
  if (body === 'too-large') {
    send(response, tooLarge(emulator));
    return;
  }
  const wire = wireOf(request, body);
  if (emulator.isClosed) response.destroy();
  else if (isControl) send(response, answerControl(emulator, wire, request.socket.remoteAddress ?? ''));
  else await answerCall(emulator, wire, response);
}

/** The bytes of the body; a client that goes away before its end asked for nothing. */
async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | 'aborted' | 'too-large'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else resolve('too-large');
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}

function tooLarge(emulator: Emulator): Answer {
  const error = new ApiError(413, 'RequestEntityTooLarge', `The request body is larger than ${apiBodyBytesMax} bytes.`);
  const answer = emulator.engine.dispatcher.refuse(error);
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

function wireOf(request: IncomingMessage, body: Buffer): WireRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const headers = Object.entries(request.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')] as const,
  );
  return {
    method: request.method ?? '',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: new Map(headers),
    body,
  };
}

function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.end(body);
}

/** Aborted when the client closes the connection before it has its answer. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

async function answerCall(emulator: Emulator, wire: WireRequest, response: ServerResponse): Promise<void> {
  const { engine } = emulator;
  const gone = goneSignal(response);
  const arrivedMs = performance.now();
  // One half on the way in, the other on the way out: a call takes as long as the scenario says, work included.
  await sleepUntil(arrivedMs + emulator.latencyMs / 2);
  if (emulator.isClosed) return;
  engine.noteTime();
  const received = engine.dispatcher.receive(wire);
  const answer =
    received.kind === 'refused'
      ? received.answer
      : await engine.dispatcher.holdingToken(received.call, () => answerThroughFault(emulator, received.call, gone));
  await sleepUntil(arrivedMs + emulator.latencyMs);
  if (answer === 'none') response.destroy();
  else send(response, answer);
}

async function sleepUntil(timeMs: number): Promise<void> {
  const leftMs = timeMs - performance.now();
  if (leftMs > 0) await sleep(leftMs);
}

/** 'none': the client gets no answer. Whether the call took effect depends on where the fault struck. */
async function answerThroughFault(emulator: Emulator, call: OpenCall, gone: AbortSignal): Promise<Answer | 'none'> {
  const { faults, dispatcher } = emulator.engine;
  switch (call.hit?.kind) {
    case 'timeout-before':
      return 'none';
    case 'lost-answer':
      dispatcher.carryOut(call);
      return 'none';
    case 'hang-before':
      return (await faults.hang(gone)) ? dispatcher.carryOut(call) : 'none';
    case 'hang-after': {
      const answer = dispatcher.carryOut(call);
      return (await faults.hang(gone)) ? answer : 'none';
    }
    case 'throttle':
    case 'server-error':
    case 'stale-read':
    case 'page-shift':
    case 'denied':
    case undefined:
      return dispatcher.carryOut(call);
  }
}
